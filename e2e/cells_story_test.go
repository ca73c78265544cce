package e2e_test

import (
	"bytes"
	"encoding/csv"
	"maps"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloison/policy"
	"cloison/policy/matrix"
)

// invented stands for every id that nobody gave.
const invented = "00000000-0000-4000-8000-000000000000"

// prober is somebody who asks for everything, and what he is to the dossiers of the story in the words of the matrix.
type prober struct{ id, role, tie string }

var probers = map[zone][]prober{
	medicalZone: {
		{"med-12", "MEDECIN", "rapporteur"}, {"med-02", "MEDECIN", "membre"}, {"med-05", "MEDECIN", "aucune"}, {"med-13", "MEDECIN", "aucune"},
		{"sec-01", "SECRETARIAT_MEDICAL", "territoire"}, {"sec-02", "SECRETARIAT_MEDICAL", "autre_territoire"},
		{"aud-01", "AUDITEUR_CONFORMITE", "aucune"}, {"dpo-01", "DPO", "aucune"},
	},
	serverZone: {{"pref-75", "PREFECTURE", "en_charge"}, {"pref-93", "PREFECTURE", "autre"}, {"aud-01", "AUDITEUR_CONFORMITE", "aucune"}, {"dpo-01", "DPO", "aucune"}},
}

// stages are where dossiers of the story stand, in the words of the matrix.
var stages = []struct{ after, dossier, piece, referral, release string }{
	{"createReferral", "DEMANDE_DEPOSEE", "DEPOSEE", "OUVERTE", "MESSAGE"},
	{"saveReport", "RAPPORT_EN_COURS", "LUE", "OUVERTE", "MESSAGE"},
	{"composeCollege", "COLLEGE_DESIGNE", "LUE", "OUVERTE", "MESSAGE"},
	{"settleOpinion", "SYNTHESE", "LUE", "OUVERTE", "MESSAGE"},
	{"acknowledgeRelease", "CLOS", "DOSSIER_CLOS", "AVIS_ACCUSE", "AVIS_ACCUSE"},
}

// Every operation that the running programs offer is asked over HTTP, by everybody who can have a session, of dossiers at five stages. Whom the
// matrix refuses gets nothing; who may not know of the object cannot tell it from one that never was: same status, same headers, same length.
// A write that the matrix allows is not tried: the other stories do those. (That the matrix is right is TestEveryCellIsAsTheProcedureSays.)
func TestEveryOperationRefusesWhomTheMatrixRefuses(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock})
	allows := allowedCells(t, e)
	var probed, refused, unread, answered, alike atomic.Int64
	stand := make([]*line, len(stages))
	t.Run("dossiers", func(t *testing.T) { // each waits for what crosses, on its own
		for i, stage := range stages {
			t.Run(stage.dossier, func(t *testing.T) {
				t.Parallel()
				stand[i] = e.line(t, "case-01", false).to(t, stage.after)
			})
		}
	})
	if t.Failed() {
		t.FailNow()
	}
	ready := time.Now()
	before := make([]state, len(stages))
	for i, l := range stand {
		before[i] = l.state(t)
	}
	t.Run("everybody", func(t *testing.T) {
		for z, of := range probers {
			for _, who := range of {
				t.Run(string(z)+" "+who.id, func(t *testing.T) {
					t.Parallel()
					p := e.at(t, z, who.id)
					asked, nowhere := map[string]bool{}, map[string]call{}
					var questions []question
					for i, l := range stand {
						for _, op := range slices.Sorted(maps.Keys(p.portal.ops)) {
							if strings.HasPrefix(op, "missions.") {
								continue // a mission's rules are its own: the matrix is of the two programs, missions/installed holds the rest
							}
							q := question{probe: probe{who: who, op: op, line: l, stage: i}}
							q.may, q.call = q.probe.may(t, allows, p), q.ask(t, p, false)
							at := where(p, q.call)
							switch {
							case q.may && p.portal.ops[op].method != http.MethodGet:
							case asked[at]: // it names no object of the story: it was the same cell at the stage before
							default:
								asked[at] = true
								if !q.may && q.unknown(p) {
									never := q.ask(t, p, true)
									q.never = where(p, never)
									nowhere[q.never] = never
								}
								questions = append(questions, q)
							}
						}
					}
					none := map[string]answer{} // of what never was: the same at every stage
					var mu sync.Mutex
					together(slices.Collect(maps.Keys(nowhere)), func(at string) {
						a := p.call(t, nowhere[at])
						mu.Lock()
						defer mu.Unlock()
						none[at] = a
					})
					together(questions, func(q question) {
						a := p.call(t, q.call)
						probed.Add(1)
						switch {
						case q.may && (a.Status == http.StatusForbidden || a.Status == http.StatusUnauthorized):
							t.Errorf("%s at %s: the matrix allows it: %s", q.op, stages[q.stage].dossier, a)
						case q.may:
							answered.Add(1)
						case a.Status < 300:
							t.Errorf("%s at %s: the matrix refuses it, and it was done: %s", q.op, stages[q.stage].dossier, a)
						case a.Problem.Rule == "" && a.Status != http.StatusNotFound:
							unread.Add(1) // its body was refused before policy was asked
						default:
							refused.Add(1)
						}
						if q.never != "" {
							q.cannotBeTold(t, a, none[q.never])
							alike.Add(1)
						}
					})
				})
			}
		}
	})
	took := time.Since(ready)
	for i, l := range stand {
		if after := l.state(t); after != before[i] {
			t.Errorf("%s: something changed: before %+v, after %+v", stages[i].dossier, before[i], after)
		}
	}
	t.Logf("%d cells probed over HTTP in %.0f s: %d refused by policy, %d for their body before it, %d answered; %d could not be told from an object that never was",
		probed.Load(), took.Seconds(), refused.Load(), unread.Load(), answered.Load(), alike.Load())
	if refused.Load() < 500 || answered.Load() < 100 || alike.Load() < 200 {
		t.Error("the story met too few of either kind")
	}
}

