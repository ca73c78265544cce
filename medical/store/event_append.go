package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/medical"
	"cloison/release"
)

// With is what comes beside events and stands in no event.
type With struct {
	Approval *Approval         // of the SIGNATURE event among them
	Opinions []release.Opinion // sealed, one per open referral, when AVIS_TRANSMIS is among them
	CareTags map[string][]byte // of the members that COLLEGE_DESIGNE names, where the dossier has a tag to compare with
}

// Approval is the proof behind a signature: the approval that keyholder kept, and the fresh authentication it came from.
type Approval struct {
	ID     string
	StepUp string // opaque id of the step-up
	At     time.Time
}

// ErrIncomplete: an event came without what it must come with (its approval, its opinion).
var ErrIncomplete = errors.New("event lacks what it must come with")

const insertEvent = `
INSERT INTO medical.events (dossier, seq, at, type, actor, stage, data) VALUES ($1, $2, $3, $4, $5, $6, $7)`

// AppendEvents adds events to a dossier and, in the same transaction, rewrites its projections and queues what they make due for the
// prefectures. Seq is given here. It answers the dossier as it is after. A rule that the events break comes back as the violation of
// a named constraint (Constraints). Signatures that the events leave without their body become void (VoidStale).
func AppendEvents(ctx context.Context, tx pgx.Tx, id string, events []medical.Event, with With) (Dossier, error) {
	d, err := appendEvents(ctx, tx, id, events, with)
	if err != nil || len(events) == 0 {
		return d, err
	}
	return VoidStale(ctx, tx, d, events[len(events)-1].At)
}

func appendEvents(ctx context.Context, tx pgx.Tx, id string, events []medical.Event, with With) (Dossier, error) {
	d, err := LoadDossier(ctx, tx, id)
	if err != nil {
		return Dossier{}, err
	}
	for _, e := range events {
		e.Seq = len(d.Case.Events) + 1
		e.At = e.At.UTC().Truncate(time.Microsecond)
		data, err := medical.EncodeData(e.Data)
		if err != nil {
			return Dossier{}, fmt.Errorf("appending to dossier %s: %w", id, err)
		}
		e.Type = e.Data.EventType()
		if _, err := tx.Exec(ctx, insertEvent, id, e.Seq, e.At, string(e.Type), e.Actor, string(e.Stage), data); err != nil {
			return Dossier{}, fmt.Errorf("appending %s to dossier %s: %w", e.Type, id, err)
		}
		d.Case.Events = append(d.Case.Events, e)
	}
	if err := writeProjection(ctx, tx, d); err != nil {
		return Dossier{}, err
	}
	appended := d.Case.Events[len(d.Case.Events)-len(events):]
	if err := writeTime(ctx, tx, d, appended); err != nil {
		return Dossier{}, err
	}
	for _, e := range appended {
		if err := writeRows(ctx, tx, d, e, with); err != nil {
			return Dossier{}, err
		}
		if err := queueDue(ctx, tx, d, e, with); err != nil {
			return Dossier{}, err
		}
	}
	return LoadDossier(ctx, tx, id)
}

const updateDossier = `
UPDATE medical.dossiers SET version = version + 1, state = $2, rapporteur = $3, composition = $4, round = $5, certificate_sent_on = $6::text::date,
    certificate_received_at = $7, report_signed_at = $8, report_transmitted_at = $9, college_designated_at = $10, first_answer_at = $11,
    last_answer_at = $12, settled_at = $13, issued_at = $14, sent_at = $15, closed_at = $16, purge_from = $17, held = $18, purge_decision = $19
WHERE id = $1`

func writeProjection(ctx context.Context, tx pgx.Tx, d Dossier) error {
	p := project(d.Case)
	_, err := tx.Exec(ctx, updateDossier, d.ID, string(p.state), p.rapporteur, p.composition, p.round, text(p.certificateSentOn), p.certificate,
		p.reportSigned, p.transmitted, p.composed, p.firstAnswer, p.lastAnswer, p.settled, p.issued, p.sent, p.closed,
		d.Case.PurgeFrom(), d.Case.PurgeHeld(), d.Case.LastAssessment())
	if err != nil {
		return fmt.Errorf("projecting dossier %s: %w", d.ID, err)
	}
	return nil
}

// writeTime rewrites the deadlines as of the last event, and marks the tasks that the new events answer, and raises those that they ask for.
func writeTime(ctx context.Context, tx pgx.Tx, d Dossier, appended []medical.Event) error {
	if len(appended) == 0 {
		return nil
	}
	if err := writeDeadlines(ctx, tx, d, appended[len(appended)-1].At); err != nil {
		return err
	}
	if err := answerTasks(ctx, tx, d, appended); err != nil {
		return err
	}
	for _, t := range d.Case.EventTasks() {
		if _, err := RaiseTask(ctx, tx, d.ID, t, t.RaisedAt); err != nil {
			return err
		}
	}
	return nil
}

