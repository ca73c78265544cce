package release

import (
	"slices"
	"strings"
)

// The closed code sets. Values are those of the law's own forms as the corpus writes them; a value
// outside its set crosses in neither direction.

// Kind is the kind of referral (legal basis and object).
type Kind string

// The kinds of referral (CESEDA L. 425-9, L. 425-10, R. 425-14, L. 631-3, L. 731-3, L. 731-4).
const (
	KindFirst        Kind = "SEJ_L4259_PREMIERE"
	KindRenewal      Kind = "SEJ_L4259_RENOUV"
	KindAPS          Kind = "SEJ_R42514_APS"
	KindParent       Kind = "SEJ_L42510_PARENT"
	KindAlgerian     Kind = "SEJ_ALG_67"
	KindExpFree      Kind = "EXP_L6313_LIBRE"
	KindExpDetained  Kind = "EXP_L6313_DETENU"
	KindOQTFFree     Kind = "OQTF_L7313_LIBRE"
	KindOQTFAssigned Kind = "OQTF_L7313_ASSIGNE"
	KindOQTFRetained Kind = "OQTF_L7313_RETENU"
	KindOQTFDetained Kind = "OQTF_L7313_DETENU"
	KindAssigned     Kind = "ASR_L7314"
)

// Kinds lists every kind, in the order of the law.
func Kinds() []Kind {
	return []Kind{KindFirst, KindRenewal, KindAPS, KindParent, KindAlgerian, KindExpFree, KindExpDetained,
		KindOQTFFree, KindOQTFAssigned, KindOQTFRetained, KindOQTFDetained, KindAssigned}
}

// Valid says whether k is in the closed set.
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// Family is the part of the kind that a change of liberty status cannot change: SEJ, EXP, OQTF, ASR.
func (k Kind) Family() string {
	family, _, _ := strings.Cut(string(k), "_")
	return family
}

// Stay says whether the kind is a residence-permit procedure, which alone has a report
// (R. 425-12); removal procedures have none (arrêté of 27 December 2016, art. 11).
func (k Kind) Stay() bool { return k.Family() == "SEJ" }

// CountryRole is the country the question is about: origin for a stay, return for a removal.
func (k Kind) CountryRole() CountryRole {
	if k.Stay() {
		return Origin
	}
	return Return
}

// CountryRole says which country the opinion speaks of.
type CountryRole string

// The two roles of a reference country (annexes C, D, E).
const (
	Origin CountryRole = "PAYS_ORIGINE"
	Return CountryRole = "PAYS_RENVOI"
)

// CareNeeded answers question 1.
type CareNeeded string

// Question 1 (arrêté of 27 December 2016, art. 6 a).
const (
	CareIsNeeded    CareNeeded = "NECESSITE"
	CareIsNotNeeded CareNeeded = "NE_NECESSITE_PAS"
)

// ExceptionalGravity answers question 2.
type ExceptionalGravity string

// Question 2 (art. 6 b).
const (
	GravityPossible ExceptionalGravity = "PEUT_ENTRAINER"
	GravityUnlikely ExceptionalGravity = "NE_DEVRAIT_PAS_ENTRAINER"
)

// TreatmentAvailable answers question 3.
type TreatmentAvailable string

// Question 3 (art. 6 c).
const (
	TreatmentReachable   TreatmentAvailable = "PEUT_BENEFICIER"
	TreatmentUnreachable TreatmentAvailable = "NE_PEUT_PAS_BENEFICIER"
)

// CanTravel answers question 5.
type CanTravel string

// Question 5 (art. 6, second paragraph).
const (
	TravelPossible   CanTravel = "PEUT_VOYAGER"
	TravelImpossible CanTravel = "NE_PEUT_PAS_VOYAGER"
)

// Outcome is the sense of the opinion; it follows from the answers (OutcomeOf).
type Outcome string

// The senses of an opinion.
const (
	Favourable       Outcome = "FAVORABLE"
	NoCareNeeded     Outcome = "DEFAV_PAS_DE_PRISE_EN_CHARGE"
	NoGravity        Outcome = "DEFAV_PAS_EXCEPTIONNELLE_GRAVITE"
	TreatmentAtHome  Outcome = "DEFAV_TRAITEMENT_DISPONIBLE"
	maxDurationMonth         = 120
)

// Annexe is the legal form of an opinion.
type Annexe string

// The forms an opinion takes (arrêté of 27 December 2016 as modified on 28 July 2025).
const (
	AnnexeC Annexe = "C"
	AnnexeD Annexe = "D"
	AnnexeE Annexe = "E"
)

// FormVersions lists the versions of an annexe.
func (a Annexe) FormVersions() []string {
	switch a {
	case AnnexeC:
		return []string{"C-2017", "C-2021"}
	case AnnexeD:
		return []string{"D-2017", "D-2025"}
	case AnnexeE:
		return []string{"E-2025"}
	}
	return nil
}

// Authors is how many physicians sign that form: the college of three, or one designated physician.
func (a Annexe) Authors() int {
	if a == AnnexeD {
		return 1
	}
	return 3
}

// NoticeCode is the code of a notice to the prefecture (REQ-4). N6 is not among them: N6 is the
// release of the opinion itself.
type NoticeCode string

// The closed list of notices.
const (
	ReferralAnswered     NoticeCode = "N0"
	CertificateReceived  NoticeCode = "N1"
	CertificateMissing   NoticeCode = "N2"
	ReportTransmitted    NoticeCode = "N3"
	ConvocationMissed    NoticeCode = "N4"
	ExamsMissing         NoticeCode = "N5"
	OpinionReleased      NoticeCode = "N6" // shown in lists; never the code of a Notice
	ClosedWithoutOpinion NoticeCode = "N7"
)

// TechnicalCode is the field of N0.
type TechnicalCode string

// What N0 may say.
const (
	Accepted        TechnicalCode = "ACCEPTEE"
	AGDREFCorrected TechnicalCode = "CORRECTION_AGDREF"
)

// ClosureCode is the field of N7: a neutral reason.
type ClosureCode string

// Why a dossier closes without an opinion.
const (
	ClosedWithdrawn  ClosureCode = "RETRAIT"
	ClosedDeath      ClosureCode = "DECES"
	ClosedCancelled  ClosureCode = "SAISINE_ANNULEE"
	ClosedDuplicate  ClosureCode = "DOUBLON"
	ClosedWrongOrder ClosureCode = "MAUVAISE_SAISINE"

	// An opinion that was given on another person's papers is withdrawn. No prefecture asks for it.
	OpinionWithdrawn ClosureCode = "PIECES_AUTRE_PERSONNE"
)

// Channel is how the request reached the prefecture.
type Channel string

// The channels of a referral.
const (
	ChannelANEF    Channel = "ANEF"
	ChannelDesk    Channel = "GUICHET"
	ChannelPost    Channel = "COURRIER"
	ChannelRemoval Channel = "ELOIGNEMENT"
)

// Liberty is the liberty status of the person.
type Liberty string

// The statuses that decide who gives the opinion (R. 631-1, R. 731-1).
const (
	Free     Liberty = "LIBRE"
	Assigned Liberty = "ASSIGNE_EXECUTION"
	Retained Liberty = "RETENTION"
	Detained Liberty = "DETENU"
)

func oneOf[T comparable](v T, set ...T) bool { return slices.Contains(set, v) }
