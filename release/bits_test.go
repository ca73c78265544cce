package release_test

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"cloison/release"
)

// channel is what one field of a released opinion could carry beyond the legal form, for a receiver
// who knows the referral, against a medical zone that wants to tell more than the form says.
type channel struct {
	bits float64
	why  string
}

func beyond() map[string]channel {
	return map[string]channel{
		"id":                  {0, "derived from referral and version"},
		"referral":            {0, "given by the administrative zone"},
		"referral_version":    {math.Log2(8), "equal to the receiver's; its document is under one of the last eight states that corrections made"},
		"version":             {0, "one more than the version the receiver holds"},
		"replaces":            {0, "derived"},
		"receiver":            {math.Log2(2), "a prefecture that is in charge of the referral, or was before a transfer"},
		"kind":                {0, "legal form (liberty status at the opinion, known to the prefecture)"},
		"form":                {math.Log2(2), "the annexe follows from the kind; at most two versions of it could be claimed"},
		"country":             {0, "equal to the referral's"},
		"stage_report":        {0, "legal form (CE 419226)"},
		"stage_opinion":       {0, "legal form (CE 419226)"},
		"care_needed":         {0, "legal form, question 1"},
		"exceptional_gravity": {0, "legal form, question 2"},
		"treatment_available": {0, "legal form, question 3"},
		"duration_months":     {math.Log2(121), "legal form when favourable; counted whole, since a value may stand where the form needs none"},
		"can_travel":          {math.Log2(3), "legal form when treatment is available; counted whole for the same reason"},
		"outcome":             {0, "follows from the answers"},
		"decision":            {math.Log2(2 * 8), "a decision the receiver holds, in one of its recorded states; two in force around a change of year, completed seven times each"},
		"authors":             {0, "legal form (signatures must identify the three); ascending, so their order says nothing"},
		"issued_on":           {math.Log2(31), "legal form; counted for a date held back within a month"},
		"seal.form":           {0, "constant"}, "seal.alg": {0, "constant"}, "seal.key": {math.Log2(2), "a pinned certificate; two around its renewal"},
		"seal.value": {2 * math.Log2(65537), "the receiver takes the one CMS it expects (crypto/cms), and an RSA PKCS #1 v1.5 signature has one value; a key made dishonestly could have as many as the square of its exponent"},
	}
}

// TestBitsBeyondTheLegalForm prints and bounds the covert capacity of one opinion:
// only the opinion leaves. Every field of the type must be accounted for.
func TestBitsBeyondTheLegalForm(t *testing.T) {
	account := beyond()
	total, honest := 0.0, 0.0
	var walk func(prefix string, typ reflect.Type)
	walk = func(prefix string, typ reflect.Type) {
		for i := range typ.NumField() {
			f := typ.Field(i)
			name := prefix + strings.Split(f.Tag.Get("json"), ",")[0]
			if f.Anonymous {
				walk(prefix, f.Type)
				continue
			}
			if name == "seal" {
				walk("seal.", f.Type)
				continue
			}
			c, known := account[name]
			if !known {
				t.Errorf("%s: not accounted for", name)
				continue
			}
			delete(account, name)
			total += c.bits
			if name != "seal.value" {
				honest += c.bits
			}
			t.Logf("%-20s %6.1f  %s", name, c.bits, c.why)
		}
	}
	walk("", reflect.TypeOf(release.Opinion{}))
	for name := range account {
		t.Errorf("%s: accounted for, but no such field", name)
	}
	hour := math.Log2(24 * 3600)
	t.Logf("%-20s %6.1f  %s", "(hour of release)", hour, "seconds within the day of issue, seen by the listener")
	order := math.Log2(6)
	t.Logf("%-20s %6.1f  %s", "(order of release)", order, "place among the releases of the same minute, three taken")
	t.Logf("%-20s %6.1f  key made honestly", "total", honest+hour+order)
	t.Logf("%-20s %6.1f  key made dishonestly", "total", total+hour+order)
	if honest+hour+order > 44 || total+hour+order > 76 {
		t.Error("a released opinion can carry more than the bound")
	}
}

// TestBitsOfNotices bounds what all the notices about one referral can carry together, given what the administrative zone refuses
// (server/relay: repetitions, days within the procedure). A procedure of two years is taken: the receiver sees the hour of each anyway.
func TestBitsOfNotices(t *testing.T) {
	day := math.Log2(2 * 365)
	fields := map[string]float64{
		"technical_code": 0, "received_on": day, "due_on": day, "transmitted_on": day, "convocation_on": day, "closure_code": math.Log2(6),
	}
	typ := reflect.TypeOf(release.NoticeFields{})
	for i := range typ.NumField() {
		name := strings.Split(typ.Field(i).Tag.Get("json"), ",")[0]
		if _, known := fields[name]; !known {
			t.Errorf("%s: not accounted for", name)
		}
	}
	if typ = reflect.TypeOf(release.Notice{}); typ.NumField() != 5 {
		t.Error("a notice has a field that is not accounted for")
	}
	total := 0.0
	for _, n := range []struct {
		code, field string
		times       float64
	}{
		{"N0", "technical_code", 4}, {"N1", "received_on", 10}, {"N2", "due_on", 1}, {"N3", "transmitted_on", 1},
		{"N4", "convocation_on", 10}, {"N5", "due_on", 10}, {"N7", "closure_code", 1},
	} {
		// Whether each comes at all is one bit; its own day, its field.
		bits := n.times * (1 + day + fields[n.field])
		total += bits
		t.Logf("%-20s %6.1f  at most %.0f", n.code+" "+n.field, bits, n.times)
	}
	order := 37 * math.Log2(7)
	t.Logf("%-20s %6.1f  which code comes next, for each of 37", "(order)", order)
	t.Logf("%-20s %6.1f", "total", total+order)
	if total+order > 800 {
		t.Error("the notices about a referral can carry more than the bound")
	}
}

// TestBitsOfAnAttestation bounds what one attestation can carry, given what the administrative zone refuses (server/relay: one for each
// request, days within the procedure, lines of a decision it holds). There is none without an appeal and a court's case number.
func TestBitsOfAnAttestation(t *testing.T) {
	day := math.Log2(2 * 365)
	fields := map[string]float64{
		"id": 0, "referral": 0, "request": 0, "on": day, "certificate_received_on": day + 1,
		"rapporteur":       math.Log2(1e11 + 1), // eleven digits: the public directory would show a number that is nobody's
		"report_signed_on": day + 1, "report_transmitted_on": day + 1, "decision": math.Log2(2*8 + 1), "composed_on": day,
		"signatures": 3 * (day + 1 + math.Log2(999)), "opinion_version": math.Log2(1000), "issued_on": day, "sent_on": day + 1,
		"steps": 20 * (day + math.Log2(2*3*3)),
	}
	typ := reflect.TypeOf(release.Attestation{})
	total := 0.0
	for i := range typ.NumField() {
		name := typ.Field(i).Tag.Get("json")
		bits, known := fields[name]
		if !known {
			t.Errorf("%s: not accounted for", name)
		}
		total += bits
		t.Logf("%-24s %6.1f", name, bits)
	}
	if typ.NumField() != len(fields) {
		t.Error("a field is accounted for that is not there")
	}
	t.Logf("%-24s %6.1f", "total", total)
	if total > 500 {
		t.Error("an attestation can carry more than the bound")
	}
}
