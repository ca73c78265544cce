package medical

import (
	"fmt"
	"log/slog"
	"slices"
	"time"

	"cloison/medical/reference"
)

// RequestInput is what openRequest takes: the data of the event, with its type. The question and the nature of the examinations are sealed;
// when an answer is due follows from the law.
type RequestInput struct {
	Type                string     `json:"type" validate:"required,oneof=COMPLEMENT_DEMANDE CONVOCATION_ENVOYEE EXAMENS_DEMANDES"`
	Ref                 *string    `json:"ref" validate:"omitnil,max=32"`
	Stage               *string    `json:"stage" validate:"omitnil,oneof=RAPPORT AVIS"`
	To                  *string    `json:"to" validate:"required_if=Type COMPLEMENT_DEMANDE,omitnil,oneof=HOPITAL MEDECIN_TRAITANT AUTRE_PROFESSIONNEL RAPPORTEUR"`
	Question            *string    `json:"question" validate:"required_if=Type COMPLEMENT_DEMANDE,omitnil,min=1,max=5000"`
	ExamNature          *string    `json:"exam_nature" validate:"required_if=Type EXAMENS_DEMANDES,omitnil,min=1,max=5000"`
	ApplicantInformedOn *Date      `json:"applicant_informed_on"`
	RequestReceivedOn   *Date      `json:"request_received_on"`
	AppointmentAt       *time.Time `json:"appointment_at" validate:"required_if=Type CONVOCATION_ENVOYEE"`
	LetterAppointmentAt *time.Time `json:"letter_appointment_at"`
	Place               *string    `json:"place" validate:"required_if=Type CONVOCATION_ENVOYEE,omitnil,max=32"`
	Mode                *string    `json:"mode" validate:"required_if=Type CONVOCATION_ENVOYEE,omitnil,oneof=LRAR LRAR_ELECTRONIQUE LETTRE_SIMPLE REMISE REMISE_EN_MAIN"`
	Addressee           *string    `json:"addressee" validate:"omitnil,max=16"`
	ReceivedOn          *Date      `json:"received_on"`
	Mentions            []string   `json:"mentions" validate:"max=20,dive,oneof=DATE LIEU PIECE_IDENTITE INTERPRETE MEDECIN_DE_SON_CHOIX REPRESENTANT_LEGAL EMPECHEMENT CONSEQUENCES_ABSENCE LANGUE"` // of a letter that was written elsewhere
}

func (RequestInput) Format(f fmt.State, _ rune) { redact(f) }
func (RequestInput) LogValue() slog.Value       { return slog.StringValue(redacted) }

// RequestContent is what is sealed of a request in the medical compartment.
type RequestContent struct {
	Question   *string `json:"question,omitempty"`
	ExamNature *string `json:"exam_nature,omitempty"`
}

func (RequestContent) Format(f fmt.State, _ rune) { redact(f) }
func (RequestContent) LogValue() slog.Value       { return slog.StringValue(redacted) }

// requestFields are those that each type of request takes, beside type, ref and stage.
var requestFields = map[string][]string{
	string(EvComplementAsked): {"to", "question", "applicant_informed_on", "request_received_on"},
	string(EvExamsAsked):      {"exam_nature", "applicant_informed_on", "request_received_on"},
	string(EvSummonsSent):     {"appointment_at", "letter_appointment_at", "place", "mode", "addressee", "received_on", "mentions"},
}

// Open checks a request and makes its event. The letter is that of a summons composed here; nil otherwise.
func (c Case) Open(in RequestInput, now time.Time) (EventData, *Letter, error) {
	data, letter, err := c.open(in, now)
	if err == nil {
		err = checkRef(EventType(in.Type), RefOf(data))
	}
	return data, letter, err
}

func (c Case) open(in RequestInput, now time.Time) (EventData, *Letter, error) {
	if err := onlyFields(in, append(requestFields[in.Type], "type", "ref", "stage")); err != nil {
		return nil, nil, err
	}
	if err := CheckStage(in.Stage, c.Stage()); err != nil {
		return nil, nil, err
	}
	ref, err := c.NewRef(EventType(in.Type), value(in.Ref))
	if err != nil {
		return nil, nil, err
	}
	today := c.day(now)
	switch EventType(in.Type) {
	case EvSummonsSent:
		return c.openSummons(in, ref, now)
	case EvExamsAsked:
		d := ExamensDemandes{Ref: ref, DueOn: c.dueFrom(c.Stage(), today), ApplicantInformedOn: in.ApplicantInformedOn, RequestReceivedOn: in.RequestReceivedOn}
		return d, nil, c.checkExamsAsked(in, today)
	}
	d := ComplementDemande{Ref: ref, To: *in.To, DueOn: c.dueFrom(c.Stage(), today), ApplicantInformedOn: in.ApplicantInformedOn, RequestReceivedOn: in.RequestReceivedOn}
	return d, nil, c.checkComplement(in, today)
}

