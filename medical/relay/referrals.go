package relay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/release"
)

var (
	// errGap: a number does not follow the last one applied.
	errGap = errors.New("a number is missing")
	// errSealed: keyholder is sealed. The cursor stays; no act is begun, so no entry is left for each try.
	errSealed = errors.New("keyholder is sealed: referrals wait")
)

const author = "relay"

// takeReferrals applies one page of referral events, in order.
func (r *Relay) takeReferrals(ctx context.Context) (did bool, err error) {
	after, err := store.Cursor(ctx, r.o.Pool, store.CursorReferrals)
	if err != nil {
		return false, err
	}
	items, err := r.items(ctx, "/relay/v1/referrals", after)
	if err != nil || len(items) == 0 {
		return false, err
	}
	status, err := r.o.Keys.Status(ctx)
	if err != nil {
		return false, fmt.Errorf("asking keyholder: %w", err)
	}
	if status.Sealed {
		return false, errSealed
	}
	for _, item := range items {
		if err := r.takeItem(ctx, item, after); err != nil {
			return did, err
		}
		after, did = after+1, true
	}
	return did, nil
}

// takeItem applies the item that follows a number, or passes over it where it can never be applied. An error means that it waits.
func (r *Relay) takeItem(ctx context.Context, item json.RawMessage, after int64) error {
	e, err := release.Decode[release.ReferralEvent](item)
	switch {
	case err != nil && unlawful(item, after+1, err):
		return r.quarantine(ctx, after+1, "", err)
	case err != nil: // another type or form, that a later version of this program may know: never passed over
		return fmt.Errorf("reading the referral event after %d: %w", after, errors.Join(errUnexpected, err))
	case e.Seq != after+1:
		return fmt.Errorf("referral event %d after %d: %w", e.Seq, after, errGap)
	}
	if e.Type == release.EventReferral {
		err = r.takeReferral(ctx, e)
	} else {
		err = r.takeChange(ctx, e)
	}
	switch {
	case err == nil:
		return nil
	case hopeless(err):
		return r.quarantine(ctx, e.Seq, e.About(), err)
	}
	return fmt.Errorf("applying referral event %d: %w", e.Seq, err)
}

// takeReferral is one act: the dossier, its identities, its sealed civil part, its tags, its first event and N0, and the cursor.
func (r *Relay) takeReferral(ctx context.Context, e release.ReferralEvent) error {
	a := act.Act{Action: "referral.receive", Object: act.Object{Kind: "referral", ID: e.Referral.ID}}
	_, err := r.o.Gate.Do(ctx, act.System("relay"), a, func(ctx context.Context, tx *act.Tx) error {
		if err := advance(ctx, tx, store.CursorReferrals, e.Seq); err != nil {
			return err
		}
		dossier, err := store.DossierOfGroup(ctx, tx, e.Referral.Group)
		known := err == nil
		if errors.Is(err, store.ErrNotFound) {
			dossier, err = store.NewID(), nil
		}
		if err != nil {
			return err
		}
		tx.SetObject("dossier", dossier) // header digests are looked for under the dossier
		tx.SetItem(e.Referral.ID)
		if known {
			err = r.join(ctx, tx, dossier, e.Referral)
		} else {
			err = r.create(ctx, tx, dossier, e.Referral)
		}
		if err != nil {
			return err
		}
		tx.AfterCommit(r.Wake)
		return r.tag(ctx, tx, dossier, e.Referral)
	})
	return err
}

// advance takes the cursor's lock and moves it by one: two processes never apply one item twice.
func advance(ctx context.Context, tx *act.Tx, name string, seq int64) error {
	last, err := store.LockCursor(ctx, tx, name)
	if err != nil {
		return err
	}
	if last != seq-1 {
		return fmt.Errorf("cursor %s is at %d: %w", name, last, errGap)
	}
	return store.AdvanceCursor(ctx, tx, name, seq)
}

func (r *Relay) create(ctx context.Context, tx *act.Tx, dossier string, in *release.Referral) error {
	n, err := newDossier(dossier, in)
	if err != nil {
		return err
	}
	n.ReceivedAt = tx.Now
	if err := person(&n.Case, in.Civil, tx.Now); err != nil {
		return err
	}
	if err := store.CreateDossier(ctx, tx, n); err != nil {
		return err
	}
	if err := r.o.Vault.CreateKeys(ctx, tx, dossier); err != nil {
		return err
	}
	if err := r.seal(ctx, tx, dossier, store.KindApplicant, in); err != nil {
		return err
	}
	received := medical.Event{At: tx.Now, Actor: "system", Data: medical.SaisineRecue{}}
	_, err = store.AppendEvents(ctx, tx, dossier, []medical.Event{received}, store.With{})
	return err
}

// join adds one more administrative file of the same group. Its civil part is sealed beside the first: nothing is opened to merge them.
func (r *Relay) join(ctx context.Context, tx *act.Tx, dossier string, in *release.Referral) error {
	if _, err := standing(ctx, tx, dossier); err != nil {
		return err
	}
	if err := store.AddReferral(ctx, tx, dossier, referralOf(in), tx.Now); err != nil {
		return err
	}
	return r.seal(ctx, tx, dossier, in.ID, in)
}

func referralOf(in *release.Referral) store.Referral {
	return store.Referral{ID: in.ID, Requester: in.Requester, Prefecture: in.Prefecture}
}

// Rest is what a referral says that is neither clear nor civil: the opinion given before, and places of confinement.
type Rest struct {
	PreviousCase   *release.PreviousCase   `json:"previous_case"`
	LibertyHistory []release.LibertyPeriod `json:"liberty_history"`
}

