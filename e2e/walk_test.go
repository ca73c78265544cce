package e2e_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// effort is what a person's hands do at a page. Pages, fields, keys and clicks are counted as they happen.
type effort struct{ pages, fields, keys, clicks int }

// give counts one field: what is typed into it and the Tab key that leads there, or the clicks that choose.
func (e *effort) give(f focused, want string) {
	switch {
	case f.Type == "checkbox" && in(want, f.Value) == f.Checked || f.Type != "checkbox" && f.Type != "radio" && f.Value == want:
		return // it stands so already
	case f.Type == "checkbox" || f.Type == "radio":
		e.clicks++
	case f.Type == "file", f.Tag == "SELECT":
		e.clicks += 2 // to open, and to choose
	case f.Type == "date":
		e.keys += 9
	case f.Type == "datetime-local":
		e.keys += 14
	default:
		e.keys += len([]rune(want)) + 1
	}
	e.fields++
}

// The operators of the keystroke-level model (Card, Moran, Newell, 1980), in seconds: a key of an average typist, pointing with its click, and
// the thought before each field and each click. An estimate: nobody was timed.
const keySeconds, pointSeconds, thinkSeconds = 0.28, 1.1, 1.35

// readSeconds is counted once for each page, apart.
const readSeconds = 5

func (e effort) hands() time.Duration {
	s := keySeconds*float64(e.keys) + pointSeconds*float64(e.clicks) + thinkSeconds*float64(e.fields+e.clicks)
	return time.Duration(s * float64(time.Second))
}

func (e effort) reading() time.Duration { return time.Duration(e.pages) * readSeconds * time.Second }

// reference is the mark by which tests look for a text again; nobody would type it.
var reference = regexp.MustCompile(` *\(réf\. [A-Z0-9]+\)`)

func unmarked(values map[string]string) map[string]string {
	for name, value := range values {
		values[name] = reference.ReplaceAllString(value, "")
	}
	return values
}

// walk is a dossier that a new user takes through its pages, each act counted.
type walk struct {
	*screens
	acts []walked
}

type walked struct {
	name string
	effort
}

// act is one act of one person, from his first page on.
func (w *walk) act(at, name, who string, do func(*reader)) {
	w.t.Helper()
	w.asOf(w.t, at)
	w.browse(who, func(r *reader) {
		do(r)
		r.effort.clicks += r.pressed
		w.acts = append(w.acts, walked{name, r.effort})
	})
}

// The third sample dossier, from the referral to the acknowledgement, as docs/fr/premier-parcours.md tells it. Whoever registers the certificate
// types what the form asks for and leaves the rest to the piece; the rapporteur confirms what is proposed and writes what is his.
func TestTheThirdDossierIsWalked(t *testing.T) {
	if !*everyPage {
		t.Skip("make pages runs it: a person at a keyboard takes minutes")
	}
	t.Parallel()
	e := start(t, options{clock: "2026-01-12T09:00:00+01:00"})
	w := &walk{screens: newScreens(t, e, "case-03", plainLook)}
	w.look.scripted = true
	w.prepare()
	w.instruct()
	w.decide()

	var all effort
	for _, one := range w.acts {
		t.Logf("| %s | %d | %d | %d | %d | %v | %v |", one.name, one.pages, one.fields, one.keys, one.clicks, one.hands().Round(time.Second), one.reading())
		if one.name == "Accusé de réception" {
			continue // after the third signature
		}
		all = effort{all.pages + one.pages, all.fields + one.fields, all.keys + one.keys, all.clicks + one.clicks}
	}
	t.Logf("to the third signature: %+v, hands %v, reading %v", all, all.hands().Round(time.Second), all.reading())
}

// prepare is what prefecture and secretariat do.
func (w *walk) prepare() {
	w.act("2026-01-12T10:05:00+01:00", "Nouvelle saisine", w.agent, func(r *reader) {
		r.press("Nouvelle saisine")
		r.fill(unmarked(w.body(w.given.ReferralBody(w.given.Events[0].At))))
		r.enter()
		w.referral = strings.TrimPrefix(ask[string](r, `location.pathname`), "/saisines/")
		w.awaitDossier(w.t)
	})
	w.act("2026-01-13T10:15:00+01:00", "Dossier retrouvé, certificat enregistré", w.secretary, func(r *reader) {
		f, _ := r.reach(`e.name === 'agdref'`, false)
		r.give(f, w.agdref)
		r.press("Rechercher")
		w.sees(r, "1 dossier de votre liste répond à votre recherche")
		r.inspect("medical-search")
		r.press("Enregistrer le certificat")
		r.fill(asked(unmarked(w.body(w.given.CertificateBody()))))
		r.enter()
		w.sees(r, "Le certificat est enregistré")
	})
	w.act("2026-01-13T10:20:00+01:00", "Certificat joint", w.secretary, func(r *reader) {
		r.open(w.page(""))
		r.press("Ajouter une pièce")
		r.fill(map[string]string{"kind": "CERTIFICAT", "_file": filepath.Join(theWorld.sample(), w.given.Documents[0].File)})
		r.enter()
		w.sees(r, "Vous avez ajouté une pièce")
		r.inspect("medical-dossier-given")
	})
	w.act("2026-01-13T11:00:00+01:00", "Rapporteur désigné", w.secretary, func(r *reader) {
		r.press("Désigner le rapporteur")
		r.fill(map[string]string{"rapporteur": w.who("saveReport")})
		r.enter()
	})
	w.act("2026-01-14T11:30:00+01:00", "Convocation et lettre", w.secretary, func(r *reader) {
		r.open(w.page(""))
		r.press("Convoquer")
		r.fill(map[string]string{"appointment_at": "2026-01-28T10:00"})
		r.enter()
		r.press("Lire la lettre")
	})
}

