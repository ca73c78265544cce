package prefecture

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/policy"
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
)

type getReleaseIn struct {
	Release int64 `path:"release" validate:"min=1"`
}

func (d *Desk) getRelease(c *web.Call, in getReleaseIn) (web.Reply[ReleaseDetail], error) {
	var found store.Release
	a := c.Act(releaseObject(in.Release))
	a.Load = loadRelease(in.Release, &found, plainRelease)
	if _, err := d.Gate.Do(c.Context(), c.Who, a, nothing); err != nil {
		return web.Reply[ReleaseDetail]{}, err
	}
	detail, err := viewReleaseDetail(found)
	if err != nil {
		return web.Reply[ReleaseDetail]{}, err
	}
	return web.OK(detail), nil
}

func viewReleaseDetail(found store.Release) (ReleaseDetail, error) {
	body, err := release.Canonical(found.Release)
	if err != nil {
		return ReleaseDetail{}, err
	}
	return ReleaseDetail{ReleaseItem: viewRelease(found), Body: json.RawMessage(body), Acknowledgement: found.Acknowledgement}, nil
}

type releaseGetter func(ctx context.Context, tx pgx.Tx, seq int64) (store.Release, error)

func plainRelease(ctx context.Context, tx pgx.Tx, seq int64) (store.Release, error) {
	return store.GetRelease(ctx, tx, seq)
}

func releaseObject(seq int64) act.Object {
	return act.Object{Kind: "release", ID: strconv.FormatInt(seq, 10)}
}

// loadRelease reads the release in the act's transaction and says of it what policy decides on.
func loadRelease(seq int64, into *store.Release, get releaseGetter) func(context.Context, pgx.Tx) (any, error) {
	return func(ctx context.Context, tx pgx.Tx) (any, error) {
		found, err := get(ctx, tx, seq)
		if errors.Is(err, store.ErrNotFound) {
			return nil, act.NotFound()
		}
		if err != nil {
			return nil, err
		}
		*into = found
		return policy.Release{
			Kind: "release", Seq: found.Seq, Prefecture: found.Prefecture, ReceivedBy: found.ReceivedBy, Release: string(found.Kind),
			Acknowledged: found.Acknowledgement != nil,
		}, nil
	}
}
