package desk

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/missions/family"
	"cloison/missions/family/store"
	"cloison/web"
)

// A town hall has no account here. It is given a link: one case, one commune, until a day. The secret in it is 32 random bytes; the database keeps
// their SHA-256, so that neither it nor a backup of it opens anything. The link is looked at again in every act, under its case's lock: a link that was
// closed, that is over, or whose family has moved, does nothing more (TestTheLinkOfATownHallReachesOneCaseAndEnds).

const (
	linkRole  = "LIEN_MAIRIE"
	linkPath  = "/mairie"
	linkBytes = 32
	// A term of our own: the mayor's two months, and a third for what comes late (R. 434-23).
	linkMonths = 3
)

// linkResource is what policy decides on.
type linkResource struct {
	Kind string `json:"kind"`
	Link string `json:"link"`
	Open bool   `json:"open"`
}

// Kept is what of it stands in the record of a decision: whether it is the asker's, and not which.
func (r linkResource) Kept(number func(string) string) any {
	r.Link = number(r.Link)
	return r
}

// LinkView is what createLink answers. The path is shown once; an act that is done again does not say it.
type LinkView struct {
	ID     string    `json:"id"`
	Path   string    `json:"path,omitempty"`
	EndsAt time.Time `json:"ends_at"`
}

type linkIn struct {
	Case string `path:"case" json:"-" validate:"uuid"`
}

// createLink makes the link of the town hall of where the family will live. Those that the case had are closed.
func (d *Desk) createLink(c *web.Call, in linkIn) (web.Reply[LinkView], error) {
	var before store.Case
	var view LinkView
	a := c.Act(act.Object{Kind: "family_case", ID: in.Case})
	a.Load = load(in.Case, &before, lock)
	_, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		standing, err := family.Fold(before.Request, before.Events, d.Law)
		if err != nil {
			return refused(err)
		}
		if !standing.MayorIsAsked() {
			return refused(family.WrongState)
		}
		secret := make([]byte, linkBytes)
		if _, err := io.ReadFull(d.Random, secret); err != nil {
			return err
		}
		id, err := d.drawID()
		if err != nil {
			return err
		}
		made := store.Link{ID: id, CaseID: before.ID, Commune: standing.Commune, EndsAt: tx.Now.AddDate(0, linkMonths, 0)}
		view = LinkView{ID: id, Path: linkPath + "/" + base64.RawURLEncoding.EncodeToString(secret), EndsAt: made.EndsAt}
		return store.MakeLink(ctx, tx, made, sha256.Sum256(secret), tx.Now)
	})
	if err != nil {
		return web.Reply[LinkView]{}, err
	}
	if view.ID == "" { // done before, with the same key: its secret was said then
		last, err := d.lastLink(c, in.Case)
		if err != nil {
			return web.Reply[LinkView]{}, err
		}
		view = LinkView{ID: last.ID, EndsAt: last.EndsAt}
	}
	return web.OK(view), nil
}

func (d *Desk) lastLink(c *web.Call, caseID string) (link store.Link, err error) {
	var kept store.Case
	a := c.Act(act.Object{Kind: "family_case", ID: caseID})
	a.Action, a.IdempotencyKey, a.ReadOnly, a.Load = "family.case.get", "", true, load(caseID, &kept, get)
	_, err = d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) (err error) {
		link, err = store.LastLink(ctx, tx, caseID)
		return err
	})
	return link, err
}

// closeLinks ends the links of a case.
func (d *Desk) closeLinks(c *web.Call, in linkIn) (web.Reply[Case], error) {
	return d.change(c, in.Case, func(ctx context.Context, tx *act.Tx, kept store.Case) error {
		return store.CloseLinks(ctx, tx, kept.ID, tx.Now)
	})
}

// Guest tells who asks by a link, on the paths of links and nowhere else: a link is no session, and opens no other page and no other operation.
func (d *Desk) Guest(c *fiber.Ctx) (who act.Subject, ok bool, err error) {
	secret, ok := linkSecret(c.Path())
	if !ok {
		return act.Subject{}, false, nil
	}
	link, err := d.linkOf(c.UserContext(), secret)
	if err != nil {
		return act.Subject{}, true, err
	}
	return act.Subject{ID: link.ID, Reference: link.ID, Role: linkRole, Name: "Mairie de la commune " + link.Commune, Mission: missionWord}, true, nil
}

// linkSecret is the secret of a path of links.
func linkSecret(path string) (string, bool) {
	path = strings.TrimPrefix(path, web.Prefix+"/missions/family")
	rest, ok := strings.CutPrefix(path, linkPath+"/")
	secret, _, _ := strings.Cut(rest, "/")
	return secret, ok
}

// linkOf finds the link of a secret. One that is unknown, malformed or too long was never there.
func (d *Desk) linkOf(ctx context.Context, text string) (store.Link, error) {
	secret, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(secret) != linkBytes {
		return store.Link{}, act.NotFound()
	}
	found, err := store.LinkOf(ctx, d.Pool, sha256.Sum256(secret))
	if errors.Is(err, store.ErrNotFound) {
		return store.Link{}, act.NotFound()
	}
	return found, err
}

// byLink loads the case of the link that asks, and what policy decides on: the link as it is now.
func (d *Desk) byLink(who act.Subject, into *store.Case, get getter) func(context.Context, pgx.Tx) (any, error) {
	return func(ctx context.Context, tx pgx.Tx) (any, error) {
		link, err := store.GetLink(ctx, tx, who.ID)
		if errors.Is(err, store.ErrNotFound) {
			return nil, act.NotFound()
		}
		if err != nil {
			return nil, err
		}
		if *into, err = get(ctx, tx, link.CaseID); err != nil {
			return nil, err
		}
		standing, err := family.Fold(into.Request, into.Events, d.Law)
		if err != nil {
			return nil, err
		}
		open := link.OpenAt(d.Clock.Now()) && link.Commune == standing.Commune && standing.MayorIsAsked()
		return linkResource{"family_link", link.ID, open}, nil
	}
}
