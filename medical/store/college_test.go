package store_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/internal/db"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/release"
)

// college does what happens in a college, one act per call.
type college struct {
	t     *testing.T
	app   *pgxpool.Pool
	id    string
	day   int
	given int // approvals so far
}

func (c *college) try(with store.With, events ...medical.Event) error {
	c.day++
	return db.InTx(c.t.Context(), c.app, func(tx pgx.Tx) error {
		for i := range events {
			events[i].At = at(c.day)
		}
		_, err := store.AppendEvents(c.t.Context(), tx, c.id, events, with)
		return err
	})
}

func (c *college) do(actor string, data ...medical.EventData) {
	c.t.Helper()
	if err := c.try(store.With{}, c.events(actor, data...)...); err != nil {
		c.t.Fatal(err)
	}
}

// refused asserts the constraint that an act breaks.
func (c *college) refused(constraint, actor string, data ...medical.EventData) {
	c.t.Helper()
	c.broken(constraint, c.try(c.approval(), c.events(actor, data...)...))
}

func (c *college) broken(constraint string, err error) {
	c.t.Helper()
	if got, _ := db.Constraint(err); got != constraint {
		c.t.Errorf("refused by %q, want %q: %v", got, constraint, err)
	}
}

func (c *college) events(actor string, data ...medical.EventData) (list []medical.Event) {
	for _, d := range data {
		list = append(list, medical.Event{Actor: actor, Stage: medical.StageOpinion, Data: d})
	}
	return list
}

func (c *college) approval() store.With {
	c.given++
	return store.With{Approval: &store.Approval{ID: "approval-n" + string(rune('a'+c.given)), StepUp: "step-up-n", At: at(1)}}
}

func (c *college) sign(members ...string) {
	c.t.Helper()
	for _, m := range members {
		composition := c.dossier().Policy.Composition.Version
		if err := c.try(c.approval(), c.events(m, medical.Signature{Composition: composition})...); err != nil {
			c.t.Fatal(err)
		}
	}
}

// issue is the last signature.
func (c *college) issue(member string, referrals ...string) error {
	composition := c.dossier().Policy.Composition.Version
	with := c.approval()
	for _, r := range referrals {
		with.Opinions = append(with.Opinions, opinion(c.t, r))
	}
	last := c.events(member, medical.Signature{Composition: composition}, medical.AvisEmis{Composition: composition, Version: 1}, medical.AvisTransmis{Version: 1})
	last[1].Actor, last[2].Actor = "system", "system"
	return c.try(with, last...)
}

// answer and settle a round.
func (c *college) settle(composition, round int, members ...string) {
	c.t.Helper()
	for _, m := range members {
		c.do(m, medical.ReponseMembre{Composition: composition, Round: round})
	}
	c.do(members[0], medical.Synthese{Composition: composition, Round: round})
}

func (c *college) dossier() store.Dossier {
	c.t.Helper()
	d, err := store.GetDossier(c.t.Context(), c.app, c.id)
	if err != nil {
		c.t.Fatal(err)
	}
	return d
}

// signed asserts whose signatures count, and why each of the others does not, in order.
func (c *college) signed(counts []string, void ...string) {
	c.t.Helper()
	d := c.dossier()
	if got := d.Policy.Composition.Signed; !slices.Equal(got, counts) {
		c.t.Errorf("signatures that count: %v, want %v", got, counts)
	}
	var reasons []string
	for _, s := range medical.Signatures(d.Case) {
		if s.Void != nil {
			reasons = append(reasons, s.Member+" "+s.Void.ReasonCode)
		}
	}
	if !slices.Equal(reasons, void) {
		c.t.Errorf("void signatures: %v, want %v", reasons, void)
	}
	approvals, err := store.ApprovalsOf(c.t.Context(), c.app, c.id, d.Policy.Composition.Version)
	if err != nil || len(approvals) != len(counts) {
		c.t.Errorf("approvals to seal with: %v %v, want %d", approvals, err, len(counts))
	}
}

// after plays a dossier to a step, and goes on from there.
func afterStep(t *testing.T, last string) *college {
	t.Helper()
	app := world(t)
	return &college{t: t, app: app, id: play(t, app, last), day: 54}
}

var others = []string{"med-02", "med-03", "med-07"}

