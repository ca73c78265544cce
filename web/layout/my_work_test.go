package layout

import (
	"strings"
	"testing"
	"time"
)

// What is over is counted in nothing, and stands folded below what awaits somebody.
func TestWhatIsOverStandsApart(t *testing.T) {
	open := WorkRow{Reference: "1111aaaa", Stage: "Collège", Awaited: Awaited{You: true}, Action: &Action{Label: "Répondre", Href: "/1"}}
	closed := WorkRow{Reference: "2222bbbb", Stage: "Clos", Over: true, Action: &Action{Label: "Ouvrir", Href: "/2"}}
	appealed := WorkRow{Reference: "3333cccc", Stage: "Contentieux", Over: true, Urgent: true}
	page := strings.ReplaceAll(render(t, "my_work", MyWorkView{Heading: "Mon travail", Today: time.Unix(0, 0), Rows: []WorkRow{closed, open, appealed}}), "\u00a0", " ")
	running, over, apart := strings.Cut(page, "<details")
	if !apart || !strings.Contains(running, "1 dossier en cours") || !strings.Contains(running, "1111aaaa") || strings.Contains(running, "2222bbbb") || strings.Contains(running, "Éloignement") {
		t.Errorf("in progress:\n%s", running)
	}
	if !strings.Contains(over, "2222bbbb") || !strings.Contains(over, "3333cccc") || strings.Contains(over, "1111aaaa") {
		t.Errorf("over:\n%s", over)
	}
	if alone := render(t, "my_work", MyWorkView{Rows: []WorkRow{closed}}); !strings.Contains(alone, "<details class=\"cl-more\" open") {
		t.Error("where nothing else is there, what is over is folded all the same")
	}
}
