package desk

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"cloison/act"
	"cloison/missions"
	"cloison/missions/family/store"
	"cloison/web"
)

type listCasesIn struct {
	web.Cursor
}

const noDay = "infinity"

// listCases is the queue: what is due first on top. It is narrowed in SQL to the agent's directions or to the prefecture's département
// (TestTheQueueIsThatOfTheReader).
func (d *Desk) listCases(c *web.Call, in listCasesIn) (web.Reply[web.List[Summary]], error) {
	day, position, err := cursor(in.After)
	if err != nil {
		return web.Reply[web.List[Summary]]{}, err
	}
	directions, department := c.Who.Directions, ""
	if c.Who.Role == "PREFECTURE" {
		directions, department = []string{}, c.Who.Prefecture
	}
	var found []store.Case
	look := func(ctx context.Context, tx *act.Tx) (err error) {
		found, err = store.Find(ctx, tx, directions, department, day, position, in.Count())
		return err
	}
	if _, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), look); err != nil {
		return web.Reply[web.List[Summary]]{}, err
	}
	var items []Summary
	next := ""
	for _, one := range found {
		items = append(items, summaryOf(one))
		due := noDay
		if one.DueOn != nil {
			due = one.DueOn.String()
		}
		next = fmt.Sprintf("%s_%d", due, one.Position)
	}
	if len(found) < in.Count() {
		next = ""
	}
	return web.OK(web.NewList(items, next)), nil
}

// cursor reads a day and a position; none is before the first.
func cursor(after string) (day string, position int64, err error) {
	if after == "" {
		return "-" + noDay, 0, nil
	}
	day, number, _ := strings.Cut(after, "_")
	position, err = strconv.ParseInt(number, 10, 64)
	if err == nil && day != noDay {
		_, err = missions.ParseDate(day)
	}
	if err != nil {
		return "", 0, act.NewError(act.Invalid, "La suite demandée n'existe pas. Reprenez la liste à son début.")
	}
	return day, position, nil
}
