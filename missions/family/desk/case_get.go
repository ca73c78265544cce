package desk

import (
	"cloison/act"
	"cloison/missions/family/store"
	"cloison/web"
)

type getCaseIn struct {
	Case string `path:"case" json:"-" validate:"uuid"`
}

func (d *Desk) getCase(c *web.Call, in getCaseIn) (web.Reply[Case], error) {
	var found store.Case
	a := c.Act(act.Object{Kind: "family_case", ID: in.Case})
	a.Load = load(in.Case, &found, get)
	if _, err := d.Gate.Do(c.Context(), c.Who, a, nothing); err != nil {
		return web.Reply[Case]{}, err
	}
	view, err := d.view(found)
	if err != nil {
		return web.Reply[Case]{}, err
	}
	return web.OK(view), nil
}