func (r *Relay) seal(ctx context.Context, tx *act.Tx, dossier, id string, in *release.Referral) error {
	civil, err := civilOf(in)
	if err != nil {
		return err
	}
	_, err = r.o.Vault.SealRecord(ctx, tx, vault.Sealing{
		Dossier: dossier, Compartment: store.Civil, Kind: store.KindApplicant, ID: id, Author: author, Plain: civil})
	if err != nil {
		return err
	}
	rest, err := json.Marshal(Rest{in.PreviousCase, in.LibertyHistory})
	if err != nil {
		return fmt.Errorf("encoding referral %s: %w", in.ID, err)
	}
	_, err = r.o.Vault.SealRecord(ctx, tx, vault.Sealing{
		Dossier: dossier, Compartment: store.Medical, Kind: store.KindReferral, ID: in.ID, Author: author, Plain: rest})
	return err
}

// civilOf is the civil part in the shape that the desk reads: the applicant as it crossed, and the administrative file.
func civilOf(in *release.Referral) ([]byte, error) {
	b, err := release.Canonical(struct {
		release.Civil
		Files []medical.AdministrativeFile `json:"administrative_files"`
	}{in.Civil, []medical.AdministrativeFile{{Referral: in.ID, AGDREF: in.AGDREF, Requester: in.Requester, Prefecture: in.Prefecture}}})
	if err != nil {
		return nil, fmt.Errorf("encoding the applicant of referral %s: %w", in.ID, err)
	}
	if _, err := medical.Decode[medical.Civil](b); err != nil {
		return nil, fmt.Errorf("checking the applicant of referral %s: %w", in.ID, errors.Join(errUnlawful, err))
	}
	return b, nil
}

// newDossier is the clear part of a referral.
func newDossier(id string, in *release.Referral) (store.NewDossier, error) {
	direction, ok := release.Direction(in.Prefecture)
	kind, known := reference.KindOf(string(in.Kind))
	if !ok || !known {
		return store.NewDossier{}, fmt.Errorf("referral %s: %w", in.ID, errUnlawful)
	}
	c := medical.Case{
		Kind: kind.Code, Renewal: renewal(in), Direction: direction, Prefecture: in.Prefecture,
		Country: medical.Country{Role: string(in.ReferenceCountry.Role), Country: in.ReferenceCountry.Country},
		Linked:  in.PreviousCase != nil && !renewal(in),
	}
	var err error
	if c.RequestRegisteredOn, err = date(in.RequestRegisteredOn); err != nil {
		return store.NewDossier{}, err
	}
	if c.CertificateAvailableOn, err = date(in.CertificateAvailableOn); err != nil {
		return store.NewDossier{}, err
	}
	if c.Asylum, err = asylum(in.Asylum); err != nil {
		return store.NewDossier{}, err
	}
	for _, p := range in.LibertyHistory {
		period := medical.LibertyPeriod{Status: medical.Liberty(p.Status)}
		if p.From != nil {
			from := p.From.Time().UTC()
			period.From = &from
		}
		c.Liberty = append(c.Liberty, period)
	}
	return store.NewDossier{ID: id, Group: in.Group, Channel: string(in.Channel), Case: c, Referrals: []store.Referral{referralOf(in)}, Removal: removal(in.RemovalDecision)}, nil
}

// person keeps in clear who may be written to (invariant 14) and, of a minor alone, when he comes of age: the sweep opens nothing
// (docs/decisions/0011-a-minors-majority-in-clear.md).
func person(c *medical.Case, civil release.Civil, receivedAt time.Time) error {
	born, err := day(civil.Patient.BirthDate)
	if err != nil {
		return err
	}
	c.Representatives = nil
	for _, r := range civil.LegalRepresentatives {
		c.Representatives = append(c.Representatives, r.ID)
	}
	c.MajorityOn = medical.MajorityOf(born, medical.LocalDate(receivedAt, c.Direction))
	c.MinorAtReferral = c.MajorityOn != nil
	return nil
}

// renewal: the kind says so; for the kinds that have no renewal of their own, the opinion given before does.
func renewal(in *release.Referral) bool {
	switch in.Kind {
	case "SEJ_L4259_RENOUV":
		return true
	case "SEJ_L42510_PARENT", "SEJ_R42514_APS", "SEJ_ALG_67":
		return in.PreviousCase != nil
	}
	return false
}

func date(d *release.Date) (*medical.Date, error) {
	if d == nil {
		return nil, nil
	}
	parsed, err := day(*d)
	return &parsed, err
}

func day(d release.Date) (medical.Date, error) {
	parsed, err := medical.ParseDate(string(d))
	if err != nil {
		return parsed, fmt.Errorf("reading a date: %w", errUnlawful) // its own error may quote the value
	}
	return parsed, nil
}

func asylum(a *release.Asylum) (*medical.Asylum, error) {
	if a == nil {
		return nil, nil
	}
	registered, err := day(a.RegisteredOn)
	if err != nil {
		return nil, err
	}
	given, err := date(a.InformationGivenOn)
	if err != nil {
		return nil, err
	}
	return &medical.Asylum{RegisteredOn: registered, InformationGivenOn: given, InformationLanguage: a.InformationLanguage,
		InformationSigned: a.InformationSigned, NewCircumstances: a.NewCircumstances}, nil
}

func removal(d *release.RemovalDecision) *store.Removal {
	if d == nil {
		return nil
	}
	out := &store.Removal{Type: d.Type, IssuedOn: string(d.IssuedOn)}
	if d.NotifiedAt != nil {
		at := string(*d.NotifiedAt)
		out.NotifiedAt = &at
	}
	return out
}
