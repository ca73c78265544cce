package release

import (
	"errors"
	"fmt"
	"time"
)

const (
	shortText = 200
	longText  = 500
)

// ErrRepresentative says that a minor has no legal representative (invariant 14 of the procedure).
var ErrRepresentative = errors.New("a minor needs a legal representative")

// Validate holds the closed rules of a referral.
func (r Referral) Validate() error {
	switch {
	case !validID(r.ID):
		return invalid("id")
	case r.Version < 1 || r.Version > maxVersion:
		return invalid("version")
	case !validID(r.Group):
		return invalid("group")
	case !r.Kind.Valid():
		return invalid("kind")
	case !ValidPrefecture(r.Prefecture):
		return invalid("prefecture")
	case !MayRefer(r.Prefecture, r.Kind):
		return invalid("kind")
	case !oneOf(r.Channel, ChannelANEF, ChannelDesk, ChannelPost, ChannelRemoval):
		return invalid("channel")
	case !optionalDate(r.RequestRegisteredOn):
		return invalid("request_registered_on")
	case !optionalDate(r.CertificateAvailableOn):
		return invalid("certificate_available_on")
	case !r.Asylum.valid():
		return invalid("asylum")
	case !r.RemovalDecision.valid():
		return invalid("removal_decision")
	case !agdref.MatchString(r.AGDREF):
		return invalid("agdref")
	case !validCountry(r.ReferenceCountry.Country) || r.ReferenceCountry.Role != r.Kind.CountryRole():
		return invalid("reference_country")
	case !r.PreviousCase.valid():
		return invalid("previous_case")
	case !validLiberty(r.LibertyHistory):
		return invalid("liberty_history")
	case !r.Civil.knows(r.Requester):
		return invalid("requester")
	}
	if err := r.Civil.Validate(); err != nil {
		return err
	}
	return fits(r)
}

// maxReferral leaves room in MaxBytes for the event around the referral.
const maxReferral = MaxBytes - 1<<10

// fits: each field is within its limit, and the whole within what one crossing object may be. Without it a lawful-looking referral
// would be stored here and refused by the reader (TestWhatIsValidCanBeRead).
func fits(v any) error {
	canonical, err := Canonical(v)
	if err != nil {
		return err
	}
	if len(canonical) > maxReferral {
		return invalid("civil")
	}
	return nil
}

func (a *Asylum) valid() bool {
	return a == nil || (a.RegisteredOn.Valid() && optionalDate(a.InformationGivenOn) &&
		(a.InformationLanguage == nil || language.MatchString(*a.InformationLanguage)))
}

func (d *RemovalDecision) valid() bool {
	return d == nil || (oneOf(d.Type, "OQTF", "EXPULSION") && d.IssuedOn.Valid() && optionalInstant(d.NotifiedAt))
}

func (p *PreviousCase) valid() bool {
	return p == nil || (previousRef.MatchString(p.ID) && p.OpinionOn.Valid() &&
		oneOf(p.Sens, Favourable, NoCareNeeded, NoGravity, TreatmentAtHome))
}

// validLiberty: at least one period, the periods in order of time, only the first open-ended.
func validLiberty(periods []LibertyPeriod) bool {
	var last time.Time
	for i, p := range periods {
		if !oneOf(p.Status, Free, Assigned, Retained, Detained) || !optionalText(p.Place, shortText) ||
			!optionalText(p.ReportedBy, shortText) || !optionalInstant(p.From) || (p.From == nil && i > 0) {
			return false
		}
		if p.From == nil {
			continue
		}
		if from := p.From.Time(); i > 0 && !from.After(last) {
			return false
		}
		last = p.From.Time()
	}
	return len(periods) > 0 && len(periods) <= 50
}

// knows says whether the id is that of the patient or of one of the representatives.
func (c Civil) knows(id string) bool {
	if id == c.Patient.ID {
		return true
	}
	for _, rep := range c.LegalRepresentatives {
		if rep.ID == id {
			return true
		}
	}
	return false
}

