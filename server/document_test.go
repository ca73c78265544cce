package server_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/internal/dev/sealing"
	"cloison/release"
	"cloison/release/form"
	"cloison/server/prefecture"
	"cloison/server/store"
)

// entriesOf are the outcomes and rules that a call left, in order.
func (z *zone) entriesOf(a answer) string {
	z.t.Helper()
	var all string
	const find = `SELECT coalesce(string_agg(e.outcome || ' ' || e.rule, ', ' ORDER BY e.seq), '') FROM audit.entries e WHERE e.request_id = $1`
	if err := z.pool.QueryRow(z.t.Context(), find, a.requestID).Scan(&all); err != nil {
		z.t.Fatal(err)
	}
	return all
}

// asOwner changes what only the owner of the database can.
func (z *zone) asOwner(sql string, args ...any) {
	z.t.Helper()
	if _, err := z.owner.Exec(z.t.Context(), sql, args...); err != nil {
		z.t.Fatal(err)
	}
}

const (
	setAside     = `{"seq":1,"quarantined":true}`
	taken        = `{"seq":1,"quarantined":false}`
	documentPath = "/opinion.pdf"
	verification = "/opinion/verification"
)

// TestAnOpinionWhoseSealDoesNotVerifyIsSetAside: said aloud, recorded, shown to nobody, kept nowhere, and the next release comes.
func TestAnOpinionWhoseSealDoesNotVerifyIsSetAside(t *testing.T) {
	t.Parallel()
	for name, forge := range map[string]func(*zone, *release.Opinion){
		"a changed answer": func(_ *zone, o *release.Opinion) { o.DurationMonths = ptr(24) },
		"another key": func(z *zone, o *release.Opinion) {
			sealed, err := sealing.Stranger().Seal(o.Unsealed, z.namesOf(o.Unsealed))
			if err != nil {
				z.t.Fatal(err)
			}
			*o = sealed
		},
		"another document, under the same approvals": func(z *zone, o *release.Opinion) {
			sealed, err := z.sealer.SealDigest(o.Unsealed, [32]byte{1})
			if err != nil {
				z.t.Fatal(err)
			}
			*o = sealed
		},
		"a byte of the seal": func(_ *zone, o *release.Opinion) {
			der, _ := o.Seal.CMS()
			der[len(der)-1] ^= 1
			o.Seal = release.NewSeal(o.Seal.Key, der)
		},
		"a story in place of the seal": func(_ *zone, o *release.Opinion) {
			o.Seal = release.NewSeal(o.Seal.Key, []byte("CNRYAAAAAAAAAA le patient est suivi"))
		},
		"other names there": func(z *zone, _ *release.Opinion) {
			z.asOwner("UPDATE server.decision_lines SET given_name = 'Camille' WHERE ref = 'DEC-2026-01' AND line = 2")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z := newZone(t)
			id := z.create("pref-75", caseOne).ID
			z.clock.set("2026-03-12T10:02:00+01:00")
			r := z.opinion(1, id)
			forge(z, r.Opinion)
			for attempt, entries := range []string{"REFUSED RELEASE_SEAL, DONE RELEASE_QUARANTINED", "REFUSED RELEASE_SEAL, DONE RELEASE_QUARANTINED"} {
				a := z.put(r)
				if a.status != 200 || string(a.body) != setAside {
					t.Fatalf("attempt %d: %d %s", attempt, a.status, a.body)
				}
				if got := z.entriesOf(a); got != entries {
					t.Errorf("entries: %s", got)
				}
			}
			if rows := z.rows(); !strings.HasPrefix(rows, "1 1 0 0 0 ") || !strings.Contains(rows, "release1") {
				t.Errorf("rows: %s", rows)
			}
			if !strings.Contains(z.log.String(), "ALARM: an opinion was set aside") || !strings.Contains(z.log.String(), "seal") {
				t.Errorf("no alarm: %s", z.log.String())
			}
			z.refused(func() answer { return z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+id+documentPath, "") }, 409, "conflict", "OPINION_NOT_ISSUED", "OPINION_NOT_ISSUED")
			var kept string
			if err := z.pool.QueryRow(t.Context(), "SELECT string_agg(q::text, ' ') FROM server.quarantined_releases q").Scan(&kept); err != nil || strings.Contains(kept, "CNRY") || len(kept) > 200 {
				t.Errorf("%v: kept %s", err, kept)
			}
			if a := z.put(z.notice(2, id)); a.status != 200 || string(a.body) != `{"seq":2,"quarantined":false}` {
				t.Errorf("the next release: %d %s", a.status, a.body)
			}
		})
	}
}

