package desk

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/crypto/keyholder"
	"cloison/crypto/seal"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/exit"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/web"
)

type createDisclosureInput struct {
	Dossier   string        `path:"dossier" json:"-"`
	Type      string        `json:"type" validate:"omitempty,oneof=EXPORT_REALISE ACCES_REMIS"`
	Bundle    string        `json:"bundle" validate:"required,max=16"`
	Requester string        `json:"requester" validate:"omitempty,max=64"`
	Ref       string        `json:"ref" validate:"omitempty,max=64"`
	Recipient string        `json:"recipient" validate:"omitempty,max=4096"` // an age public key; the archive is then for its holder alone
	Sources   []exit.Source `json:"sources" validate:"max=40,dive"`          // of country information (L3), and of nothing else
}

// Disclosed is what left: the archive's id, and where the dossier stands.
type Disclosed struct {
	ID        string `json:"id"`
	Bundle    string `json:"bundle"`
	Requester string `json:"requester"`
	Size      int64  `json:"size"`
	State     string `json:"state"`
	Version   int    `json:"version"`
}

// leaving is one disclosure on its way.
type leaving struct {
	in  createDisclosureInput
	d   store.Dossier
	ask exit.Ask
	exit.Exit
	act act.Act
}

// createDisclosure freezes an archive for one of the lawful exits. The order: decided and confirmed by a fresh authentication before anything
// opens; then each reading under an intent of its own, streamed into a sealed archive; then, decided again on the locked dossier, the archive,
// the event and the approval that allowed it, in one commit. Killed in between, no row names the archive and the next start destroys it.
func (k *Desk) createDisclosure(c *web.Call, in createDisclosureInput) (web.Reply[Disclosed], error) {
	l := &leaving{in: in}
	l.act = k.leave(c, l)
	if err := in.check(); err != nil {
		return web.Reply[Disclosed]{}, k.refused(c, l.act, err)
	}
	replayed, err := k.Gate.Replayed(c.Context(), c.Who, l.act)
	if err != nil {
		return web.Reply[Disclosed]{}, err
	}
	if replayed {
		return k.disclosedAgain(c, l)
	}
	if err := k.confirmed(c, l); err != nil {
		return web.Reply[Disclosed]{}, err
	}
	received, err := k.freeze(c, l)
	if err != nil {
		return web.Reply[Disclosed]{}, k.refused(c, l.act, refusal(err))
	}
	defer func() { _ = received.Close(context.WithoutCancel(c.Context())) }() // nothing once recorded
	return k.disclose(c, l, received)
}

var requesterShape = regexp.MustCompile(`^[a-z][a-z0-9:-]{0,63}$`)

func (in createDisclosureInput) check() error {
	switch {
	case in.Requester != "" && !requesterShape.MatchString(in.Requester):
		return act.NewError(act.Invalid, "Le demandeur se donne par son code : pref-75, ext:juridiction, patient, rep-1… Corrigez-le, puis recommencez.")
	case in.Ref != "" && in.Bundle != "L4":
		return act.NewError(act.Invalid, "Seul un accès de la personne répond à une demande. Retirez la référence, puis recommencez.")
	case len(in.Sources) > 0 && in.Bundle != "L3":
		return act.NewError(act.Invalid, "Seule l’information sur le pays cite des sources. Retirez-les, puis recommencez.")
	case in.Recipient == "":
		return nil
	}
	if _, err := seal.ParseOutside(in.Recipient); err != nil {
		return act.NewError(act.Invalid, "La clé du destinataire n’est pas une clé publique age. Demandez-la-lui de nouveau, ou laissez ce champ vide.")
	}
	return nil
}

// leave is the act: policy decides on the dossier and on what is asked of it, loaded under one lock.
func (k *Desk) leave(c *web.Call, l *leaving) act.Act {
	a := on(c, l.in.Dossier, "", &l.d)
	load := a.Load
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		if _, err := load(ctx, tx); err != nil {
			return nil, err
		}
		l.ask = exit.Ask{Bundle: l.in.Bundle, Requester: l.in.Requester, Ref: l.in.Ref, Sources: l.in.Sources}.Complete(l.d.Case)
		l.Exit, _ = exit.Of(l.ask.Bundle)
		return l.ask.Facts(l.d.Policy, l.d.Case), nil
	}
	return a
}

// digest is what the fresh authentication is bound to: this exit, for that requester and that key.
func (l *leaving) digest() ([]byte, error) {
	sources, err := json.Marshal(l.in.Sources)
	if err != nil {
		return nil, fmt.Errorf("encoding the sources of a disclosure: %w", err)
	}
	b, err := json.Marshal([]string{"cloison-disclosure-1", l.ask.Bundle, l.ask.Requester, l.ask.Ref, l.in.Recipient, string(sources)})
	sum := sha256.Sum256(b)
	return sum[:], err
}

// confirmed asks for the step-up before anything is opened; it is consumed when the archive is recorded.
func (k *Desk) confirmed(c *web.Call, l *leaving) error {
	before := l.act
	before.IdempotencyKey, before.ReadOnly = "", true
	_, err := k.Gate.Do(c.Context(), c.Who, before, func(ctx context.Context, tx *act.Tx) error {
		digest, err := l.digest()
		if err != nil {
			return err
		}
		_, err = k.Identity.RequireStepUp(ctx, tx, c.Who, identity.StepUp{Act: keyholder.ActDisclosure, Dossier: l.d.ID, Digest: digest})
		return err
	})
	return err
}

