package desk

import (
	"cloison/act"
	"cloison/missions"
	"cloison/web"
)

// listParameters is the law behind each amount: every row, with its dates, its source and how sure we are of it.
func (d *Desk) listParameters(c *web.Call, _ web.None) (web.Reply[web.List[missions.Parameter]], error) {
	if _, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), nothing); err != nil {
		return web.Reply[web.List[missions.Parameter]]{}, err
	}
	return web.OK(web.NewList(d.Law.Rows(), "")), nil
}