// TestAReleaseSetAsideIsTakenOnceMended: the same bytes, offered again; no others.
func TestAReleaseSetAsideIsTakenOnceMended(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.create("pref-75", caseOne).ID
	z.clock.set("2026-03-12T10:02:00+01:00")
	z.asOwner("UPDATE server.decision_lines SET given_name = 'Camille' WHERE ref = 'DEC-2026-01' AND line = 2")
	r := z.opinion(1, id)
	if a := z.put(r); string(a.body) != setAside {
		t.Fatalf("%d %s", a.status, a.body)
	}
	other := z.opinion(1, id, func(u *release.Unsealed) { u.DurationMonths = ptr(24) })
	z.refused(func() answer { return z.put(other) }, 409, "conflict", "RELEASE_DIFFERS", "RELEASE_DIFFERS")

	z.asOwner("UPDATE server.decision_lines SET given_name = 'Dominique' WHERE ref = 'DEC-2026-01' AND line = 2")
	z.refused(func() answer { return z.put(other) }, 409, "conflict", "RELEASE_DIFFERS", "RELEASE_DIFFERS")
	rung := z.bell.Next()
	for range 2 {
		if a := z.put(r); a.status != 200 || string(a.body) != taken {
			t.Fatalf("mended: %d %s", a.status, a.body)
		}
	}
	requireRung(t, rung, "a release taken late")
	if a := z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+id+documentPath, ""); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestTheDocumentIsTheSameForEver: whatever becomes of the referral, and for its own prefecture alone.
func TestTheDocumentIsTheSameForEver(t *testing.T) {
	t.Parallel()
	z, id := withOpinion(t)
	opinion := z.opinion(2, id).Opinion
	want, err := z.sealer.Pins().Verify(*opinion, z.namesOf(opinion.Unsealed))
	if err != nil {
		t.Fatal(err)
	}
	get := func() answer { return z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+id+documentPath, "") }
	if a := get(); a.status != 200 || !bytes.Equal(a.body, want) || z.entriesOf(a) != "DONE ALLOW_PREFECTURE" {
		t.Fatalf("%d, %d bytes of %d, %s", a.status, len(a.body), len(want), z.entriesOf(a))
	}
	z.asOwner("UPDATE server.referral_groups SET civil = jsonb_set(civil, '{patient,family_name}', to_jsonb('AUTRE'::text))")
	if a := get(); !bytes.Equal(a.body, want) {
		t.Error("a name that was corrected later changes the document")
	}
	for _, path := range []string{documentPath, verification} {
		z.refused(func() answer { return z.call("pref-69", http.MethodGet, "/api/v1/referrals/"+id+path, "") }, 404, "not_found", "", "WRONG_PREFECTURE")
		z.refused(func() answer { return z.call("aud-01", http.MethodGet, "/api/v1/referrals/"+id+path, "") }, 404, "not_found", "", "ROLE_NOT_ALLOWED")
	}
	for _, change := range []string{
		"UPDATE server.opinion_documents SET digest = decode(repeat('00', 32), 'hex')",
		"UPDATE server.opinion_documents SET names = replace(names, 'FICTIVAUX', 'FICTIVAUT')",
	} {
		z.asOwner(change)
		if a := get(); a.status != 500 || strings.Contains(string(a.body), "%PDF") {
			t.Errorf("a document that is not the one taken: %d after %s", a.status, change)
		}
	}
}

func TestTheDocumentIsAFile(t *testing.T) {
	t.Parallel()
	z, id := withOpinion(t)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, z.portal+"/api/v1/referrals/"+id+documentPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Test-Subject", "pref-75")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if h := response.Header; h.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment; filename=avis-") {
		t.Errorf("%v", h)
	}
}