type probe struct {
	who   prober
	op    string
	line  *line
	stage int
}

// may is what the matrix says of this operation, for this person, of this object where it stands.
func (one probe) may(t *testing.T, allows map[string]bool, p *person) bool {
	t.Helper()
	if _, known := allows[string(p.portal.zone)+" "+one.op]; !known {
		t.Errorf("%s is served, and the matrix does not know it", one.op)
	}
	s := stages[one.stage]
	const notHead = "PAS_CHEF" // none of the probers is head of service
	for _, state := range []string{s.dossier, s.piece, s.referral, s.release, string(p.portal.zone), notHead} {
		for _, tie := range []string{one.who.tie, "aucune", "territoire", "en_charge"} { // a portal, and people, have one tie for each role
			if (tie == one.who.tie || state == string(p.portal.zone) || state == notHead) && allows[strings.Join([]string{string(p.portal.zone), one.op, one.who.role, tie, state}, " ")] {
				return true
			}
		}
	}
	return false
}

// allowedCells are the cells of the story's stages that are allowed, and every operation that the matrix knows.
func allowedCells(t *testing.T, e *environment) map[string]bool {
	t.Helper()
	engine, err := policy.New()
	if err != nil {
		t.Fatal(err)
	}
	operations := matrixOperations(t, e)
	states := map[string]bool{"medical": true, "server": true}
	for _, s := range stages {
		states[s.dossier], states[s.piece], states[s.referral], states[s.release] = true, true, true, true
	}
	cells, err := matrix.Cells(t.Context(), engine, operations, func(c matrix.Cell) bool {
		// What the story asks without naming a compartment is all of the answers.
		return c.Operations != "" && c.Compartment != "own" && (states[c.State] || slices.Contains([]string{"sortie", "plafond", "tableau_astreinte", "habilitation"}, c.Object)) && slices.Contains([]string{"MEDECIN", "SECRETARIAT_MEDICAL", "AUDITEUR_CONFORMITE", "DPO", "PREFECTURE"}, c.Role) &&
			slices.Contains([]string{"aucune", "rapporteur", "membre", "territoire", "autre_territoire", "en_charge", "autre"}, c.Tie)
	})
	if err != nil {
		t.Fatal(err)
	}
	allows := map[string]bool{}
	for _, c := range cells {
		for _, op := range strings.Fields(c.Operations) {
			allows[c.Zone+" "+op] = true
			// Of a dossier it opens the sources and the approvals, which are medical, and of a letter the civil part.
			opens := c.Action != "dossier.open" || (op == "listSources" || op == "listApprovals") == (c.Compartment == "medical")
			if c.Allow && opens {
				allows[strings.Join([]string{c.Zone, op, c.Role, c.Tie, c.State}, " ")] = true
			}
		}
	}
	return allows
}

