package prefecture

import (
	"context"
	"strconv"

	"cloison/act"
	"cloison/server/store"
	"cloison/web"
	"cloison/web/layout"
)

type handOverReleaseIn struct {
	Release int64        `path:"release" json:"-" validate:"min=1"`
	Bureau  store.Bureau `json:"bureau" validate:"required,oneof=SEJOUR ELOIGNEMENT CONTENTIEUX"`
}

// handOverRelease gives a message to another bureau of the same prefecture. It changes who is expected to deal with it, and nothing else.
func (d *Desk) handOverRelease(c *web.Call, in handOverReleaseIn) (web.Reply[ReleaseDetail], error) {
	var found store.Release
	a := c.Act(releaseObject(in.Release))
	a.Load = loadRelease(in.Release, &found, plainRelease)
	result, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		return store.HandOver(ctx, tx, in.Release, c.Who.Prefecture, in.Bureau, c.Who.Reference, tx.Now)
	})
	if err != nil {
		return web.Reply[ReleaseDetail]{}, err
	}
	if result.Replayed {
		if err := d.mayStillSee(c, "release.get", a.Object, loadRelease(in.Release, &found, plainRelease)); err != nil {
			return web.Reply[ReleaseDetail]{}, err
		}
	}
	detail, err := viewReleaseDetail(found)
	if err != nil {
		return web.Reply[ReleaseDetail]{}, err
	}
	return web.OK(detail), nil
}

func handOverPath(seq int64) string { return inboxPath + "/" + strconv.FormatInt(seq, 10) + "/bureau" }

func (d *Desk) handOverForm() web.Option {
	return web.Form(inboxPath+"/:release/bureau", web.Face[handOverReleaseIn, ReleaseDetail]{
		Said: "release_handed_over",
		Done: func(_ *web.Call, in handOverReleaseIn, _ ReleaseDetail) string {
			return inboxPath + "?bureau=" + string(in.Bureau)
		},
	})
}

// handOverAct is the button, on the page of an opinion.
func handOverAct(c *web.Call, seq int64) layout.Act {
	form := layout.NewForm(handOverPath(seq), c.FormKey(), web.Typed{}, nil)
	options := []layout.Option{}
	for _, bureau := range store.Bureaux() {
		options = append(options, layout.Option{Value: string(bureau), Label: bureauWords[bureau]})
	}
	return layout.Act{
		Form: form, Title: "Confier à un autre bureau", Label: "Confier", Minor: true,
		Text: "L’avis paraît dans sa boîte. Tous les agents de la préfecture continuent de le voir.", Fields: []layout.Field{form.Select("bureau", "Bureau", "", options...)},
	}
}
