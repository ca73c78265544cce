package desk

import (
	"time"

	"cloison/web"
	"cloison/web/layout"
)

// journal is the page face of listAuditEntries.
func (d *Desk) journal(c *web.Call, list web.List[Entry]) any {
	view := layout.JournalView{Shell: d.shell(c)}
	if list.Next != "" {
		view.Next = "/journal?after=" + list.Next
	}
	for _, e := range list.Items {
		view.Rows = append(view.Rows, row(e, view.ServedAt.Location()))
	}
	return view
}

func row(e Entry, location *time.Location) layout.JournalRow {
	return layout.JournalRow{
		At: e.At.In(location), Subject: e.Subject, Role: e.Role, Action: e.Action, Object: e.Object, Outcome: e.Outcome, Rule: e.Rule,
		Request: e.RequestID, Refused: e.Decision != "ALLOW", Proof: "/journal/" + e.ID + "/preuve",
	}
}
