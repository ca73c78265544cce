package medical

import (
	"fmt"
	"log/slog"
)

// Certificate is annexe A as the treating physician filled it, with what the envelope adds: the input of receiveCertificate, sealed as it is.
// When it came and whether it was late follow from the clock. What annexe A leaves to the physician (history, recent examinations, prognosis) may be
// left to the piece (decision 25).
type Certificate struct {
	Annexe              string            `json:"annexe" validate:"required,eq=A"`
	FormVersion         string            `json:"form_version" validate:"required,max=16"`
	PatientExaminedOn   Date              `json:"patient_examined_on"`
	SignedOn            Date              `json:"signed_on"`
	Signature           bool              `json:"signature"`
	Stamp               bool              `json:"stamp"`
	Author              CertificateAuthor `json:"author"`
	FollowedSince       *Date             `json:"followed_since"`
	FollowUpFrequency   *string           `json:"follow_up_frequency" validate:"omitnil,max=2000"`
	History             string            `json:"history" validate:"max=50000"`
	Pathologies         []Pathology       `json:"pathologies" validate:"required,min=1,max=100,dive"`
	Treatments          []Treatment       `json:"treatments" validate:"max=200,dive"`
	Stage               string            `json:"stage" validate:"required,max=50000"`
	Complications       string            `json:"complications" validate:"required,max=50000"`
	RecentExams         string            `json:"recent_exams" validate:"max=50000"`
	Prognosis           string            `json:"prognosis" validate:"max=50000"`
	Consent             Consent           `json:"consent"`
	SentOn              Date              `json:"sent_on"`
	Mode                string            `json:"mode" validate:"required,oneof=LRAR LRAR_ELECTRONIQUE LETTRE_SIMPLE REMISE MSSANTE"`
	Pages               int               `json:"pages" validate:"min=1,max=2000"`
	Anomalies           []string          `json:"anomalies" validate:"max=20,dive,max=200"`
	OriginalsReturnedOn *Date             `json:"originals_returned_on"`
}

// CertificateAuthor is the physician who filled the certificate.
type CertificateAuthor struct {
	Quality       string `json:"quality" validate:"required,oneof=MEDECIN_HABITUEL PRATICIEN_HOSPITALIER UMCRA UNITE_SANITAIRE"`
	FamilyName    string `json:"family_name" validate:"required,max=200"`
	GivenName     string `json:"given_name" validate:"required,max=200"`
	RPPS          string `json:"rpps" validate:"required,len=11,numeric"`
	Service       string `json:"service" validate:"max=500"`
	Establishment string `json:"establishment" validate:"max=500"`
	City          string `json:"city" validate:"max=200"`
	Phone         string `json:"phone" validate:"max=40"`
}

// Pathology is one diagnosis, with its ICD-10 code.
type Pathology struct {
	Label       string `json:"label" validate:"required,max=2000"`
	ICD10       string `json:"icd10" validate:"required,max=8"`
	DiagnosedOn *Date  `json:"diagnosed_on"`
}

// Treatment is one medicine, by its international name and ATC code.
type Treatment struct {
	INN                   string `json:"inn" validate:"required,max=500"`
	ATC                   string `json:"atc" validate:"required,max=8"`
	Dosage                string `json:"dosage" validate:"required,max=2000"`
	Route                 string `json:"route" validate:"required,max=100"`
	StartedOn             Date   `json:"started_on"`
	PlannedDurationMonths *int   `json:"planned_duration_months" validate:"omitnil,min=1,max=1200"`
}

// Consent is the person's agreement, or that of a legal representative. L. 425-9, alinéa 3.
type Consent struct {
	Given    bool   `json:"given"`
	SignedOn Date   `json:"signed_on"`
	By       string `json:"by" validate:"required,max=16"`
	Scope    string `json:"scope" validate:"required,max=1000"`
}

func (Certificate) Format(f fmt.State, _ rune)       { redact(f) }
func (Certificate) LogValue() slog.Value             { return slog.StringValue(redacted) }
func (CertificateAuthor) Format(f fmt.State, _ rune) { redact(f) }
func (CertificateAuthor) LogValue() slog.Value       { return slog.StringValue(redacted) }
func (Pathology) Format(f fmt.State, _ rune)         { redact(f) }
func (Pathology) LogValue() slog.Value               { return slog.StringValue(redacted) }
func (Treatment) Format(f fmt.State, _ rune)         { redact(f) }
func (Treatment) LogValue() slog.Value               { return slog.StringValue(redacted) }
func (Consent) Format(f fmt.State, _ rune)           { redact(f) }
func (Consent) LogValue() slog.Value                 { return slog.StringValue(redacted) }

// CheckCertificate verifies what needs the dossier and the day of receipt: the order of dates, the version of the form, and the author's
// quality (CERT_AUTHOR_MISMATCH). The day of receipt is in the territory's own time.
func CheckCertificate(c Case, cert Certificate, receivedOn Date) error {
	for _, step := range []struct {
		field         string
		before, after Date
	}{
		{"signed_on", cert.PatientExaminedOn, cert.SignedOn},
		{"sent_on", cert.SignedOn, cert.SentOn},
		{"sent_on", cert.Consent.SignedOn, cert.SentOn},
		{"sent_on", cert.SentOn, receivedOn},
	} {
		if step.before.IsZero() || step.after.IsZero() || step.after.Before(step.before) {
			return invalid(step.field, "Vérifiez l’ordre des dates : examen, signature, envoi, réception.")
		}
	}
	if err := CheckForm("A", cert.FormVersion, cert.SignedOn); err != nil {
		return err
	}
	return CheckCertificateAuthor(c, cert.Author.Quality, cert.SignedOn)
}

// Event is what the dossier's events keep of a certificate that was accepted.
func (c Certificate) Event() CertificatRecu {
	return CertificatRecu{Accepted: true, SentOn: &c.SentOn, SignedOn: &c.SignedOn, Consent: &c.Consent.Given}
}
