package prefecture

import (
	"strconv"
	"time"

	"cloison/release"
	"cloison/server/store"
	"cloison/web"
	"cloison/web/layout"
)

const inboxPath = "/messages"

// inbox is the page face of listReleases: what each message says and allows, the newest first; by bureau, with what waits in each.
func (d *Desk) inbox(c *web.Call, list Inbox) any {
	bureau := store.Bureau(c.Fiber.Query("bureau"))
	view := layout.InboxView{Shell: d.Shell(c), Filters: bureauFilters(list.waiting, bureau)}
	for _, item := range list.Items {
		row := inboxRow(item)
		if row.Opinion != nil && !item.Acknowledged {
			row.Opinion.AcknowledgePath, row.Opinion.Key = acknowledgePath(item.Seq), c.FormKey()
		}
		view.Rows = append(view.Rows, row)
	}
	if list.Next != "" {
		view.Next = inboxPath + "?after=" + list.Next
		if bureau != "" {
			view.Next += "&bureau=" + string(bureau)
		}
	}
	return view
}

// bureauFilters say, for each bureau, how many opinions nobody has acknowledged.
func bureauFilters(waiting map[store.Bureau]int, current store.Bureau) []layout.Filter {
	all := 0
	filters := []layout.Filter{{Href: inboxPath, Current: current == ""}}
	for _, bureau := range store.Bureaux() {
		all += waiting[bureau]
		filters = append(filters, layout.Filter{Label: bureauWords[bureau] + nonLus(waiting[bureau]), Href: inboxPath + "?bureau=" + string(bureau), Current: current == bureau})
	}
	filters[0].Label = "Tous vos bureaux" + nonLus(all)
	return filters
}

func nonLus(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "\u00a0: 1 non lu"
	}
	return "\u00a0: " + strconv.Itoa(n) + " non lus"
}

func inboxRow(item ReleaseItem) layout.InboxRow {
	row := layout.InboxRow{
		Seq: item.Seq, Date: day(item.On), Code: item.Code, Reference: item.AGDREF, Person: item.person, Referral: item.Referral, Href: "/saisines/" + item.Referral,
	}
	if item.Kind == release.ReleaseNotice {
		row.Title, row.Effect = layout.NoticeWords(item.Code, words(item.Fields.NoticeFields), item.referralKind == release.KindRenewal)
		return row
	}
	if item.Kind == release.ReleaseAttestation {
		row.Title, row.Effect = layout.AttestationWords()
		row.Read = attestationPath(item.Referral)
		return row
	}
	row.Title, row.Effect = layout.OpinionWords(string(item.outcome), item.months, item.referralKind)
	if v := item.Fields.OpinionVersion; v != nil && *v > 1 {
		row.Title, row.Effect = "Avis rectificatif, version "+strconv.Itoa(*v)+" : il remplace l’avis précédent", row.Title+". "+row.Effect
	}
	row.Unread = !item.Acknowledged
	row.Opinion = &layout.OpinionState{Read: opinionPath(item.Referral)}
	if item.opinionAt != nil {
		on := day(item.opinionAt.On)
		row.Opinion.Acknowledged = &on
	}
	return row
}

// words gives the fields of a notice by name, as the page's sentences take them.
func words(f release.NoticeFields) map[string]string {
	said := map[string]string{}
	if f.TechnicalCode != nil {
		said["technical_code"] = string(*f.TechnicalCode)
	}
	if f.ClosureCode != nil {
		said["closure_code"] = string(*f.ClosureCode)
	}
	for name, date := range map[string]*release.Date{
		"received_on": f.ReceivedOn, "due_on": f.DueOn, "transmitted_on": f.TransmittedOn, "convocation_on": f.ConvocationOn,
	} {
		if date != nil {
			said[name] = string(*date)
		}
	}
	return said
}

// day is a date for a page; every date here was validated when it crossed.
func day(d release.Date) time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}