// TestTheVerificationSaysWhatHolds: each thing that the owner of the database changes shows as the check that fails.
func TestTheVerificationSaysWhatHolds(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ change, fails string }{
		"nothing":                  {"", ""},
		"a name":                   {"UPDATE server.opinion_documents SET names = replace(names, 'FICTIVAUX', 'FICTIVAUT')", "SCELLEMENT DOCUMENT"},
		"the file's digest":        {"UPDATE server.opinion_documents SET digest = decode(repeat('00', 32), 'hex')", "DOCUMENT"},
		"an answer":                {`UPDATE server.releases SET body = replace(body, '"duration_months":12', '"duration_months":24') WHERE kind = 'opinion'`, "SCELLEMENT DOCUMENT"},
		"the day":                  {`UPDATE server.releases SET body = replace(body, '2026-03-12', '2020-03-12') WHERE kind = 'opinion'`, "FORMULAIRE SCELLEMENT DOCUMENT DECISION AUTEURS"},
		"the listing of an author": {"UPDATE server.decision_lines SET valid_to = '2026-03-01' WHERE ref = 'DEC-2026-01' AND line = 2", "AUTEURS"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z, id := withOpinion(t)
			if tc.change != "" {
				z.asOwner(tc.change)
			}
			a := z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+id+verification, "")
			var v prefecture.Verification
			a.into(t, &v)
			var failed []string
			for _, c := range v.Checks {
				if !c.Holds {
					failed = append(failed, c.Code)
				}
			}
			if got := strings.Join(failed, " "); a.status != 200 || got != tc.fails || v.Holds != (tc.fails == "") || len(v.Checks) != 5 {
				t.Errorf("%d %s: fails %q, want %q", a.status, a.body, got, tc.fails)
			}
			if tc.fails == "" && (v.Form.Certainty != "verified" || v.Certificate == nil || len(v.AuthorNames) != 3 || len(v.Document) != 64) {
				t.Errorf("got %s", a.body)
			}
		})
	}
}

// TestACorrectionMayCrossAnOpinion: an opinion is taken under the names before a correction, or after it; under no others.
func TestACorrectionMayCrossAnOpinion(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		names func(*form.Names)
		want  string
	}{
		"it was signed before":             {func(*form.Names) {}, taken},
		"after the number was corrected":   {func(n *form.Names) { n.AGDREF = "9975100071" }, taken},
		"after both":                       {func(n *form.Names) { n.AGDREF, n.Patient.FamilyName = "9975100071", "FICTIVAL" }, taken},
		"with the person alone corrected":  {func(n *form.Names) { n.Patient.FamilyName = "FICTIVAL" }, setAside},
		"under a number that it never had": {func(n *form.Names) { n.AGDREF = "9975100088" }, setAside},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z := newZone(t)
			id := z.create("pref-75", caseOne).ID
			z.done("pref-75", "corrections", id, everyChange["corrections"])
			start := strings.Index(caseOne, `"applicant": `) + len(`"applicant": `)
			z.done("pref-75", "corrections", id, `{"applicant":`+strings.Replace(caseOne[start:strings.Index(caseOne, ",\n \"liberty_history\"")], "FICTIVAUX-N'DRI", "FICTIVAL", 1)+`}`)
			z.clock.set("2026-03-12T10:02:00+01:00")
			r := z.opinion(1, id)
			names := z.namesOf(r.Opinion.Unsealed)
			tc.names(&names)
			sealed, err := z.sealer.Seal(r.Opinion.Unsealed, names)
			if err != nil {
				t.Fatal(err)
			}
			r.Opinion = &sealed
			if a := z.put(r); string(a.body) != tc.want {
				t.Fatalf("%d %s", a.status, a.body)
			}
			if tc.want != taken {
				return
			}
			want, err := z.sealer.Pins().Verify(sealed, names)
			if err != nil {
				t.Fatal(err)
			}
			if a := z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+id+documentPath, ""); !bytes.Equal(a.body, want) {
				t.Errorf("%d: not the document that was sealed", a.status)
			}
		})
	}
}

// TestAnotherFilesNumberIsNotOurs: in a group, a corrected number is its own file's.
func TestAnotherFilesNumberIsNotOurs(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	group := z.create("pref-93", caseParents)
	if len(group.Referrals) < 2 {
		t.Fatal("the case has one file")
	}
	one, other := group.Referrals[0], group.Referrals[1]
	z.done("pref-93", "corrections", other.ID, `{"type":"AGDREF_CORRIGE","agdref_old":"`+other.AGDREF+`","agdref_new":"9993100999"}`)
	var states []release.Referral
	err := db.InTx(t.Context(), z.pool, func(tx pgx.Tx) (err error) {
		states, err = store.ReferralAsCrossed(t.Context(), tx, one.ID, 1)
		return err
	})
	if err != nil || len(states) != 1 || states[0].AGDREF != one.AGDREF {
		t.Errorf("%v: %d states", err, len(states))
	}
}
