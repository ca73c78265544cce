package medical_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"cloison/medical"

	"github.com/google/go-cmp/cmp"
)

// The sample dossiers say what their events must give. A dossier is read as play reads it: what came in, then what happened.
type sample struct {
	ID   string
	Meta struct {
		AsOf time.Time `json:"as_of"`
	}
	Referral struct {
		Kind                   string
		Renewal                bool
		Prefecture             string
		Direction              string        `json:"territorial_direction"`
		RequestRegisteredOn    *medical.Date `json:"request_registered_on"`
		CertificateAvailableOn *medical.Date `json:"certificate_available_on"`
		Asylum                 *struct {
			RegisteredOn       medical.Date  `json:"registered_on"`
			InformationGivenOn *medical.Date `json:"information_given_on"`
			NewCircumstances   bool          `json:"new_circumstances"`
		}
		Files []struct{ Agdref, Prefecture string } `json:"administrative_files"`
	}
	Liberty []struct {
		Status medical.Liberty
		From   *time.Time
	} `json:"liberty_history"`
	Certificate *medical.Certificate
	Report      json.RawMessage
	Events      []struct {
		Seq   int
		At    time.Time
		Type  medical.EventType
		Actor string
		Stage *medical.Stage
		Data  map[string]any
	}
	Work struct {
		Answers, Syntheses []map[string]any
	} `json:"opinion_work"`
	Expected struct {
		FinalState medical.StateName `json:"final_state"`
		Opinion    *struct {
			Kind       string `json:"kind_at_opinion"`
			Author     string `json:"author_kind"`
			Annexe     string
			Form       string `json:"form_version"`
			Certainty  string `json:"form_certainty"`
			Sens       string
			Liberty    medical.Liberty `json:"liberty_at_opinion"`
			Procedural struct{ Report, Opinion *medical.Boxes }
		}
		Notices []struct {
			Code, Agdref, Prefecture string
			On                       medical.Date
			Optional                 bool
			Fields                   medical.NoticeFields
		}
		Deadlines []medical.Deadline
		Flags     []string
	}
}

// secrets of the corpus' event data that never enter an event of ours.
var sealed = []string{"question", "exam_nature", "answer_summary", "address", "court", "proof"}

func (s sample) toCase(t *testing.T) medical.Case {
	t.Helper()
	c := medical.Case{
		Kind: s.Referral.Kind, Renewal: s.Referral.Renewal, Direction: s.Referral.Direction, Prefecture: s.Referral.Prefecture,
		RequestRegisteredOn: s.Referral.RequestRegisteredOn, CertificateAvailableOn: s.Referral.CertificateAvailableOn,
	}
	if a := s.Referral.Asylum; a != nil {
		c.Asylum = &medical.Asylum{RegisteredOn: a.RegisteredOn, InformationGivenOn: a.InformationGivenOn, NewCircumstances: a.NewCircumstances}
	}
	for _, f := range s.Referral.Files {
		c.Referrals = append(c.Referrals, medical.ReferralRef{ID: "ref-" + f.Agdref, Prefecture: f.Prefecture})
	}
	for _, l := range s.Liberty {
		c.Liberty = append(c.Liberty, medical.LibertyPeriod{Status: l.Status, From: l.From})
	}
	for _, e := range s.Events {
		c.Events = append(c.Events, s.event(t, e.Seq, e.At, e.Type, e.Actor, e.Stage, e.Data))
	}
	return c
}

func (s sample) event(t *testing.T, seq int, at time.Time, typ medical.EventType, actor string, stage *medical.Stage, data map[string]any) medical.Event {
	t.Helper()
	for _, k := range sealed {
		delete(data, k)
	}
	for _, k := range []string{"agdref", "agdref_old"} {
		if v, ok := data[k]; ok {
			data["referral"] = "ref-" + v.(string)
			delete(data, k)
		}
	}
	delete(data, "agdref_new")
	if typ == medical.EvCertificateReceived && s.Certificate != nil && data["accepted"] == true {
		data["sent_on"], data["signed_on"] = s.Certificate.SentOn, s.Certificate.SignedOn
	}
	b, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	d, err := medical.DecodeData(typ, b)
	if err != nil {
		t.Fatalf("event %d: %v", seq, err)
	}
	e := medical.Event{Seq: seq, At: at, Type: typ, Actor: actor, Data: d}
	if stage != nil {
		e.Stage = *stage
	}
	return e
}

func samples(t *testing.T) []sample {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpusDir(), "cases", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no sample dossier: %v", err)
	}
	var list []sample
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var s sample
		if err := json.Unmarshal(b, &s); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		list = append(list, s)
	}
	return list
}

// corpusDir is the committed sample; CLOISON_TEST_CORPUS names a larger folder of the same format.
func corpusDir() string {
	if d := os.Getenv("CLOISON_TEST_CORPUS"); d != "" {
		return d
	}
	return filepath.Join("..", "sample")
}

