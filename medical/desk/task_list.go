package desk

import (
	"context"

	"cloison/act"
	"cloison/medical/store"
	"cloison/web"
)

type listTasksInput struct {
	web.Cursor
	Done bool `query:"done"`
}

// listTasks is one page of what the caller's dossiers ask of a person because a day has come; with done=true, what was answered too. It
// shows what listDossiers would: codes, dates and opaque ids.
func (k *Desk) listTasks(c *web.Call, in listTasksInput) (web.Reply[web.List[store.Task]], error) {
	filter := store.TaskFilter{Done: in.Done, After: in.After, Limit: in.Count()}
	var page []store.Task
	_, err := k.Gate.Do(c.Context(), c.Who, c.Act(act.Object{Kind: "portal"}), func(ctx context.Context, tx *act.Tx) (err error) {
		page, err = store.ListTasks(ctx, tx, scopeOf(c.Who), filter)
		return err
	})
	if err != nil {
		return web.Reply[web.List[store.Task]]{}, err
	}
	next := ""
	if len(page) == in.Count() {
		next = page[len(page)-1].Cursor
	}
	return web.OK(web.NewList(page, next)), nil
}
