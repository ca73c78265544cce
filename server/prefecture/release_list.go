package prefecture

import (
	"context"
	"strconv"
	"time"

	"cloison/act"
	"cloison/server/store"
	"cloison/web"
)

type listReleasesIn struct {
	web.Cursor
	Referral string       `query:"referral" validate:"omitempty,uuid"`
	Bureau   store.Bureau `query:"bureau" validate:"omitempty,oneof=SEJOUR ELOIGNEMENT CONTENTIEUX"` // for a page
}

// Inbox is a page of what came; its page for people says besides what waits in each bureau.
type Inbox struct {
	web.List[ReleaseItem]
	waiting map[store.Bureau]int
}

func (d *Desk) listReleases(c *web.Call, in listReleasesIn) (web.Reply[Inbox], error) {
	after, err := cursor(in.After)
	if err != nil {
		return web.Reply[Inbox]{}, err
	}
	if in.Bureau != "" && !c.Page {
		return web.Reply[Inbox]{}, wrongField("bureau")
	}
	var waiting map[store.Bureau]int
	look := func(context.Context) ([]store.Release, error) { return d.findReleases(c, in, after, &waiting) }
	found, err := look(c.Context())
	if err == nil && len(found) == 0 && in.Wait > 0 && d.awaitRelease(c, in, after) {
		// Decided and recorded again: what is served now was not there at the first decision.
		found, err = look(c.Context())
	}
	if err != nil {
		return web.Reply[Inbox]{}, err
	}
	var items []ReleaseItem
	next := ""
	for _, r := range found {
		items = append(items, viewRelease(r))
		next = strconv.FormatInt(r.Seq, 10)
	}
	if len(found) < in.Count() {
		next = ""
	}
	return web.OK(Inbox{web.NewList(items, next), waiting}), nil
}

func (d *Desk) findReleases(c *web.Call, in listReleasesIn, after int64, waiting *map[store.Bureau]int) ([]store.Release, error) {
	var found []store.Release
	_, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), func(ctx context.Context, tx *act.Tx) error {
		var err error
		if c.Page {
			if *waiting, err = store.CountUnacknowledged(ctx, tx, c.Who.Prefecture); err != nil {
				return err
			}
		}
		if in.Bureau != "" {
			found, err = store.FindLastOfBureau(ctx, tx, c.Who.Prefecture, in.Bureau, after, in.Count())
			return err
		}
		if c.Page { // a person reads the newest first
			found, err = store.FindLastReleases(ctx, tx, c.Who.Prefecture, after, in.Count())
			return err
		}
		found, err = store.FindReleases(ctx, tx, c.Who.Prefecture, in.Referral, after, in.Count())
		return err
	})
	return found, err
}

// awaitRelease blocks until something stands after the cursor, for as long as was asked.
func (d *Desk) awaitRelease(c *web.Call, in listReleasesIn, after int64) bool {
	ctx, cancel := context.WithTimeout(c.Context(), time.Duration(in.Wait)*time.Second)
	defer cancel()
	for {
		rung := d.Bell.Next()
		there, err := store.HasReleases(ctx, d.Pool, c.Who.Prefecture, in.Referral, after)
		if there || err != nil {
			return there
		}
		if !d.Bell.Wait(ctx, rung) {
			return false
		}
	}
}
