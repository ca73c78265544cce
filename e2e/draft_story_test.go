package e2e_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"cloison/internal/dev/canary"

	"github.com/chromedp/chromedp"
)

// draft is what the page of a form sends while it is typed.
func (l *line) draft(op, form string, body object) call {
	c := call{op: op, path: map[string]string{"dossier": l.dossier, "form": form}}
	if body != nil {
		c.json = body
	}
	return c
}

func typedReport(base int, history string) object {
	return object{"base": base, "fields": []object{{"name": "disease_history", "value": history}, {"name": "pathologies.0.label", "value": "une demi-"}}}
}

// What a physician types is kept sealed, is read back by him alone, and ends with the act that it was the draft of.
func TestADraftIsItsAuthorsAlone(t *testing.T) {
	t.Parallel()
	e := start(t, options{})
	const word = "CNRYDRAFT0001"
	l := e.line(t, "case-01", true).to(t, "assignRapporteur")
	rapporteur := e.as(t, l.who("saveReport"))
	keep := func(base int) call { return l.draft("saveDraft", "report", typedReport(base, "Évolution "+word)) }

	if a := rapporteur.call(t, l.draft("getDraft", "report", nil)); a.Status != http.StatusNotFound {
		t.Errorf("before anything was typed: %s", a)
	}
	for range 2 { // over the one before
		rapporteur.do(t, keep(0))
	}
	fields := rapporteur.do(t, l.draft("getDraft", "report", nil)).object(t)["fields"].([]any)
	if len(fields) != 2 || !strings.Contains(fields[0].(object)["value"].(string), word) {
		t.Fatalf("kept: %v", fields)
	}
	for who, want := range map[string]int{l.secretary: 403, "med-08": 404, "aud-01": 404} {
		for _, c := range []call{keep(0), l.draft("getDraft", "report", nil), l.draft("dropDraft", "report", nil)} {
			if a := e.as(t, who).call(t, c); a.Status != want {
				t.Errorf("%s, %s: %s", who, c.op, a)
			}
		}
	}
	if a := rapporteur.call(t, l.draft("saveDraft", "answers", typedReport(0, word))); a.Status == http.StatusOK {
		t.Error("the rapporteur keeps an answer of the college")
	}

	w := e.watch(t, "case-01")
	searcher, err := canary.New(canary.Token{Text: word, Name: "what was typed"})
	if err != nil {
		t.Fatal(err)
	}
	hits, _ := w.dump(t, searcher, medicalZone)
	none(t, hits)
	hits, _ = w.files(t, searcher)
	none(t, hits)

	l.to(t, "saveReport")
	rapporteur = e.as(t, l.who("saveReport")) // the clock moved on, and sessions with it
	if a := rapporteur.call(t, l.draft("getDraft", "report", nil)); a.Status != http.StatusNotFound {
		t.Errorf("once the report was saved: %s", a)
	}
	if a := rapporteur.call(t, keep(0)); a.Status != http.StatusConflict {
		t.Errorf("what was under way while the report was saved: %s", a)
	}
	rapporteur.do(t, keep(1))
	rapporteur.do(t, l.draft("dropDraft", "report", nil))
	if n := e.count(t, medicalZone, `SELECT count(*)::int FROM medical.drafts`); n != 0 {
		t.Errorf("%d drafts are left", n)
	}
}

// In a browser: what is typed is kept by itself; the page opened again, by the same physician after a new sign-in, has it back.
func TestWhatIsTypedIsBackAfterTheSessionEnded(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock}) // its sessions are ended below
	l := e.line(t, "case-01", false).to(t, "assignRapporteur")
	path := "/dossiers/" + l.dossier + "/rapport"
	r := e.browse(t, medicalZone, l.who("saveReport"))
	r.scripts(true)
	r.open(path)
	const added, shown = "Suivi depuis 2019, traitement bien supporté.", `document.querySelector('[name="disease_history"]').value`
	proposed := ask[string](r, shown) // from the certificate
	r.do(chromedp.SendKeys(`[name="disease_history"]`, added))
	typed := ask[string](r, shown)
	if !strings.Contains(typed, added) {
		t.Fatalf("typing gave %q", typed)
	}
	r.until(`document.querySelector('[data-draft-said]').textContent.startsWith('Brouillon gardé')`, 2*time.Minute)

	again := e.browse(t, medicalZone, l.who("saveReport"))
	again.open(path)
	if got := ask[string](again, shown); got != typed {
		t.Errorf("the page shows %q", got)
	}
	if !strings.Contains(again.text(), "Votre texte est repris.") {
		t.Error("the page does not say that a draft is back")
	}
	again.do(chromedp.Click(`.cl-alert .cl-asLink`))
	again.until(`document.querySelector('[name="disease_history"]') !== null && `+shown+` === `+quoted(proposed), 2*time.Minute)
	r.do(chromedp.SendKeys(`[name="disease_history"]`, " Et encore."))
	if _, err := e.database(t, medicalZone).Exec(t.Context(), `DELETE FROM identity.sessions WHERE person = $1`, l.who("saveReport")); err != nil {
		t.Fatal(err)
	}
	r.until(`document.querySelector('[data-draft-said]').textContent.startsWith('Votre session a pris fin')`, 2*time.Minute)
}

// scripts lets the scripts of a page run, or not.
func (r *reader) scripts(on bool) {
	r.t.Helper()
	r.look.scripted = on
	r.do(disableScripts(!on))
}

// until waits for something that the page shows.
func (r *reader) until(condition string, atMost time.Duration) {
	r.t.Helper()
	for end := time.Now().Add(atMost); ; {
		if ask[bool](r, condition) {
			return
		}
		if time.Now().After(end) {
			r.t.Fatalf("at %s, after %s: not yet %s", r.title(), atMost, condition)
		}
		time.Sleep(100 * time.Millisecond)
	}
}