func TestAReplacedCompositionStartsAgain(t *testing.T) {
	t.Parallel()
	c := afterStep(t, "signature med-03")
	c.signed(members[:2])
	c.do("sec-01", medical.CompositionClose{Composition: 1, ReasonCode: "MEMBRE_INDISPONIBLE"})
	c.signed(members[:2], "med-02 MEMBRE_INDISPONIBLE", "med-03 MEMBRE_INDISPONIBLE")
	if d := c.dossier(); d.Policy.Composition.Open || d.Policy.State != "RAPPORT_TRANSMIS" {
		t.Errorf("a closed composition leaves %s, open %v", d.Policy.State, d.Policy.Composition.Open)
	}
	c.refused("composition_in_progress", "med-06", medical.Signature{Composition: 1})
	c.do("sec-01", medical.CollegeDesigne{Composition: 2, DecisionRef: decision, Members: others})
	c.signed([]string{}, "med-02 MEMBRE_INDISPONIBLE", "med-03 MEMBRE_INDISPONIBLE")
	if now := c.dossier().Policy.Composition; now.Version != 2 || now.Settled || len(now.Answered) != 0 || now.Round != 1 {
		t.Errorf("the new composition is not new: %+v", now)
	}
	c.refused("signature_after_settlement", "med-02", medical.Signature{Composition: 2})
	c.refused("composition_in_progress", "med-06", medical.Signature{Composition: 1})
	c.refused("answer_member", "med-06", medical.ReponseMembre{Composition: 2, Round: 1})
	c.settle(2, 1, others...)
	c.sign("med-02", "med-03")
	if err := c.issue("med-07", referral); err != nil {
		t.Fatal(err)
	}
}

func TestASecondRound(t *testing.T) {
	t.Parallel()
	c := afterStep(t, "answer med-06")
	c.do("med-02", medical.TourOuvert{Composition: 1, Round: 2})
	if now := c.dossier().Policy.Composition; now.Round != 2 || len(now.Answered) != 0 || now.Settled {
		t.Errorf("after the opening: %+v", now)
	}
	c.settle(1, 2, members...)
	c.sign("med-02")
	c.do("med-03", medical.SignatureRefusee{Composition: 1, Round: 2, ReasonCode: "DUREE_NON_ACCEPTEE"})
	if refused := c.dossier().Policy.Composition.Refused; !slices.Equal(refused, []string{"med-03"}) {
		t.Errorf("who refused: %v", refused)
	}
	c.refused("signature_after_refusal", "med-06", medical.Signature{Composition: 1})
	c.do("med-06", medical.SignatureAnnulee{Composition: 1, Member: "med-02", ReasonCode: medical.VoidNewRound}, medical.TourOuvert{Composition: 1, Round: 3})
	c.signed([]string{}, "med-02 NOUVEAU_TOUR")
	if now := c.dossier().Policy.Composition; len(now.Refused) != 0 || now.Settled {
		t.Errorf("after the third opening: %+v", now)
	}
	c.refused("signature_after_settlement", "med-02", medical.Signature{Composition: 1})
	c.settle(1, 3, members...)
	c.sign("med-02", "med-03")
	if err := c.issue("med-06", referral); err != nil {
		t.Fatal(err)
	}
	if flags := medical.Flags(c.dossier().Case, at(90)); !slices.Contains(flags, "SECOND_TOUR") {
		t.Errorf("flags: %v", flags)
	}
}

// settled.md 1: a body that changes after a signature voids the signatures given.
func TestASignatureWhoseBodyChangedIsVoid(t *testing.T) {
	t.Parallel()
	c := afterStep(t, "signature med-03")
	c.do("sec-01", medical.PieceRecue{DocumentIDs: []string{"a"}})
	c.signed(members[:2]) // a piece more changes no box
	c.do("med-02", medical.IdentiteVerifiee{Person: "patient", IdentityShown: true})
	c.signed([]string{}, "med-02 CORPS_MODIFIE", "med-03 CORPS_MODIFIE")
	if d := c.dossier(); !d.Policy.Composition.Settled || d.Policy.State != "AVIS_EN_COURS" {
		t.Errorf("the answers are to stand: %+v", d.Policy)
	}
	if err := c.issue("med-06", referral); err == nil {
		t.Error("an opinion was issued on void signatures")
	} else {
		c.broken("opinion_signed_by_all", err)
	}
	c.sign("med-02", "med-03")
	c.signed(members[:2], "med-02 CORPS_MODIFIE", "med-03 CORPS_MODIFIE")
	c.refused("signature_once", "med-02", medical.Signature{Composition: 1})
	if err := c.issue("med-06", referral); err != nil {
		t.Fatal(err)
	}
}

