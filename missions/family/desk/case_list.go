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
	found, next, err := d.queue(c, reach(c.Who), in.Cursor)
	if err != nil {
		return web.Reply[web.List[Summary]]{}, err
	}
	var items []Summary
	for _, one := range found {
		items = append(items, summaryOf(one))
	}
	return web.OK(web.NewList(items, next)), nil
}

// reach is whose cases an agent or a prefecture may list: never both.
func reach(who act.Subject) store.Reach {
	if who.Role == "PREFECTURE" {
		return store.Reach{Department: who.Prefecture}
	}
	return store.Reach{Directions: who.Directions}
}

// queue is one page of what is due first, and the cursor of the next.
func (d *Desk) queue(c *web.Call, r store.Reach, in web.Cursor) (found []store.Case, next string, err error) {
	day, position, err := cursor(in.After)
	if err != nil {
		return nil, "", err
	}
	look := func(ctx context.Context, tx *act.Tx) (err error) {
		found, err = store.Find(ctx, tx, r, day, position, in.Count())
		return err
	}
	if _, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), look); err != nil {
		return nil, "", err
	}
	if len(found) == in.Count() {
		last := found[len(found)-1]
		due := noDay
		if last.DueOn != nil {
			due = last.DueOn.String()
		}
		next = fmt.Sprintf("%s_%d", due, last.Position)
	}
	return found, next, nil
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
		return "", 0, act.NewError(act.Invalid, "La suite demandée n’existe pas. Reprenez la liste à son début.")
	}
	return day, position, nil
}