// writeRows inserts the rows that carry the rules of the college and of the opinion.
func writeRows(ctx context.Context, tx pgx.Tx, d Dossier, e medical.Event, with With) error {
	var err error
	switch data := e.Data.(type) {
	case medical.CollegeDesigne:
		err = insertComposition(ctx, tx, d, e.At, medical.College, data, with.CareTags)
	case medical.Med1Designe:
		single := medical.CollegeDesigne{Composition: data.Composition, DecisionRef: data.DecisionRef, Members: data.Members}
		err = insertComposition(ctx, tx, d, e.At, medical.Single, single, with.CareTags)
	case medical.CompositionClose:
		_, err = tx.Exec(ctx, insertClosure, d.ID, data.Composition, e.At, data.ReasonCode)
	case medical.TourOuvert:
		_, err = tx.Exec(ctx, insertRound, d.ID, data.Composition, data.Round, e.At)
	case medical.ReponseMembre:
		_, err = tx.Exec(ctx, insertAnswer, d.ID, data.Composition, data.Round, e.Actor, e.At)
	case medical.Synthese:
		_, err = tx.Exec(ctx, insertSettlement, d.ID, data.Composition, data.Round, e.Actor, e.At)
	case medical.Signature:
		err = insertSignature(ctx, tx, d, e, data.Composition, with.Approval)
	case medical.SignatureRefusee:
		_, err = tx.Exec(ctx, insertRefusal, d.ID, data.Composition, data.Round, e.Actor, e.At, data.ReasonCode)
	case medical.SignatureAnnulee:
		err = insertVoidRow(ctx, tx, d.ID, e.At, data)
	case medical.AvisEmis:
		on := medical.LocalDate(e.At, d.Case.Direction).String()
		_, err = tx.Exec(ctx, insertOpinion, d.ID, data.Version, data.Composition, e.At, on)
	}
	if err != nil {
		return fmt.Errorf("recording %s of dossier %s: %w", e.Type, d.ID, err)
	}
	return nil
}

const insertAnswer = `INSERT INTO medical.answers_given (dossier, composition, round, member, at) VALUES ($1, $2, $3, $4, $5)`

const insertSettlement = `INSERT INTO medical.settlements (dossier, composition, round, member, at) VALUES ($1, $2, $3, $4, $5)`

const insertOpinion = `INSERT INTO medical.opinions (dossier, version, composition, issued_at, issued_on) VALUES ($1, $2, $3, $4, $5::text::date)`

const insertClosure = `INSERT INTO medical.composition_closures (dossier, composition, at, reason) VALUES ($1, $2, $3, $4)`

const insertRound = `INSERT INTO medical.rounds (dossier, composition, round, opened_at) VALUES ($1, $2, $3, $4)`

const insertRefusal = `
INSERT INTO medical.signature_refusals (dossier, composition, round, member, at, reason) VALUES ($1, $2, $3, $4, $5, $6)`

const insertCompositionRow = `
INSERT INTO medical.compositions (dossier, version, author_kind, decision_ref, designated_at, designated_on, rapporteur, drawn)
VALUES ($1, $2, $3, $4, $5, $6::text::date, $7, $8)`

// A member whom the decision does not name gets line 0, which the foreign key college_member_listed refuses.
const insertMember = `
INSERT INTO medical.college_members (dossier, composition, seat, member, line, decision_ref, designated_on, rapporteur, valid_from, valid_to,
    care_tag)
SELECT $1::uuid, $2::integer, $3::smallint, $4::text, coalesce(l.line, 0), $5::text, $6::text::date, $7::text,
       coalesce(l.valid_from, '-infinity'), coalesce(l.valid_to, 'infinity'), $8::bytea
FROM (SELECT 1) one LEFT JOIN medical.decision_lines l ON l.ref = $5 AND l.person = $4`

func insertComposition(ctx context.Context, tx pgx.Tx, d Dossier, at time.Time, kind medical.AuthorKind, c medical.CollegeDesigne,
	tags map[string][]byte) error {
	on := medical.LocalDate(at, d.Case.Direction).String()
	rapporteur := project(d.Case).rapporteur
	_, err := tx.Exec(ctx, insertCompositionRow, d.ID, c.Composition, string(kind), c.DecisionRef, at, on, rapporteur, c.Drawn)
	if err != nil {
		return err
	}
	for i, member := range c.Members {
		if _, err := tx.Exec(ctx, insertMember, d.ID, c.Composition, i+1, member, c.DecisionRef, on, rapporteur, tags[member]); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, insertRound, d.ID, c.Composition, 1, at)
	return err
}