func TestSampleDossiersFold(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.ID, func(t *testing.T) {
			c := s.toCase(t)
			if got := medical.State(c); got != s.Expected.FinalState {
				t.Errorf("state %s, want %s", got, s.Expected.FinalState)
			}
			diff(t, "flags", s.Expected.Flags, medical.Flags(c, s.Meta.AsOf))
			diff(t, "deadlines", s.Expected.Deadlines, medical.Deadlines(c, s.Meta.AsOf))
			s.checkNotices(t, c)
			s.checkOpinion(t, c)
		})
	}
}

func (s sample) checkNotices(t *testing.T, c medical.Case) {
	t.Helper()
	var want, got []medical.NoticeDue
	for i, n := range s.Expected.Notices {
		agdref := n.Agdref
		if n.Fields.TechnicalCode == "CORRECTION_AGDREF" {
			agdref = s.Expected.Notices[i-1].Agdref // the same referral under its new number
		}
		want = append(want, medical.NoticeDue{Code: n.Code, Referral: "ref-" + agdref, Prefecture: n.Prefecture, On: n.On, Optional: n.Optional, Fields: n.Fields})
	}
	for _, e := range c.Events {
		got = append(got, medical.Notices(c, e)...)
	}
	diff(t, "notices", want, got)
}

func (s sample) checkOpinion(t *testing.T, c medical.Case) {
	t.Helper()
	o := s.Expected.Opinion
	if o == nil {
		return
	}
	diff(t, "boxes at the stage of the opinion", *o.Procedural.Opinion, medical.BoxesOf(c.Events, medical.StageOpinion))
	if c.Stay() {
		diff(t, "boxes at the stage of the report", *o.Procedural.Report, medical.BoxesOf(c.Events, medical.StageReport))
	}
	at := issued(c)
	a, ok := c.AuthorAt(at)
	if !ok {
		t.Fatal("no rule says who is competent")
	}
	diff(t, "author and form", []string{o.Author, o.Annexe, o.Form, o.Certainty, o.Kind, string(o.Liberty)},
		[]string{a.Author, a.Annexe, a.Form, a.Certainty, c.KindAt(at), string(c.LibertyAt(at))})
	if err := medical.CheckAuthor(c, medical.AuthorKind(o.Author), at); err != nil {
		t.Errorf("author refused: %v", err)
	}
}

func issued(c medical.Case) (at time.Time) {
	for _, e := range c.Events {
		if e.Type == medical.EvOpinionIssued {
			at = e.At
		}
	}
	return at
}

func TestSampleCertificatesAndReportsAreAccepted(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.ID, func(t *testing.T) {
			c := s.toCase(t)
			for i, e := range c.Events {
				before := c
				before.Events = c.Events[:i]
				switch d := e.Data.(type) {
				case medical.CertificatRecu:
					if d.Accepted {
						if err := medical.CheckCertificate(before, *s.Certificate, medical.LocalDate(e.At, c.Direction)); err != nil {
							t.Errorf("certificate: %v", err)
						}
					}
				case medical.RapportSigne:
					r := stripped[medical.Report](t, s.Report, "rapporteur", "signed_at", "transmitted_at", "certificate_received_on")
					if err := medical.CheckReport(before, r, medical.LocalDate(e.At, c.Direction)); err != nil {
						t.Errorf("report: %v", err)
					}
				}
			}
		})
	}
}

func TestSampleSettlementsFollowFromTheAnswers(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.ID, func(t *testing.T) {
			for _, x := range s.Work.Syntheses {
				var given []medical.Answers
				for _, a := range s.Work.Answers {
					if a["composition"] == x["composition"] && a["round"] == x["round"] {
						set := decoded[medical.AnswerSet](t, a, "member", "answered_at")
						if err := medical.CheckAnswers(set.Answers()); err != nil {
							t.Errorf("answers: %v", err)
						}
						given = append(given, set.Answers())
					}
				}
				settlement := decoded[medical.Settlement](t, x, "by", "at")
				if err := medical.CheckSettlement(settlement, given); err != nil {
					t.Errorf("settlement: %v", err)
				}
				if o := s.Expected.Opinion; o != nil && medical.Outcome(settlement.Answers()) != o.Sens {
					t.Errorf("outcome %s, want %s", medical.Outcome(settlement.Answers()), o.Sens)
				}
			}
		})
	}
}

// stripped decodes strictly what is left of an object without the fields that the clock, the session or a rule gives.
func stripped[T any](t *testing.T, raw json.RawMessage, drop ...string) T {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	return decoded[T](t, m, drop...)
}

func decoded[T any](t *testing.T, m map[string]any, drop ...string) T {
	t.Helper()
	kept := map[string]any{}
	for k, v := range m {
		if !slices.Contains(drop, k) {
			kept[k] = v
		}
	}
	b, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	v, err := medical.Decode[T](b)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func diff(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}
