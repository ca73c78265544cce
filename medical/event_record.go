package medical

import (
	"fmt"
	"log/slog"
	"slices"
	"time"
)

// RecordInput is what recordEvent takes: the data of the event, with its type. When it happened is the clock. Address, court, and the motive of
// whoever asks for the file are sealed in the civil compartment.
type RecordInput struct {
	Type                string   `json:"type" validate:"required,oneof=PRESENCE ABSENCE IDENTITE_VERIFIEE DEFAUT_CONSTATE COURRIER_RETOURNE_NPAI ADRESSE_VERIFIEE INFORMATION_DEMANDEUR CONSTAT_NON_RECEPTION RETRAIT DECES CONSENTEMENT_RETIRE DEMANDE_ACCES DEMANDE_JURIDICTION PIECE_RECUE JUGEMENT"`
	Ref                 *string  `json:"ref" validate:"required_if=Type PRESENCE,required_if=Type ABSENCE,required_if=Type COURRIER_RETOURNE_NPAI,omitnil,max=32"`
	Stage               *string  `json:"stage" validate:"omitnil,oneof=RAPPORT AVIS"`
	Interpreter         *string  `json:"interpreter" validate:"omitnil,oneof=PHYSIQUE TELEPHONE"`
	CompanionPhysician  *bool    `json:"companion_physician"`
	LegalRepresentative *string  `json:"legal_representative" validate:"omitnil,max=16"`
	Cause               *string  `json:"cause" validate:"required_if=Type ABSENCE,required_if=Type DEFAUT_CONSTATE,omitnil,oneof=DEFAUT_DEMANDEUR ERREUR_SERVICE EXCUSE_LEGITIME COURRIER_NPAI PROFESSIONNEL_SANS_REPONSE"`
	Defaut              *string  `json:"defaut" validate:"required_if=Type DEFAUT_CONSTATE,omitnil,oneof=DEMANDEUR_ABSENT EXAMENS_NON_PRODUITS IDENTITE_NON_JUSTIFIEE SANS_REPONSE_15J"`
	Person              *string  `json:"person" validate:"required_if=Type IDENTITE_VERIFIEE,omitnil,max=16"`
	IdentityShown       *bool    `json:"identity_shown" validate:"required_if=Type IDENTITE_VERIFIEE"`
	IdentityDocument    *string  `json:"identity_document" validate:"omitnil,oneof=PASSEPORT CARTE_IDENTITE TITRE_SEJOUR RECEPISSE ATTESTATION_DEMANDE_ASILE TITRE_VOYAGE AUTRE"`
	Address             *string  `json:"address" validate:"required_if=Type ADRESSE_VERIFIEE,omitnil,min=1,max=500"`
	Mode                *string  `json:"mode" validate:"omitnil,oneof=LRAR LRAR_ELECTRONIQUE LETTRE_SIMPLE REMISE REMISE_EN_MAIN MSSANTE COURRIEL TELEPHONE"`
	AGDREF              *string  `json:"agdref" validate:"omitnil,len=10,numeric"`
	Referral            *string  `json:"referral" validate:"omitnil,max=64"`
	Requester           *string  `json:"requester" validate:"required_if=Type DEMANDE_ACCES,omitnil,max=32"`
	Scope               *string  `json:"scope" validate:"omitnil,min=1,max=500"`
	Bundle              *string  `json:"bundle" validate:"required_if=Type DEMANDE_JURIDICTION,omitnil,oneof=L1 L2 L3 L4"`
	Court               *string  `json:"court" validate:"required_if=Type DEMANDE_JURIDICTION,omitnil,min=1,max=200"`
	Outcome             *string  `json:"outcome" validate:"omitnil,oneof=ACCORD REFUS"`
	DocumentIDs         []string `json:"document_ids" validate:"required_if=Type PIECE_RECUE,max=100,dive,max=64"`
}

func (RecordInput) Format(f fmt.State, _ rune) { redact(f) }
func (RecordInput) LogValue() slog.Value       { return slog.StringValue(redacted) }

// CivilContent is what is sealed of an event in the civil compartment.
type CivilContent struct {
	Address          *string `json:"address,omitempty"`
	Court            *string `json:"court,omitempty"`
	Scope            *string `json:"scope,omitempty"`
	RegisteredNumber *string `json:"registered_number,omitempty"`
}

func (CivilContent) Format(f fmt.State, _ rune) { redact(f) }
func (CivilContent) LogValue() slog.Value       { return slog.StringValue(redacted) }