// asked leaves out what the form of the certificate folds away.
func asked(values map[string]string) map[string]string {
	for _, name := range []string{"history", "recent_exams", "prognosis", "followed_since", "follow_up_frequency", "author.service", "author.establishment",
		"author.city", "author.phone", "originals_returned_on", "anomalies", "patient_examined_on", "consent.signed_on", "consent.scope"} {
		delete(values, name)
	}
	return values
}

// instruct is what the rapporteur does.
func (w *walk) instruct() {
	author := w.who("saveReport")
	w.act("2026-01-28T10:05:00+01:00", "Arrivée, présence, identité", author, func(r *reader) {
		r.open(w.page(""))
		r.press("Elle est venue")
		r.fill(map[string]string{"interpreter": "PHYSIQUE"})
		r.enter()
		r.press("Vérifier l’identité")
		r.fill(map[string]string{"person": "patient", "identity_shown": "true", "identity_document": "PASSEPORT"})
		r.enter()
	})
	w.act("2026-01-28T10:10:00+01:00", "Passeport joint", author, func(r *reader) {
		r.open(w.page(""))
		r.press("Ajouter une pièce")
		r.fill(map[string]string{"kind": "IDENTITE", "_file": filepath.Join(theWorld.sample(), w.given.Documents[1].File)})
		r.enter()
	})
	w.act("2026-01-29T18:20:00+01:00", "Rapport écrit et signé", author, func(r *reader) {
		r.press("Rédiger")
		w.sees(r, "Proposé d’après le certificat", "repris du certificat")
		r.inspect("medical-report-proposed")
		own := unmarked(w.body(w.given.ReportBody()))
		r.fill(map[string]string{"disease_history": own["disease_history"], "clinical_exam": own["clinical_exam"], "prospects": own["prospects"]})
		r.enter()
		r.press("Signer le rapport")
		w.confirm(r, author, "Signer le rapport")
		w.sees(r, "Le rapport est signé")
	})
	w.act("2026-01-30T08:45:00+01:00", "Rapport transmis", author, func(r *reader) {
		r.press("Transmettre")
		r.press("Transmettre")
		w.sees(r, "Le rapport est transmis au collège")
	})
}

// decide is what the college does, and the prefecture in the end.
func (w *walk) decide() {
	w.act("2026-02-02T14:00:00+01:00", "Collège désigné", w.secretary, func(r *reader) {
		r.press("Désigner le collège")
		r.fill(map[string]string{"members": strings.Join(w.members, ",")})
		r.enter()
	})
	for i, at := range []string{"2026-02-03T10:00:00+01:00", "2026-02-10T20:30:00+01:00", "2026-02-12T08:15:00+01:00"} {
		w.act(at, fmt.Sprintf("Réponse %d", i+1), w.members[i], func(r *reader) {
			r.press("Répondre")
			w.sees(r, "Rapport médical", "Certificat signé le")
			r.inspect("medical-answers-beside")
			r.fill(unmarked(w.body(w.answersOf(w.members[i]))))
			w.seal(r, false)
		})
	}
	w.act("2026-02-16T09:00:00+01:00", "Synthèse", w.members[0], func(r *reader) {
		r.press("Comparer les réponses")
		r.fill(unmarked(w.body(w.settlement())))
		r.enter()
		w.sees(r, "La synthèse est arrêtée")
	})
	for i, at := range []string{"2026-02-25T09:00:00+01:00", "2026-02-26T12:00:00+01:00", "2026-02-27T16:45:00+01:00"} {
		w.act(at, fmt.Sprintf("Signature %d", i+1), w.members[i], func(r *reader) {
			r.press("Relire et signer")
			r.press("Signer l’avis")
			w.confirm(r, w.members[i], "Signer l’avis")
			w.sees(r, "Votre signature est enregistrée")
		})
	}
	w.asOf(w.t, "2026-03-02T11:00:00+01:00")
	eventually(w.t, "the opinion crosses", func() bool { return len(w.opinions(w.t, w.referral)) == 1 })
	w.act("2026-03-02T11:00:00+01:00", "Accusé de réception", w.agent, func(r *reader) {
		r.press("Lire l’avis de la saisine " + w.agdref)
		r.press("Accuser réception")
		w.sees(r, "L’accusé de réception est enregistré")
	})
}
