package prefecture

import (
	"context"
	"strconv"
	"time"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
	"cloison/web/layout"
)

// urgentUnread is how long an opinion of a removal may lie unread before it is an alarm. Ours, to confirm: no text gives one.
const urgentUnread = 2 * time.Hour

func (d *Desk) followUpOperations() []web.Operation {
	return []web.Operation{
		web.Op("getReconciliation", "GET", "/reconciliation", "reconciliation.get", d.getReconciliation, web.Page("/rapprochement", "list", d.reconciliationPage)),
		web.Op("handOverRelease", "POST", "/releases/:release/bureau", "release.hand_over", d.handOverRelease, d.handOverForm(), web.Example(handOverExample)),
	}
}

// BureauState is where the opinions of one bureau stand.
type BureauState struct {
	Bureau       store.Bureau `json:"bureau"`
	Sent         int          `json:"sent"`
	Received     int          `json:"received"`
	Read         int          `json:"read"`
	Acknowledged int          `json:"acknowledged"`
}

// UrgentOpinion is one of a removal that nobody has opened in time.
type UrgentOpinion struct {
	Release    int64           `json:"release"`
	Referral   string          `json:"referral"`
	AGDREF     string          `json:"agdref"`
	ReceivedAt release.Instant `json:"received_at"`
}

// Reconciliation is what was sent to a prefecture against what it received, read and acknowledged.
type Reconciliation struct {
	Prefecture  string          `json:"prefecture"`
	Bureaux     []BureauState   `json:"bureaux"`
	Differences int             `json:"differences"` // sent and not received: set aside, because the seal does not verify
	Urgent      []UrgentOpinion `json:"urgent"`
}

func (d *Desk) getReconciliation(c *web.Call, _ web.None) (web.Reply[Reconciliation], error) {
	answer := Reconciliation{Prefecture: c.Who.Prefecture, Bureaux: []BureauState{}, Urgent: []UrgentOpinion{}}
	_, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), func(ctx context.Context, tx *act.Tx) error {
		counted, err := store.CountOpinions(ctx, tx, c.Who.Prefecture)
		if err != nil {
			return err
		}
		unread, err := store.FindUnreadUrgent(ctx, tx, c.Who.Prefecture, tx.Now.Add(-urgentUnread))
		for _, u := range unread {
			answer.Urgent = append(answer.Urgent, UrgentOpinion{u.Release, u.Referral, u.AGDREF, release.InstantOf(u.ReceivedAt)})
		}
		for _, bureau := range store.Bureaux() {
			state := BureauState{Bureau: bureau}
			for _, n := range counted {
				if n.Bureau == bureau {
					state = BureauState(n)
				}
			}
			answer.Bureaux = append(answer.Bureaux, state)
			answer.Differences += state.Sent - state.Received
		}
		return err
	})
	if err != nil {
		return web.Reply[Reconciliation]{}, err
	}
	return web.OK(answer), nil
}

var bureauWords = map[store.Bureau]string{
	store.BureauStay: "Admission au séjour", store.BureauRemoval: "Éloignement", store.BureauLitigation: "Contentieux",
}

func (d *Desk) reconciliationPage(c *web.Call, r Reconciliation) any {
	view := layout.ListView{
		Shell: d.Shell(c), Heading: "Rapprochement", Back: layout.Action{Label: "Boîte de réception", Href: inboxPath},
		Lead: "Chaque avis envoyé par l’OFII à votre préfecture, contre ce qu’elle a reçu, ouvert et accusé.",
	}
	bureaux := layout.ListSection{ID: "bureaux", Title: "Par bureau", Columns: []string{"Bureau", "Envoyés", "Reçus", "Ouverts", "Accusés"},
		Intro: "Aucun écart : chaque avis envoyé est reçu, une fois."}
	if r.Differences > 0 {
		bureaux.Intro = "Un écart est constaté : " + strconv.Itoa(r.Differences) + " envoi(s) mis à part, parce que leur sceau ne se vérifie pas. L’OFII en est prévenu ; l’avis sera renvoyé."
	}
	for _, b := range r.Bureaux {
		row := []layout.ListCell{{Text: bureauWords[b.Bureau]}}
		for _, n := range []int{b.Sent, b.Received, b.Read, b.Acknowledged} {
			row = append(row, layout.ListCell{Text: strconv.Itoa(n)})
		}
		bureaux.Rows = append(bureaux.Rows, row)
	}
	urgent := layout.ListSection{ID: "urgents", Title: "Avis urgents non ouverts", Columns: []string{"Reçu le", "N° AGDREF"},
		Intro: "Un avis d’éloignement que personne n’a ouvert deux heures après sa réception (délai à confirmer).", Empty: "Aucun."}
	for _, u := range r.Urgent {
		urgent.Rows = append(urgent.Rows, []layout.ListCell{{Text: layout.FrenchDateTime(d.localDate(u.ReceivedAt.Time(), ""))},
			{Text: u.AGDREF, Links: []layout.Action{{Label: "Lire l’avis", Href: opinionPath(u.Referral)}}, Of: u.AGDREF}})
	}
	view.Sections = []layout.ListSection{urgent, bureaux}
	return view
}
