package prefecture

import (
	"context"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
)

type acknowledgeReleaseIn struct {
	Release int64 `path:"release" validate:"min=1"`
}

// acknowledgeRelease signs, once, that the prefecture has the opinion. Policy refuses a notice and a second time; the
// lock of Load orders two at the same instant, and the constraint acknowledged_once refuses alone.
func (d *Desk) acknowledgeRelease(c *web.Call, in acknowledgeReleaseIn) (web.Reply[ReleaseDetail], error) {
	var found store.Release
	a := c.Act(releaseObject(in.Release))
	a.Load = loadRelease(in.Release, &found, store.LockRelease)
	result, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		if found.Opinion == nil {
			return act.Deny("NOT_ACKNOWLEDGEABLE")
		}
		direction, _ := release.Direction(found.Prefecture)
		body := release.AcknowledgementBody{
			Referral: found.Opinion.Referral, Release: found.Seq, Version: found.Opinion.Version,
			On: release.DateOf(d.localDate(tx.Now, direction)), At: release.InstantOf(tx.Now),
		}
		_, err := store.RecordAcknowledgement(ctx, tx, body, c.Who.Reference, tx.Now, d.sign)
		tx.SetStatus(201)
		tx.AfterCommit(d.Bell.Ring)
		return err
	})
	if err != nil {
		return web.Reply[ReleaseDetail]{}, err
	}
	if result.Replayed {
		if err := d.mayStillSee(c, "release.get", a.Object, loadRelease(in.Release, new(store.Release), plainRelease)); err != nil {
			return web.Reply[ReleaseDetail]{}, err
		}
	}
	if found, err = store.GetRelease(c.Context(), d.Pool, in.Release); err != nil {
		return web.Reply[ReleaseDetail]{}, err
	}
	detail, err := viewReleaseDetail(found)
	if err != nil {
		return web.Reply[ReleaseDetail]{}, err
	}
	return web.Created("/api/v1/releases/"+detail.ID, detail), nil
}

func (d *Desk) sign(body release.AcknowledgementBody) (release.Acknowledgement, error) {
	return release.Acknowledge(d.Sign, body)
}