// No act tells that a decision was completed: the next signature finds it.
func TestASignatureUnderADecisionCompletedSinceIsVoid(t *testing.T) {
	t.Parallel()
	owner, app := ownedWorld(t)
	c := &college{t: t, app: app, id: play(t, app, "signature med-03"), day: 54}
	longer := decisions(t)
	last := len(longer[0].Lines)
	longer[0].Lines = append(longer[0].Lines, release.DecisionLine{Line: last + 1, RPPS: "99790000077", FamilyName: "NOM", GivenName: "Prénom",
		ValidFrom: "2026-01-01", Person: "med-77"})
	inTx(t, owner, func(ctx context.Context, tx pgx.Tx) error { return store.LoadDecisions(ctx, tx, longer) })
	c.signed(members[:2])
	inTx(t, app, func(ctx context.Context, tx pgx.Tx) error {
		d, err := store.LoadDossier(ctx, tx, c.id)
		if err != nil {
			return err
		}
		d, err = store.VoidStale(ctx, tx, d, at(60))
		if err == nil && len(d.Policy.Composition.Signed) != 0 {
			t.Errorf("still counted: %v", d.Policy.Composition.Signed)
		}
		return err
	})
	c.signed([]string{}, "med-02 CORPS_MODIFIE", "med-03 CORPS_MODIFIE")
}

// A referral closed between two signatures leaves what was approved together without one of its bodies.
func TestAReferralClosedBetweenSignaturesVoidsThem(t *testing.T) {
	t.Parallel()
	c := afterStep(t, "settlement")
	other := store.NewID()
	inTx(t, c.app, func(ctx context.Context, tx pgx.Tx) error {
		return store.AddReferral(ctx, tx, c.id, store.Referral{ID: other, Requester: "rep-1", Prefecture: "93"}, at(54))
	})
	c.sign("med-02", "med-03")
	c.do("sec-01", medical.ClotureSansAvis{ReasonCode: "RETRAIT", Referral: other})
	c.signed([]string{}, "med-02 CORPS_MODIFIE", "med-03 CORPS_MODIFIE")
}

func TestSeveralReferralsAreReleasedAtOnce(t *testing.T) {
	t.Parallel()
	c := afterStep(t, "settlement")
	other := store.NewID()
	inTx(t, c.app, func(ctx context.Context, tx pgx.Tx) error {
		return store.AddReferral(ctx, tx, c.id, store.Referral{ID: other, Requester: "rep-1", Prefecture: "93"}, at(54))
	})
	bodies, err := store.OpinionBodies(t.Context(), c.app, c.dossier(), medical.Answers{Q1: medical.CareNotNeeded}, at(54))
	if err != nil || len(bodies) != 2 {
		t.Fatalf("%d bodies: %v", len(bodies), err)
	}
	if !slices.IsSortedFunc(bodies, func(a, b release.OpinionBody) int { return strings.Compare(a.Referral, b.Referral) }) {
		t.Error("keyholder wants the bodies in ascending order of referral")
	}
	c.sign("med-02", "med-03")
	if err := c.issue("med-06", referral); !errors.Is(err, store.ErrIncomplete) {
		t.Errorf("issued with the opinion of one referral of two: %v", err)
	}
	if err := c.issue("med-06", referral, other); err != nil {
		t.Fatal(err)
	}
	if got := outbox(t, c.app.Query); !slices.Equal(got[len(got)-2:], []string{"N6", "N6"}) {
		t.Errorf("outbox: %v", got)
	}
}

