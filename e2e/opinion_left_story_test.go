package e2e_test

import (
	"strings"
	"testing"
)

// The database was put back to before the third signature, and the other zone's list says that the opinion had left: it can be neither signed again nor
// closed without one. A head of service, freshly authenticated, closes the dossier upon the number and the digest of what left; nobody else, on no
// other number or digest, and where nothing was lost there is nothing to close upon.
func TestADossierWhoseOpinionWasLostIsClosedUponIt(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock})
	l, other := e.line(t, "case-01", false).to(t, "settleOpinion"), e.line(t, "case-01", false).to(t, "assignRapporteur")
	const digest = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	if _, err := e.pool(t, medicalZone).Exec(t.Context(), `WITH next AS (UPDATE medical.counters SET value = value + 1 WHERE name = 'release' RETURNING value)
		INSERT INTO medical.lost_releases (seq, referral, code, digest, found_at) SELECT n.value, $1::text, 'N6', $2::text, $3::timestamptz FROM next n`, l.referral, digest, e.now(t)); err != nil {
		t.Fatal(err)
	}
	number := e.count(t, medicalZone, "SELECT max(l.seq) FROM medical.lost_releases l")
	upon := func(l *line, release int, digest string) call {
		return l.call("closeOnLeftOpinion", object{"opinions": []object{{"release": release, "digest": digest}}})
	}
	head, clerk := e.as(t, chief), e.as(t, l.secretary)
	l.refused(t, clerk, l.call("closeDossier", object{"type": "CLOTURE_SANS_AVIS", "reason_code": "SAISINE_ANNULEE"}), refusal{409, "conflict", "AVIS_LEFT_BEFORE_RESTORE", false})
	for _, x := range []struct {
		name string
		who  *person
		call call
		want refusal
	}{
		{"by the secretariat", clerk, upon(l, number, digest), refusal{403, "forbidden", "ROLE_NO_MEDICAL", false}},
		{"by the author of the report", e.as(t, l.who("saveReport")), upon(l, number, digest), refusal{403, "forbidden", "NOT_COORDINATOR", false}},
		{"by a physician of another dossier", e.as(t, "med-05"), upon(l, number, digest), refusal{404, "not_found", "NOT_COORDINATOR", true}},
		{"on another digest", head, upon(l, number, strings.Repeat("ab", 32)), refusal{422, "invalid", "OPINION_LEFT_OTHERWISE", false}},
		{"on another number", head, upon(l, number+1, digest), refusal{422, "invalid", "OPINION_LEFT_OTHERWISE", false}},
		{"on a digest that is none", head, upon(l, number, "abcd"), refusal{422, "invalid", "", false}},
		{"of a dossier that lost nothing", head, upon(other, number, digest), refusal{409, "conflict", "NO_OPINION_LEFT", false}},
	} {
		t.Run(x.name, func(t *testing.T) { l.refused(t, x.who, x.call, x.want) })
	}
	v := &visitor{t: t, env: e, who: chief}
	v.open("/equipe")
	v.sees("Dossier "+l.dossier[:8]+" : avis parti avant une restauration", "Clore sur l’avis parti")

	asked := head.call(t, upon(l, number, digest))
	e.wasRefused(t, asked, refusal{status: 403, code: "step_up_required"})
	closed := head.confirm(t, upon(l, number, digest)).object(t)
	if closed["state"] != "CLOS" || l.shown(t)["state"] != "CLOS" {
		t.Errorf("closed: %v, shown %v", closed, l.shown(t)["state"])
	}
	if kinds := l.kinds(t); !strings.HasSuffix(kinds, "SYNTHESE COMPOSITION_CLOSE CLOTURE") || strings.Contains(kinds, "AVIS_EMIS") {
		t.Errorf("events: %s", kinds)
	}
	l.refused(t, head, upon(l, number, digest), refusal{409, "conflict", "CASE_CLOSED", false})
	v.open("/equipe")
	v.seesNot("avis parti avant une restauration")
}