// Validate holds the closed rules of the civil part.
func (c Civil) Validate() error {
	if err := c.Patient.Validate(); err != nil {
		return err
	}
	if c.LegalRepresentatives == nil || len(c.LegalRepresentatives) > 9 {
		return invalid("legal_representatives")
	}
	seen := map[string]bool{}
	for _, rep := range c.LegalRepresentatives {
		if err := rep.Validate(); err != nil {
			return err
		}
		if seen[rep.ID] {
			return invalid("legal_representatives.id")
		}
		seen[rep.ID] = true
	}
	return nil
}

// Validate holds the closed rules of a patient.
func (p Patient) Validate() error {
	switch {
	case p.ID != "patient":
		return invalid("patient.id")
	case !validText(p.FamilyName, shortText):
		return invalid("patient.family_name")
	case !optionalText(p.UsageName, shortText):
		return invalid("patient.usage_name")
	case !validNames(p.GivenNames):
		return invalid("patient.given_names")
	case !oneOf(p.Sex, "F", "M"):
		return invalid("patient.sex")
	case !p.BirthDate.Valid():
		return invalid("patient.birth_date")
	case !validText(p.BirthPlace, shortText):
		return invalid("patient.birth_place")
	case !validCountry(p.BirthCountry):
		return invalid("patient.birth_country")
	case !validCountry(p.Nationality):
		return invalid("patient.nationality")
	case !language.MatchString(p.Language):
		return invalid("patient.language")
	case !validText(p.Address, longText):
		return invalid("patient.address")
	case !optionalText(p.Phone, shortText):
		return invalid("patient.phone")
	case !optionalText(p.Email, shortText):
		return invalid("patient.email")
	case !validPapers(p.IdentityDocuments):
		return invalid("patient.identity_documents")
	}
	return nil
}

// Validate holds the closed rules of a representative.
func (r LegalRepresentative) Validate() error {
	switch {
	case !person.MatchString(r.ID) || r.ID == "patient":
		return invalid("legal_representatives.id")
	case !validText(r.FamilyName, shortText):
		return invalid("legal_representatives.family_name")
	case !validNames(r.GivenNames):
		return invalid("legal_representatives.given_names")
	case !oneOf(r.Quality, "PERE", "MERE", "TUTEUR", "TITULAIRE_AUTORITE_PARENTALE"):
		return invalid("legal_representatives.quality")
	case !validText(r.Basis, shortText):
		return invalid("legal_representatives.basis")
	case !validCountry(r.Nationality):
		return invalid("legal_representatives.nationality")
	case !language.MatchString(r.Language):
		return invalid("legal_representatives.language")
	case !validText(r.Address, longText):
		return invalid("legal_representatives.address")
	case !optionalText(r.Phone, shortText):
		return invalid("legal_representatives.phone")
	case !agdref.MatchString(r.AGDREF):
		return invalid("legal_representatives.agdref")
	case !validPapers(r.IdentityDocuments):
		return invalid("legal_representatives.identity_documents")
	}
	return nil
}

func validNames(names []string) bool {
	for _, name := range names {
		if !validText(name, shortText) {
			return false
		}
	}
	return len(names) > 0 && len(names) <= 20
}

func validPapers(papers []IdentityDocument) bool {
	for _, p := range papers {
		if !oneOf(p.Type, "PASSEPORT", "CARTE_IDENTITE", "AUTRE") || !validText(p.Number, shortText) ||
			!validCountry(p.IssuingCountry) || !optionalDate(p.ValidUntil) {
			return false
		}
	}
	return papers != nil && len(papers) <= 20
}

// CheckRepresentation refuses a patient who is a minor on the day and has no representative.
// Eighteen is counted by birthday: born on 29 February, the last day of February (as medical.MajorityOf).
func (c Civil) CheckRepresentation(on Date) error {
	if len(c.LegalRepresentatives) > 0 {
		return nil
	}
	born, err := time.Parse(time.DateOnly, string(c.Patient.BirthDate))
	if err != nil {
		return invalid("patient.birth_date")
	}
	of18 := born.AddDate(18, 0, 0)
	if of18.Day() != born.Day() {
		of18 = of18.AddDate(0, 0, -1)
	}
	if on < DateOf(of18) {
		return fmt.Errorf("checking representation: %w", ErrRepresentative)
	}
	return nil
}