// A person who does not sit gets an empty validity, which the foreign key signature_member refuses.
const insertSignatureRow = `
INSERT INTO medical.signatures (dossier, composition, version, member, at, signed_on, valid_from, valid_to, approval, step_up, step_up_at,
    frame, attempt)
SELECT $1::uuid, $2::integer, $3::integer, $4::text, $5::timestamptz, $6::text::date,
       coalesce(m.valid_from, '-infinity'), coalesce(m.valid_to, 'infinity'), $7::text, $8::text, $9::timestamptz, $10::text,
       1 + (SELECT count(*) FROM medical.signatures s JOIN medical.void_signatures v ON v.approval = s.approval
            WHERE s.dossier = $1 AND s.composition = $2 AND s.version = $3 AND s.member = $4)
FROM (SELECT 1) one LEFT JOIN medical.college_members m ON m.dossier = $1 AND m.composition = $2 AND m.member = $4`

func insertSignature(ctx context.Context, tx pgx.Tx, d Dossier, e medical.Event, composition int, a *Approval) error {
	if a == nil {
		return ErrIncomplete
	}
	signing := d // as it stands when this member signs: the opinion that his signature issues is not issued yet
	signing.Case.Events = d.Case.Events[:e.Seq]
	signing.Policy.Composition = project(signing.Case).college
	if err := medical.CheckAuthor(signing.Case, medical.AuthorKind(signing.Policy.Composition.Author), e.At); err != nil {
		return err
	}
	frame, err := frameOf(ctx, tx, signing, e.At)
	if err != nil {
		return err
	}
	on := medical.LocalDate(e.At, d.Case.Direction).String()
	_, err = tx.Exec(ctx, insertSignatureRow, d.ID, composition, nextOpinion(d, e.Seq), e.Actor, e.At, on, a.ID, a.StepUp, a.At, frame)
	return err
}

// nextOpinion is the version that a signature at seq is for: one more than those issued before.
func nextOpinion(d Dossier, seq int) int {
	version := 1
	for _, e := range d.Case.Events {
		if _, ok := e.Data.(medical.AvisEmis); ok && e.Seq < seq {
			version++
		}
	}
	return version
}

// queueDue writes in the outbox what an event makes due.
func queueDue(ctx context.Context, tx pgx.Tx, d Dossier, e medical.Event, with With) error {
	for _, due := range medical.Notices(d.Case, e) {
		if due.Code == string(release.OpinionReleased) {
			if err := queueOpinion(ctx, tx, d.ID, due, with.Opinions, e.At); err != nil {
				return err
			}
			continue
		}
		told, err := toldAlready(ctx, tx, d.ID, due)
		if err != nil {
			return err
		}
		if told >= release.MostRepeats {
			continue // the prefecture knows (TestANoticeIsRepeatedNoMoreThanIsTaken)
		}
		if err := queueNotice(ctx, tx, d.ID, due, e.At); err != nil {
			return err
		}
	}
	return nil
}

const countNotices = `SELECT count(*) FROM medical.releases r WHERE r.dossier = $1::uuid AND r.referral = $2 AND r.code = $3`

// toldAlready counts the notices of a code that may come again. N0 answers each correction, and the others come once.
func toldAlready(ctx context.Context, tx pgx.Tx, dossier string, due medical.NoticeDue) (told int, err error) {
	if release.NoticeCode(due.Code) == release.ReferralAnswered {
		return 0, nil
	}
	if err := tx.QueryRow(ctx, countNotices, dossier, due.Referral, due.Code).Scan(&told); err != nil {
		return 0, fmt.Errorf("counting the notices %s of dossier %s: %w", due.Code, dossier, err)
	}
	return told, nil
}

// queueOpinion finds the opinion of the referral: N6 is that opinion, and cannot be without it.
func queueOpinion(ctx context.Context, tx pgx.Tx, id string, due medical.NoticeDue, opinions []release.Opinion, at time.Time) error {
	for i := range opinions {
		if opinions[i].Referral == due.Referral && opinions[i].Version == due.Fields.OpinionVersion {
			return queueRelease(ctx, tx, id, release.Release{Kind: release.ReleaseOpinion, Opinion: &opinions[i]}, at)
		}
	}
	return fmt.Errorf("releasing the opinion of referral %s: %w", due.Referral, ErrIncomplete)
}

func queueNotice(ctx context.Context, tx pgx.Tx, id string, due medical.NoticeDue, at time.Time) error {
	fields := release.NoticeFields{
		ReceivedOn: crossing(due.Fields.ReceivedOn), DueOn: crossing(due.Fields.DueOn),
		TransmittedOn: crossing(due.Fields.TransmittedOn), ConvocationOn: crossing(due.Fields.ConvocationOn),
	}
	if due.Fields.TechnicalCode != "" {
		code := release.TechnicalCode(due.Fields.TechnicalCode)
		fields.TechnicalCode = &code
	}
	if due.Fields.ClosureCode != "" {
		code := release.ClosureCode(due.Fields.ClosureCode)
		fields.ClosureCode = &code
	}
	n := release.NewNotice(due.Referral, release.NoticeCode(due.Code), release.Date(due.On.String()), fields)
	return queueRelease(ctx, tx, id, release.Release{Kind: release.ReleaseNotice, Notice: &n}, at)
}

func crossing(d *medical.Date) *release.Date {
	if d == nil {
		return nil
	}
	c := release.Date(d.String())
	return &c
}
