package medical

import (
	"slices"
	"time"

	"cloison/medical/reference"
)

// AuthorAt is who is competent to give the opinion at an instant, and on which form. It is decided at the date of the opinion (REQ-2).
func (c Case) AuthorAt(at time.Time) (reference.Author, bool) {
	return reference.AuthorOn(c.kind().Family, string(c.LibertyAt(at)), c.day(at))
}

// CheckAuthor refuses a college where one physician is competent, and the reverse. R. 731-1, R. 631-1.
func CheckAuthor(c Case, kind AuthorKind, at time.Time) error {
	a, ok := c.AuthorAt(at)
	switch {
	case ok && a.Author == string(kind):
		return nil
	case kind == College:
		return CollegeNotCompetent
	}
	return Med1NotCompetent
}

// KindAt is the kind of the referral as the opinion states it: a change of liberty moves it within its family.
func (c Case) KindAt(at time.Time) string {
	liberty := c.LibertyAt(at)
	switch c.kind().Family {
	case "OQTF":
		return map[Liberty]string{Free: "OQTF_L7313_LIBRE", Assigned: "OQTF_L7313_ASSIGNE", Retained: "OQTF_L7313_RETENU", Detained: "OQTF_L7313_DETENU"}[liberty]
	case "EXP":
		if liberty == Detained {
			return "EXP_L6313_DETENU"
		}
		return "EXP_L6313_LIBRE"
	}
	return c.Kind
}

// CheckCertificateAuthor verifies the quality of the physician against the status of liberty on the day the certificate was signed.
func CheckCertificateAuthor(c Case, quality string, signedOn Date) error {
	endOfDay := time.Date(signedOn.Year, signedOn.Month, signedOn.Day, 23, 59, 59, 0, reference.Location(c.Direction))
	allowed := reference.CertificateAuthorsOn(c.kind().Family, string(c.LibertyAt(endOfDay)), signedOn)
	if !slices.Contains(allowed, quality) {
		return CertAuthorMismatch
	}
	return nil
}

// CheckForm verifies that a version of an annexe was the one in force that day.
func CheckForm(annexe, version string, on Date) error {
	f, ok := reference.FormOn(annexe, on)
	if !ok || f.Code != version {
		return invalid("form_version", "Utilisez la version du formulaire en vigueur à la date de signature.")
	}
	return nil
}