// recordFields are those that each type of event takes, beside its type and stage.
var recordFields = map[EventType][]string{
	EvPresent:            {"ref", "interpreter", "companion_physician", "legal_representative"},
	EvAbsent:             {"ref", "cause"},
	EvIdentityChecked:    {"person", "identity_shown", "identity_document"},
	EvDefaultFound:       {"ref", "defaut", "cause"},
	EvMailReturned:       {"ref"},
	EvAddressChecked:     {"address"},
	EvApplicantInformed:  {"ref", "mode"},
	EvCertificateMissing: {},
	EvWithdrawn:          {"mode", "agdref", "referral"},
	EvDied:               {},
	EvConsentWithdrawn:   {},
	EvAccessRequested:    {"ref", "requester", "scope"},
	EvCourtRequest:       {"bundle", "court"},
	EvDocumentReceived:   {"document_ids"},
	EvJudged:             {"outcome", "court"},
}

// Record checks an event that a person records and makes it. What concerns a request takes the stage of that request, a check of identity
// that of the dossier; the rest has none.
func (c Case) Record(in RecordInput, now time.Time) (EventData, Stage, error) {
	t := EventType(in.Type)
	if err := onlyFields(in, append(recordFields[t], "type", "stage")); err != nil {
		return nil, StageNone, err
	}
	data, stage, err := c.record(t, in, now)
	if err == nil {
		err = CheckStage(in.Stage, stage)
	}
	return data, stage, err
}

func (c Case) record(t EventType, in RecordInput, now time.Time) (EventData, Stage, error) {
	ref := value(in.Ref)
	r, _ := c.Request(ref)
	switch t {
	case EvPresent:
		d := Presence{Ref: ref, Interpreter: value(in.Interpreter), CompanionPhysician: value(in.CompanionPhysician), LegalRepresentative: value(in.LegalRepresentative)}
		return d, r.Asked.Stage, c.checkPresence(d, now)
	case EvAbsent:
		d := Absence{Ref: ref, Cause: *in.Cause}
		return d, r.Asked.Stage, c.checkAbsent(d, now)
	case EvMailReturned:
		return CourrierRetourneNPAI{Ref: ref}, r.Asked.Stage, c.checkReturned(ref)
	case EvDefaultFound:
		d := DefautConstate{Ref: ref, Defaut: *in.Defaut, Cause: *in.Cause}
		return d, c.Stage(), c.CheckDefault(d, c.day(now))
	case EvIdentityChecked:
		d := IdentiteVerifiee{Person: *in.Person, IdentityShown: *in.IdentityShown, IdentityDocument: value(in.IdentityDocument)}
		if c.asksForFile(d.Person) {
			return d, StageNone, c.checkIdentity(d) // he is nobody of the procedure: no box is about him
		}
		return d, c.Stage(), c.checkIdentity(d)
	}
	data, err := c.recordOther(t, in, now)
	return data, StageNone, err
}

func (c Case) recordOther(t EventType, in RecordInput, now time.Time) (EventData, error) {
	switch t {
	case EvAddressChecked:
		return AdresseVerifiee{}, nil
	case EvApplicantInformed:
		return InformationDemandeur{Ref: value(in.Ref), Mode: value(in.Mode)}, c.checkKnown(in.Ref)
	case EvCertificateMissing:
		due, err := c.MissingSince(c.day(now))
		return ConstatNonReception{DueOn: due}, err
	case EvWithdrawn:
		return Retrait{Referral: value(in.Referral), Mode: value(in.Mode)}, c.checkReferral(value(in.Referral))
	case EvDied:
		return Deces{}, nil
	case EvConsentWithdrawn:
		return ConsentementRetire{}, nil
	case EvAccessRequested:
		return c.accessRequest(in)
	case EvCourtRequest:
		return DemandeJuridiction{Bundle: *in.Bundle}, nil
	case EvJudged:
		return Jugement{Outcome: value(in.Outcome)}, nil
	}
	return PieceRecue{DocumentIDs: in.DocumentIDs}, nil
}

// checkPresence: nobody came before the day of the appointment; a minor comes with a legal representative (invariant 14).
func (c Case) checkPresence(d Presence, now time.Time) error {
	r, err := c.CheckOutcome(d.Ref, EvPresent)
	if err != nil {
		return err
	}
	summons, _ := r.Summons()
	today := c.day(now)
	switch {
	case today.Before(c.day(summons.AppointmentAt)) && today.Before(c.day(letterAt(summons))):
		return AppointmentNotCome
	case c.Minor() && d.LegalRepresentative == "":
		return LegalRepRequired
	case d.LegalRepresentative != "" && !slices.Contains(c.Representatives, d.LegalRepresentative):
		return invalid("legal_representative", "Indiquez l’un des représentants légaux du dossier.")
	}
	return nil
}

