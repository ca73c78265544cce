package medical

import (
	"fmt"
	"log/slog"
)

// Civil is who the dossier is about, as the prefecture knows it: sealed in the dossier's civil compartment. AdministrativeFiles are here and
// not among the events because an AGDREF number names a person.
type Civil struct {
	Patient              Patient               `json:"patient"`
	LegalRepresentatives []LegalRepresentative `json:"legal_representatives"`
	AdministrativeFiles  []AdministrativeFile  `json:"administrative_files"`
}

// Patient is the person whose health is in question.
type Patient struct {
	ID                string             `json:"id" validate:"required,eq=patient"`
	FamilyName        string             `json:"family_name" validate:"required,max=200"`
	UsageName         *string            `json:"usage_name" validate:"omitnil,max=200"`
	GivenNames        []string           `json:"given_names" validate:"required,min=1,max=20,dive,required,max=200"`
	Sex               string             `json:"sex" validate:"required,oneof=F M"`
	BirthDate         Date               `json:"birth_date"`
	BirthPlace        string             `json:"birth_place" validate:"required,max=200"`
	BirthCountry      string             `json:"birth_country" validate:"required,len=3,uppercase"`
	Nationality       string             `json:"nationality" validate:"required,len=3,uppercase"`
	Language          string             `json:"language" validate:"required,max=8"`
	Address           string             `json:"address" validate:"required,max=500"`
	Phone             *string            `json:"phone" validate:"omitnil,max=40"`
	Email             *string            `json:"email" validate:"omitnil,max=200"`
	IdentityDocuments []IdentityDocument `json:"identity_documents" validate:"max=20,dive"`
}

// LegalRepresentative stands for a minor (invariant 14).
type LegalRepresentative struct {
	ID                string             `json:"id" validate:"required,max=16"`
	FamilyName        string             `json:"family_name" validate:"required,max=200"`
	GivenNames        []string           `json:"given_names" validate:"required,min=1,max=20,dive,required,max=200"`
	Quality           string             `json:"quality" validate:"required,oneof=PERE MERE TUTEUR TITULAIRE_AUTORITE_PARENTALE"`
	Basis             string             `json:"basis" validate:"required,max=500"`
	Nationality       string             `json:"nationality" validate:"required,len=3,uppercase"`
	Language          string             `json:"language" validate:"required,max=8"`
	Address           string             `json:"address" validate:"required,max=500"`
	Phone             *string            `json:"phone" validate:"omitnil,max=40"`
	AGDREF            string             `json:"agdref" validate:"required,len=10,numeric"`
	IdentityDocuments []IdentityDocument `json:"identity_documents" validate:"max=20,dive"`
}

// IdentityDocument is a paper that proves who somebody is.
type IdentityDocument struct {
	Type           string `json:"type" validate:"required,oneof=PASSEPORT CARTE_IDENTITE AUTRE"`
	Number         string `json:"number" validate:"required,max=64"`
	IssuingCountry string `json:"issuing_country" validate:"required,len=3,uppercase"`
	ValidUntil     *Date  `json:"valid_until"`
}

// AdministrativeFile ties a referral to a requester and an AGDREF number.
type AdministrativeFile struct {
	Referral   string `json:"referral" validate:"max=64"`
	AGDREF     string `json:"agdref" validate:"required,len=10,numeric"`
	Requester  string `json:"requester" validate:"required,max=16"`
	Prefecture string `json:"prefecture" validate:"required,max=3"`
}

// CivilLine is what tells one person from another in a list.
type CivilLine struct {
	FamilyName string   `json:"family_name"`
	UsageName  *string  `json:"usage_name"`
	GivenNames []string `json:"given_names"`
	BirthDate  Date     `json:"birth_date"`
	AGDREF     []string `json:"agdref"`
}

// Line is a person in a list.
func (c Civil) Line() CivilLine {
	line := CivilLine{FamilyName: c.Patient.FamilyName, UsageName: c.Patient.UsageName, GivenNames: c.Patient.GivenNames, BirthDate: c.Patient.BirthDate, AGDREF: []string{}}
	for _, file := range c.AdministrativeFiles {
		line.AGDREF = append(line.AGDREF, file.AGDREF)
	}
	return line
}

func (CivilLine) Format(f fmt.State, _ rune)           { redact(f) }
func (CivilLine) LogValue() slog.Value                 { return slog.StringValue(redacted) }
func (Civil) Format(f fmt.State, _ rune)               { redact(f) }
func (Civil) LogValue() slog.Value                     { return slog.StringValue(redacted) }
func (Patient) Format(f fmt.State, _ rune)             { redact(f) }
func (Patient) LogValue() slog.Value                   { return slog.StringValue(redacted) }
func (LegalRepresentative) Format(f fmt.State, _ rune) { redact(f) }
func (LegalRepresentative) LogValue() slog.Value       { return slog.StringValue(redacted) }
func (IdentityDocument) Format(f fmt.State, _ rune)    { redact(f) }
func (IdentityDocument) LogValue() slog.Value          { return slog.StringValue(redacted) }
func (AdministrativeFile) Format(f fmt.State, _ rune)  { redact(f) }
func (AdministrativeFile) LogValue() slog.Value        { return slog.StringValue(redacted) }

// CheckCivil refuses a minor without a legal representative on the day of the referral. Invariant 14.
func CheckCivil(c Civil, on Date) error {
	if c.Patient.BirthDate.IsZero() || c.Patient.BirthDate.After(on) {
		return invalid("birth_date", "Indiquez la date de naissance de la personne.")
	}
	if on.Before(c.Patient.BirthDate.AddYears(18)) && len(c.LegalRepresentatives) == 0 {
		return LegalRepRequired
	}
	return nil
}