// matrixOperations are those that the running programs describe, with the action that the tool's matrix names for each.
func matrixOperations(t *testing.T, e *environment) []matrix.Operation {
	t.Helper()
	text, err := exec.CommandContext(t.Context(), theWorld.program("cloison"), "policy", "matrix", "--role", "PERSONNE").Output()
	if err != nil {
		t.Fatalf("cloison policy matrix: %v", err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	action := map[string]string{}
	for _, row := range rows {
		for _, op := range strings.Fields(row[3]) {
			action[row[0]+" "+op] = row[2]
		}
	}
	var all []matrix.Operation
	for z, portal := range e.zones {
		for id, op := range portal.ops {
			path := strings.NewReplacer("{", ":", "}", "").Replace(strings.TrimPrefix(op.path, "/api/v1"))
			all = append(all, matrix.Operation{Zone: string(z), ID: id, Method: op.method, Path: path, Action: action[string(z)+" "+id]})
		}
	}
	return all
}

// unknown: the object is one that this person may not know of.
func (one probe) unknown(p *person) bool {
	path := p.portal.ops[one.op].path
	if strings.Contains(path, "{dossier}") {
		return one.who.tie == "aucune" && one.who.role != "DPO" || one.who.tie == "autre_territoire" || one.who.tie == "membre" && one.line.next < one.line.rank("composeCollege")
	}
	return (strings.Contains(path, "{referral}") || strings.Contains(path, "{release}")) && one.who.tie != "en_charge"
}

// tellable are the headers of an answer without those that no two have alike.
func tellable(h http.Header) http.Header {
	h = h.Clone()
	h.Del("X-Request-Id")
	h.Del("Date")
	return h
}

// cannotBeTold compares with the answer about an id that nobody gave all that a person could compare.
func (one probe) cannotBeTold(t *testing.T, real, other answer) {
	t.Helper()
	if real.Status != other.Status || len(real.Body) != len(other.Body) || real.Problem.Rule != other.Problem.Rule {
		t.Errorf("%s at %s tells a dossier from none: %s; %s (%d and %d bytes)", one.op, stages[one.stage].dossier, real, other, len(real.Body), len(other.Body))
	}
	if got, want := tellable(real.Header), tellable(other.Header); !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%s: the headers differ: %v, %v", one.op, got, want)
	}
}

// question is a probe with its call, and where the same is asked of what never was; "" where the object may be known of.
type question struct {
	probe
	may   bool
	call  call
	never string
}

// atOnce is how many questions of one person are asked at once: each mostly waits for its entry to be on disk.
const atOnce = 6

func together[T any](all []T, do func(T)) {
	next := make(chan T)
	var group sync.WaitGroup
	for range atOnce {
		group.Go(func() {
			for one := range next {
				do(one)
			}
		})
	}
	for _, one := range all {
		next <- one
	}
	close(next)
	group.Wait()
}

// where a call goes: two that go to the same place are one question.
func where(p *person, c call) string {
	path := p.portal.ops[c.op].path
	for name, value := range c.path {
		path = strings.ReplaceAll(path, "{"+name+"}", value)
	}
	return c.op + " " + path + "?" + c.query.Encode()
}

// ask asks it of the dossier of the line, or of ids that nobody gave, with a body that reaches policy wherever the line knows one.
func (one probe) ask(t *testing.T, p *person, never bool) call {
	t.Helper()
	l := one.line
	path := map[string]string{"dossier": l.dossier, "referral": l.referral, "release": "1", "document": invented, "composition": "1", "request": "conv-1",
		"event": invented, "disclosure": invented, "form": "rapport", "entry": invented,
		"person": "med-04", "habilitation": invented, "absence": invented, "decision": invented}
	if len(l.documents) > 0 {
		path["document"] = l.documents[0]
	}
	if l.release != "" {
		path["release"] = l.release
	}
	if never {
		path["dossier"], path["referral"], path["release"] = invented, invented, "99999999"
	}
	c := call{op: one.op, path: path}
	switch op := p.portal.ops[one.op]; {
	case op.method == http.MethodGet && strings.Contains(op.path, "{dossier}"):
		c.query = url.Values{"purpose": {"INSTRUCTION"}}
	case one.op == "uploadDocument":
		c.raw, c.query = []byte("%PDF-1.7"), url.Values{"offset": {"0"}}
	case one.op == "importReferrals":
		c.raw, c.headers = []byte("cle;kind;channel;prefecture;agdref;country;family_name;given_names;sex;birth_date;birth_place;birth_country;nationality;language;address\n"), map[string]string{"Content-Type": "text/csv"}
	case op.method != http.MethodGet:
		c.json = one.body()
	}
	return c
}

func (one probe) body() any {
	l := one.line
	switch one.op {
	case "receiveCertificate":
		return l.given.CertificateBody()
	case "createDocument":
		return l.given.Documents[0].Body()
	case "assignRapporteur":
		return object{"rapporteur": "med-01"}
	case "saveReport":
		return l.given.ReportBody()
	case "composeCollege":
		return object{"decision_ref": "DEC-2026-01", "members": []string{"med-01", "med-04", "med-05"}}
	case "giveAnswers":
		return l.answersOf("med-02")
	case "settleOpinion":
		return l.settlement()
	case "closeOnLeftOpinion":
		return object{"opinions": []object{{"release": 1, "digest": strings.Repeat("0a", 32)}}}
	case "moveDocument":
		return object{"to": l.dossier, "reason_code": "DEPLACEE_AUTRE_DOSSIER"}
	case "splitDocument":
		return object{"after": 1, "first_label": "", "second_label": ""}
	case "proposePasskey":
		return object{"credential": "AQ", "attestation_object": "AQ", "client_data": "AQ"}
	case "handOverRelease":
		return object{"bureau": "CONTENTIEUX"}
	case "signOpinion", "refuseSignature":
		return object{"composition": 1}
	}
	return nil
}

// rank is where a step stands in the line.
func (l *line) rank(name string) int {
	return slices.IndexFunc(l.steps(), func(s step) bool { return s.name == name })
}
