package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// besideTheSample are acts that no dossier of the sample has, and the durable steps at which the programs die while each is done.
type besideTheSample struct {
	name   string
	points []string // without .before and .after
	only   []string // points that have one side alone
	do     func(t *testing.T)
}

func (b besideTheSample) all() []string {
	list := slices.Clone(b.only)
	for _, point := range b.points {
		list = append(list, point+".before", point+".after")
	}
	return list
}

// arm has the programs die at these points too, once each, from now on.
func (e *environment) arm(t *testing.T, points ...string) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(e.dir, "run", "crash", "wanted"), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(strings.Join(points, "\n") + "\n")
		_ = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Every durable step of the acts that the sample does not play, before and after (make faults): a piece moved, one split, a source cited, an expulsion
// that the minister refers, a change of liberty told and confirmed, a rota, a removal taken at night, a piece that goes after an answer and the round
// that follows, a duty that ends. Each is done once, whole.
func TestNothingIsLostAtAnyDurableStepOfAnActBesideTheSample(t *testing.T) {
	if !*everyFault {
		t.Skip("make faults runs it: it takes minutes")
	}
	e := start(t, options{clock: sharedClock, crash: []string{"none"}})
	one, other := e.line(t, "case-01", false).to(t, "assignRapporteur"), e.line(t, "case-01", false).to(t, "assignRapporteur")
	sitting := e.line(t, "case-01", false).to(t, "composeCollege")
	removal := e.removal(t, "OQTF_L7313_ASSIGNE", "ASSIGNE_EXECUTION")
	author := one.who("saveReport")
	medically := func(who string, c call) answer { t.Helper(); return e.persist(t, medicalZone, who, c) }
	wants := func(what string, got, want any) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	standing := func(l *line) int {
		return e.count(t, medicalZone, `SELECT count(*)::int FROM medical.uploads d WHERE d.dossier = $1::uuid
			AND NOT EXISTS (SELECT 1 FROM medical.exclusions x WHERE x.document = d.document)`, l.dossier)
	}
	here, there := standing(one), standing(other)

	for _, act := range []besideTheSample{
		{"a piece is moved", []string{"intent/document.move", "intent/document.take", "outcome/document.move", "outcome/document.take", "act/document.move",
			"object/name"}, []string{"object/sync.before", "object/finish.before"}, func(t *testing.T) {
			medically(author, one.placing("moveDocument", one.documents[1], object{"to": other.dossier, "reason_code": "DEPLACEE_AUTRE_PERSONNE"}))
			wants("pieces here and there", []int{standing(one), standing(other)}, []int{here - 1, there + 1})
		}},
		{"a piece is split", []string{"intent/document.split", "outcome/document.split", "act/document.split"}, nil, func(t *testing.T) {
			medically(author, one.placing("splitDocument", one.documents[0], object{"after": 1, "first_label": "Un", "second_label": "Deux"}))
			wants("pieces here", standing(one), here)
		}},
		{"a source is cited", []string{"act/source.cite"}, nil, func(t *testing.T) {
			medically(author, one.call("citeLibrary", object{"source": "OMS", "title": "Liste", "version": "2025", "url": "https://example.org/l", "sha256": strings.Repeat("0a", 32), "consulted_on": "2026-03-11"}))
			list := one.call("listSources", nil)
			list.query = map[string][]string{"purpose": {"INSTRUCTION"}}
			wants("sources", len(medically(author, list).items(t)), 1)
		}},
		{"a piece goes after an answer", []string{"act/answers.give", "act/document.withdraw", "intent/round.open", "act/round.open"}, nil, func(t *testing.T) {
			members := sitting.seated(t)
			for _, member := range members {
				medically(fmt.Sprint(member), sitting.call("giveAnswers", favourable(1, 1, 12)))
			}
			medically(fmt.Sprint(members[0]), sitting.placing("withdrawDocument", sitting.documents[1], object{"reason_code": "DOCUMENT_OTHER_PERSON"}))
			medically(fmt.Sprint(members[0]), sitting.composition("openRound", 1, nil))
			wants("rounds", strings.Count(sitting.kinds(t), "TOUR_OUVERT"), 1)
			wants("set aside", strings.Count(sitting.kinds(t), "PIECE_ECARTEE"), 1)
		}},
		{"the minister refers", []string{"act/referral.create", "act/referral.receive"}, nil, func(t *testing.T) {
			before := e.count(t, medicalZone, "SELECT count(*) FROM medical.dossiers")
			e.persist(t, serverZone, "pref-mi", call{op: "createReferral", json: e.expulsion(t)})
			eventually(t, "the dossier is there", func() bool { return e.count(t, medicalZone, "SELECT count(*) FROM medical.dossiers") == before+1 })
		}},
		{"a change of liberty", []string{"act/referral.liberty", "act/referral_event.receive", "act/referral_event.confirm"}, nil, func(t *testing.T) {
			e.persist(t, serverZone, removal.agent, removal.about("changeLiberty", object{"type": "CHANGEMENT_LIBERTE", "liberty": "RETENTION"}))
			var told []object
			eventually(t, "the change crosses", func() bool {
				told = medically(removal.secretary, removal.call("listReferralEvents", nil)).items(t)
				return len(told) == 1
			})
			confirm := removal.call("confirmReferralEvent", nil)
			confirm.path["event"] = fmt.Sprint(told[0]["seq"])
			medically(removal.secretary, confirm)
			wants("changes", strings.Count(removal.kinds(t), "CHANGEMENT_LIBERTE"), 1)
		}},
		{"a removal is taken on call", []string{"act/rota.set", "act/removal.take"}, nil, func(t *testing.T) {
			begun := e.now(t)
			medically(removal.secretary, call{op: "setRota", json: object{"direction": fmt.Sprint(removal.shown(t)["direction"]), "physician": "med-06",
				"from": begun.Format(time.RFC3339), "to": begun.Add(24 * time.Hour).Format(time.RFC3339)}})
			medically("med-06", removal.call("takeRemoval", nil))
			wants("designations", strings.Count(removal.kinds(t), "MED1_DESIGNE"), 1)
		}},
		{"a duty ends", []string{"act/habilitation.end"}, nil, func(t *testing.T) {
			medically(chief, about("endHabilitation", author, object{"reason_code": "DEPART"}))
			wants("duties that ended", e.count(t, medicalZone, "SELECT count(*) FROM identity.duty_ends"), 1)
		}},
	} {
		t.Run(act.name, func(t *testing.T) {
			e.arm(t, act.all()...)
			act.do(t)
			struck := e.crashes(t, "struck")
			for _, point := range act.all() {
				if !slices.Contains(struck, point) {
					t.Errorf("nobody died at %s; passed: %v", point, e.crashes(t, "passed"))
				}
			}
			e.nothingIsLostOrDoubled(t)
		})
	}
	struck := e.crashes(t, "struck")
	fmt.Printf("faults: %d crash points struck in acts that the sample does not play\n", len(struck))
	for _, point := range struck {
		fmt.Println("  " + point)
	}
}

// expulsion is a referral of the minister (L. 631-3).
func (e *environment) expulsion(t *testing.T) object {
	t.Helper()
	given := e.line(t, "case-15", false).given
	given.Referral["kind"], given.Referral["prefecture"], given.Liberty[0]["status"] = "EXP_L6313_LIBRE", "MI", "LIBRE"
	given.Referral["removal_decision"].(object)["type"] = "EXPULSION"
	for _, file := range given.Referral["administrative_files"].([]any) {
		file.(object)["prefecture"] = "MI"
	}
	return given.ReferralBody(e.now(t))
}