// checkComplement: the person agreed that professionals be asked (L. 425-9, al. 3) and is informed the same day (R. 425-12). The college may
// also ask the author of the report (R. 425-12, last paragraph), who is none of them. In a removal the physician who made the certificate is
// asked and nobody else (arrêté of 27 December 2016, art. 11); which of the two words names him stands in the sealed certificate.
func (c Case) checkComplement(in RequestInput, today Date) error {
	ofAuthor := *in.To == ToRapporteur
	switch {
	case ofAuthor && (!c.Stay() || c.Stage() != StageOpinion):
		return invalid("to", "Seul le collège demande un complément à l’auteur du rapport, une fois le rapport transmis. Choisissez un autre destinataire.")
	case !c.Stay() && *in.To == toOtherProfessional:
		return OnlyCertifying
	case in.ApplicantInformedOn == nil || *in.ApplicantInformedOn != today:
		return ApplicantNotInformed
	case !ofAuthor && !c.Consented():
		return ConsentMissing
	}
	return c.checkReceipt(in.RequestReceivedOn, today, c.dueFrom(c.Stage(), today), "request_received_on")
}

func (c Case) checkExamsAsked(in RequestInput, today Date) error {
	if in.ApplicantInformedOn != nil && in.ApplicantInformedOn.After(today) {
		return FutureDate
	}
	return c.checkReceipt(in.RequestReceivedOn, today, c.dueFrom(c.Stage(), today), "request_received_on")
}

// checkReceipt: a receipt that the request already tells lies between its sending and its term. It proves nothing before its day (proven).
func (c Case) checkReceipt(on *Date, sent, until Date, field string) error {
	if on != nil && (on.Before(sent) || on.After(until)) {
		return invalid(field, "La date de réception suit l’envoi et précède le terme. Laissez-la vide si elle n’est pas connue : elle s’enregistre ensuite.")
	}
	return nil
}

// Consented says that the person agreed, with the last certificate that was accepted, that professionals be asked, and has not taken it back
// since. Without a word on it there is no agreement.
func (c Case) Consented() bool {
	agreed := false
	for _, e := range c.Events {
		switch d := e.Data.(type) {
		case CertificatRecu:
			if d.Accepted {
				agreed = d.Consent != nil && *d.Consent
			}
		case ConsentementRetire:
			agreed = false
		}
	}
	return agreed
}

func (c Case) openSummons(in RequestInput, ref string, now time.Time) (EventData, *Letter, error) {
	addressee, err := c.addressee(in.Addressee)
	if err != nil {
		return nil, nil, err
	}
	d := ConvocationEnvoyee{Ref: ref, AppointmentAt: in.AppointmentAt.UTC(), Place: *in.Place, Mode: *in.Mode, Addressee: addressee, ReceivedOn: in.ReceivedOn}
	if in.LetterAppointmentAt != nil {
		said := in.LetterAppointmentAt.UTC()
		d.LetterAppointmentAt = &said
	}
	if _, ok := reference.DirectionByCode(d.Place); !ok {
		return nil, nil, invalid("place", "Indiquez la direction territoriale où la personne est attendue, par son code.")
	}
	if !d.AppointmentAt.After(now) || !letterAt(d).After(now) {
		return nil, nil, AppointmentNotFuture
	}
	if err := c.checkReceipt(d.ReceivedOn, c.day(now), c.day(d.AppointmentAt), "received_on"); err != nil {
		return nil, nil, err
	}
	if len(in.Mentions) > 0 {
		d.Mentions = in.Mentions
		return d, nil, c.CheckMentions(in.Mentions)
	}
	letter, err := c.ComposeLetter(d, c.day(now))
	d.Letter = letter.Model
	return d, &letter, err
}

// addressee is whom a letter goes to: the person, or the legal representative of a minor. Invariant 14.
func (c Case) addressee(named *string) (string, error) {
	to := value(named)
	represents := slices.Contains(c.Representatives, to)
	switch {
	case c.Minor() && !represents:
		return "", LegalRepRequired
	case to == "" || to == "patient":
		return "patient", nil
	case to != "" && c.Minor():
		return to, nil
	case represents && c.MinorAtReferral:
		return "", RepresentationEnded
	case represents:
		return to, nil
	}
	return "", invalid("addressee", "Indiquez la personne elle-même, ou l’un des représentants légaux du dossier.")
}

func value[T any](p *T) T {
	if p == nil {
		var none T
		return none
	}
	return *p
}