// What rests beside a signature is made of what stands in clear anyway: the same for every answer.
func TestAFrameSaysNothingOfTheAnswers(t *testing.T) {
	t.Parallel()
	c := afterStep(t, "signature med-02")
	var frame string
	if err := c.app.QueryRow(t.Context(), "SELECT s.frame FROM medical.signatures s WHERE s.dossier = $1", c.id).Scan(&frame); err != nil {
		t.Fatal(err)
	}
	of := func(a medical.Answers) string {
		bodies, err := store.OpinionBodies(t.Context(), c.app, c.dossier(), a, at(54))
		if err != nil {
			t.Fatal(err)
		}
		canonical, err := release.Canonical(bodies)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(canonical)
		return hex.EncodeToString(sum[:])
	}
	if frame != of(medical.Answers{}) {
		t.Error("the frame is not that of a body without answers")
	}
	yes, months := medical.GravityYes, 12
	no := medical.TreatmentNo
	for _, a := range []medical.Answers{{Q1: medical.CareNotNeeded}, {Q1: medical.CareNeeded, Q2: &yes, Q3: &no, Q4Months: &months}} {
		if frame == of(a) {
			t.Error("the frame is that of a body with answers")
		}
	}
}

// SC7: the listing of every member is looked at again on the day of issue, not only that of the last to sign.
func TestAListingThatEndedBetweenSignaturesStopsTheIssue(t *testing.T) {
	t.Parallel()
	c := afterStep(t, "transmission")
	c.day = 41
	sitting := []string{"med-98", "med-02", "med-03"}
	c.do("sec-01", medical.CollegeDesigne{Composition: 1, DecisionRef: decision, Members: sitting})
	c.settle(1, 1, sitting...)
	c.sign("med-98", "med-02")
	c.day = 54
	c.broken("opinion_listed_that_day", c.issue("med-03", referral))
}

func TestWhoTreatsThePersonDoesNotSit(t *testing.T) {
	t.Parallel()
	c := afterStep(t, "transmission")
	tag := func(n byte) []byte { return slices.Repeat([]byte{n}, 32) }
	inTx(t, c.app, func(ctx context.Context, tx pgx.Tx) error { return store.InsertCareTag(ctx, tx, c.id, tag(2)) })
	designate := func(tags map[string][]byte) error {
		return c.try(store.With{CareTags: tags}, c.events("sec-01", medical.CollegeDesigne{Composition: 1, DecisionRef: decision, Members: members})...)
	}
	c.broken("college_excludes_care", designate(map[string][]byte{"med-02": tag(2), "med-03": tag(3), "med-06": tag(6)}))
	c.broken("college_excludes_care", designate(map[string][]byte{"med-03": tag(3), "med-06": tag(6)}))
	if err := designate(map[string][]byte{"med-02": tag(1), "med-03": tag(3), "med-06": tag(6)}); err != nil {
		t.Fatal(err)
	}
	// What excludes may be recorded later: each act looks again.
	c.do("med-02", medical.ReponseMembre{Composition: 1, Round: 1})
	inTx(t, c.app, func(ctx context.Context, tx pgx.Tx) error { return store.InsertCareTag(ctx, tx, c.id, tag(3)) })
	c.refused("college_excludes_care", "med-03", medical.ReponseMembre{Composition: 1, Round: 1})
	c.do("med-06", medical.ReponseMembre{Composition: 1, Round: 1})
}

func TestWhoExaminedThePersonDoesNotSit(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		after string
		act   medical.EventData
	}{
		"nor answer": {"college", medical.ReponseMembre{Composition: 1, Round: 1}},
		"nor settle": {"answer med-06", medical.Synthese{Composition: 1, Round: 1}},
		"nor sign":   {"settlement", medical.Signature{Composition: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := afterStep(t, one.after)
			c.examine("med-02")
			c.refused("college_excludes_examiner", "med-02", one.act)
		})
	}
	t.Run("nor have his signature counted", func(t *testing.T) {
		t.Parallel()
		c := afterStep(t, "signature med-03")
		c.examine("med-02")
		c.broken("college_excludes_examiner", c.issue("med-06", referral))
	})
}

// examine records, after the report, that a physician had received the person before it.
func (c *college) examine(physician string) {
	c.t.Helper()
	seen := c.events(physician, medical.Presence{Ref: "conv-1"})
	seen[0].Stage = medical.StageReport
	if err := c.try(store.With{}, seen...); err != nil {
		c.t.Fatal(err)
	}
}