func (c Case) checkAbsent(d Absence, now time.Time) error {
	r, err := c.CheckOutcome(d.Ref, EvAbsent)
	if err != nil {
		return err
	}
	if summons, _ := r.Summons(); now.Before(summons.AppointmentAt) {
		return AppointmentNotCome
	}
	if d.Cause == CauseProfessional {
		return invalid("cause", "Indiquez pourquoi la personne n’est pas venue : DEFAUT_DEMANDEUR, ERREUR_SERVICE, EXCUSE_LEGITIME ou COURRIER_NPAI.")
	}
	return nil
}

// checkReturned: a letter that was received or presented was not sent to a wrong address.
func (c Case) checkReturned(ref string) error {
	r, ok := c.Request(ref)
	if !ok {
		return RequestUnknown
	}
	if s := r.last(); s.Reason != "" || s.PresentedOn != nil || s.CollectedOn != nil {
		return DeliveryContradictory
	}
	return nil
}

func (c Case) checkIdentity(d IdentiteVerifiee) error {
	switch {
	case d.Person != "patient" && !slices.Contains(c.Representatives, d.Person) && !c.asksForFile(d.Person):
		return invalid("person", "Indiquez la personne elle-même, l’un des représentants légaux du dossier, ou qui a demandé l’accès au dossier.")
	case !d.IdentityShown && d.IdentityDocument != "":
		return invalid("identity_document", "Aucun document n’a justifié l’identité : laissez ce champ vide, ou corrigez la constatation.")
	}
	return nil
}

// asksForFile: somebody of that quality, from outside the dossier, has asked for the file.
func (c Case) asksForFile(person string) bool {
	if person != RequesterProxy && person != RequesterHeir {
		return false
	}
	return slices.ContainsFunc(c.Events, func(e Event) bool {
		d, ok := e.Data.(DemandeAcces)
		return ok && d.Requester == person
	})
}

func (c Case) checkKnown(ref *string) error {
	if _, ok := c.Request(value(ref)); ref != nil && !ok {
		return RequestUnknown
	}
	return nil
}

// checkReferral: a referral that is named is one of the dossier and still open.
func (c Case) checkReferral(id string) error {
	for _, r := range c.Referrals {
		switch {
		case r.ID == id && c.Dropped(id):
			return CaseClosed
		case r.ID == id:
			return nil
		}
	}
	if id == "" {
		return nil
	}
	return invalid("referral", "Cette saisine n’est pas de ce dossier. Indiquez l’une de celles qu’il réunit.")
}

// What a person who asks for the file wants of it. Anything else was written in words: it is sealed, and ScopeSealed stands in the event.
const (
	ScopeWhole    = "DOSSIER_COMPLET"
	ScopeAccesses = "LISTE_DES_ACCES"
	ScopeSealed   = "MOTIF_SCELLE"
)

// Who may ask for the file beside the person and the representatives, by quality: their names are sealed (L. 1110-4, L. 1111-7 CSP).
const (
	RequesterProxy = "ext:mandataire"
	RequesterHeir  = "ext:ayant-droit"
)

var requesters = []string{"patient", RequesterProxy, RequesterHeir}

func (c Case) accessRequest(in RecordInput) (EventData, error) {
	ref, err := c.NewRef(EvAccessRequested, value(in.Ref))
	if err != nil {
		return nil, err
	}
	d := DemandeAcces{Ref: ref, Requester: *in.Requester, Scope: value(in.Scope)}
	if d.Scope != "" && d.Scope != ScopeWhole && d.Scope != ScopeAccesses {
		d.Scope = ScopeSealed
	}
	if !slices.Contains(requesters, d.Requester) && !slices.Contains(c.Representatives, d.Requester) {
		return nil, invalid("requester", "Indiquez patient, l’un des représentants légaux du dossier, ext:mandataire ou ext:ayant-droit.")
	}
	return d, checkRef(EvAccessRequested, ref)
}

// MissingSince is the term that a certificate has missed, for a person of the service to state it (N2): the latest of the starts in circulation.
// Nothing is held against an asylum seeker who was not informed in writing (D. 431-7).
func (c Case) MissingSince(today Date) (Date, error) {
	if c.acceptedCertificate() != nil {
		return Date{}, CertificateReceived
	}
	if a := c.Asylum; c.last(EvCertificateMissing) != nil || a != nil && (a.InformationGivenOn == nil || !a.InformationSigned) {
		return Date{}, CertificateNotLate
	}
	b := builder{c: c, today: today}
	if c.Stay() {
		b.certificate()
	}
	var due Date
	for _, d := range b.list {
		if d.DueOn.After(due) {
			due = *d.DueOn
		}
	}
	if due.IsZero() || !today.After(due) {
		return Date{}, CertificateNotLate
	}
	return due, nil
}