// maxArchive bounds what one call lets leave: 2 GiB.
const maxArchive = 2 << 30

// freeze writes the archive straight into its seal. It is never whole in memory, and never in clear on a disk.
func (k *Desk) freeze(c *web.Call, l *leaving) (*vault.Received, error) {
	files, err := k.contents(c, l)
	if err != nil {
		return nil, err
	}
	size, err := l.size(k, files)
	if err != nil {
		return nil, err
	}
	if size > maxArchive {
		return nil, act.NewError(act.TooLarge, "Le dossier dépasse 2 Go. Demandez à l’exploitant de préparer l’envoi avec vous.")
	}
	from, to := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = to.CloseWithError(l.write(k, to, files))
	}()
	received, err := k.Vault.ReceiveBundle(c.Context(), vault.Bundle{Dossier: l.d.ID, Compartment: l.Compartment, Author: c.Who.ID, Size: size}, from)
	_ = from.CloseWithError(errors.New("the archive is no longer read"))
	<-done
	return received, err
}

// write is the archive, encrypted for its recipient when he gave a key.
func (l *leaving) write(k *Desk, w io.Writer, files []exit.File) error {
	if l.in.Recipient == "" {
		return exit.Write(w, files, k.Clock.Now())
	}
	outside, err := seal.ParseOutside(l.in.Recipient)
	if err != nil {
		return err
	}
	enc, err := outside.Encrypt(w)
	if err != nil {
		return err
	}
	if err := exit.Write(enc, files, k.Clock.Now()); err != nil {
		return err
	}
	return enc.Close()
}

// size is known before anything streams: that of the same archive with blank files.
func (l *leaving) size(k *Desk, files []exit.File) (int64, error) {
	var n exit.Counter
	err := l.write(k, &n, exit.Blank(files))
	return int64(n), err
}

// disclose records what left.
func (k *Desk) disclose(c *web.Call, l *leaving, received *vault.Received) (web.Reply[Disclosed], error) {
	_, err := k.Gate.Do(c.Context(), c.Who, l.act, func(ctx context.Context, tx *act.Tx) error {
		tx.SetStatus(201)
		digest, err := l.digest()
		if err != nil {
			return err
		}
		w := work{Tx: tx, ctx: ctx, d: &l.d}
		approval, err := k.approval(c, w, keyholder.ActDisclosure, digest)
		if err != nil {
			return err
		}
		if err := received.CompleteBundle(ctx, tx); err != nil {
			return err
		}
		tx.SetItem(received.Document())
		err = store.InsertDisclosure(ctx, tx, store.Disclosure{
			Document: received.Document(), Dossier: l.d.ID, Bundle: l.ask.Bundle, Requester: l.ask.Requester, Ref: l.ask.Ref,
			Approval: approval.ID, CreatedAt: tx.Now, CreatedBy: c.Who.ID})
		if err != nil {
			return err
		}
		return w.append(store.With{}, event(c, tx.Now, medical.StageNone, l.event()))
	})
	if err != nil {
		return web.Reply[Disclosed]{}, err
	}
	return k.disclosed(c, l, received.Document())
}

func (l *leaving) event() medical.EventData {
	if l.Event == medical.EvAccessGiven {
		return medical.AccesRemis{Ref: l.ask.Ref, Bundle: l.ask.Bundle}
	}
	return medical.ExportRealise{Bundle: l.ask.Bundle, Requester: l.ask.Requester}
}

func (k *Desk) disclosed(c *web.Call, l *leaving, id string) (web.Reply[Disclosed], error) {
	made, err := store.GetDisclosure(c.Context(), k.Pool, l.in.Dossier, id)
	if err != nil {
		return web.Reply[Disclosed]{}, err
	}
	document, err := store.GetDocument(c.Context(), k.Pool, l.in.Dossier, id)
	if err != nil {
		return web.Reply[Disclosed]{}, err
	}
	body := Disclosed{ID: id, Bundle: made.Bundle, Requester: made.Requester, Size: document.Size, State: l.d.Policy.State, Version: l.d.Version}
	return web.Created("/api/v1/dossiers/"+l.in.Dossier+"/disclosures/"+id, body), nil
}

// disclosedAgain answers a replayed key: ids alone, and only to who may still see the dossier.
func (k *Desk) disclosedAgain(c *web.Call, l *leaving) (web.Reply[Disclosed], error) {
	result, err := k.Gate.Do(c.Context(), c.Who, l.act, func(context.Context, *act.Tx) error {
		return act.NewError(act.Conflict, "") // the key has ended since it was looked up: nothing was frozen
	})
	if err != nil {
		return web.Reply[Disclosed]{}, err
	}
	if _, err := k.look(c, l.in.Dossier); err != nil {
		return web.Reply[Disclosed]{}, err
	}
	if l.d, err = store.GetDossier(c.Context(), k.Pool, l.in.Dossier); err != nil {
		return web.Reply[Disclosed]{}, fmt.Errorf("reading what left: %w", err)
	}
	return k.disclosed(c, l, result.Object.Item)
}
