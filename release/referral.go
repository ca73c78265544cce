package release

// IdentityDocument is a paper shown at the prefecture.
type IdentityDocument struct {
	Type           string `json:"type"`
	Number         string `json:"number"`
	IssuingCountry string `json:"issuing_country"`
	ValidUntil     *Date  `json:"valid_until"`
}

// Patient is the person whose health the question is about, as the prefecture knows them.
type Patient struct {
	ID                string             `json:"id"` // always "patient"
	FamilyName        string             `json:"family_name"`
	UsageName         *string            `json:"usage_name"`
	GivenNames        []string           `json:"given_names"`
	Sex               string             `json:"sex"`
	BirthDate         Date               `json:"birth_date"`
	BirthPlace        string             `json:"birth_place"`
	BirthCountry      string             `json:"birth_country"`
	Nationality       string             `json:"nationality"`
	Language          string             `json:"language"`
	Address           string             `json:"address"`
	Phone             *string            `json:"phone"`
	Email             *string            `json:"email"`
	IdentityDocuments []IdentityDocument `json:"identity_documents"`
}

// LegalRepresentative acts for a minor.
type LegalRepresentative struct {
	ID                string             `json:"id"` // "rep-N"
	FamilyName        string             `json:"family_name"`
	GivenNames        []string           `json:"given_names"`
	Quality           string             `json:"quality"`
	Basis             string             `json:"basis"`
	Nationality       string             `json:"nationality"`
	Language          string             `json:"language"`
	Address           string             `json:"address"`
	Phone             *string            `json:"phone"`
	AGDREF            string             `json:"agdref"`
	IdentityDocuments []IdentityDocument `json:"identity_documents"`
}

// Civil is the civil part of a referral: the corpus's `applicant`.
type Civil struct {
	Patient              Patient               `json:"patient"`
	LegalRepresentatives []LegalRepresentative `json:"legal_representatives"`
}

// Asylum is what the prefecture knows of an asylum application (D. 431-7).
type Asylum struct {
	RegisteredOn        Date    `json:"registered_on"`
	InformationGivenOn  *Date   `json:"information_given_on"`
	InformationLanguage *string `json:"information_language"`
	InformationSigned   bool    `json:"information_signed"`
	Late                bool    `json:"late"`
	NewCircumstances    bool    `json:"new_circumstances"`
}

// RemovalDecision is the decision whose execution is in question.
type RemovalDecision struct {
	Type       string   `json:"type"`
	IssuedOn   Date     `json:"issued_on"`
	NotifiedAt *Instant `json:"notified_at"`
}

// PreviousCase is the opinion given before, as the prefecture knows it: never who reported.
type PreviousCase struct {
	ID        string  `json:"id"`
	OpinionOn Date    `json:"opinion_on"`
	Sens      Outcome `json:"sens"`
}

// LibertyPeriod is one period of the liberty history; From is null for "as far as known".
type LibertyPeriod struct {
	Status     Liberty  `json:"status"`
	From       *Instant `json:"from"`
	Place      *string  `json:"place"`
	ReportedBy *string  `json:"reported_by"`
}

// Referral (saisine) crosses towards medical: one per administrative file; those of one group are
// about the same patient and make one dossier. It carries exactly what createReferral takes.
type Referral struct {
	ID                     string           `json:"id"`
	Version                int              `json:"version"`
	Group                  string           `json:"group"`
	Kind                   Kind             `json:"kind"`
	Prefecture             string           `json:"prefecture"`
	Channel                Channel          `json:"channel"`
	RequestRegisteredOn    *Date            `json:"request_registered_on"`
	CertificateAvailableOn *Date            `json:"certificate_available_on"`
	Asylum                 *Asylum          `json:"asylum"`
	RemovalDecision        *RemovalDecision `json:"removal_decision"`
	AGDREF                 string           `json:"agdref"` // of this administrative file
	ReferenceCountry       Country          `json:"reference_country"`
	Requester              string           `json:"requester"` // "patient" or a representative's id
	PreviousCase           *PreviousCase    `json:"previous_case"`
	LibertyHistory         []LibertyPeriod  `json:"liberty_history"`
	Civil                  Civil            `json:"civil"`
}

// ReferralEventType is what happened to a referral. Each type has its own shape (referral_change.go).
type ReferralEventType string

// EventReferral opens a referral.
const EventReferral ReferralEventType = "REFERRAL"

// ReferralEvent is one numbered event of the administrative zone; medical applies them in order. One body is there, that of the type.
type ReferralEvent struct {
	Seq          int64               `json:"seq"`
	Type         ReferralEventType   `json:"type"`
	At           Instant             `json:"at"`
	Referral     *Referral           `json:"referral"`
	Correction   *Correction         `json:"correction"`
	Transfer     *Transfer           `json:"transfer"`
	Liberty      *LibertyChange      `json:"liberty"`
	Withdrawal   *Withdrawal         `json:"withdrawal"`
	Decision     *PrefectDecision    `json:"decision"`
	Appeal       *Appeal             `json:"appeal"`
	AppealClosed *AppealClosing      `json:"appeal_closed"`
	Attestation  *AttestationRequest `json:"attestation"`
}

// ReferralPage is the answer of GET /relay/v1/referrals.
type ReferralPage struct {
	Items []ReferralEvent `json:"items"`
}

// Validate holds the closed rules of a page; Items is never null.
func (p ReferralPage) Validate() error {
	if p.Items == nil {
		return invalid("items")
	}
	for _, e := range p.Items {
		if err := e.Validate(); err != nil {
			return err
		}
	}
	return nil
}

// Validate holds the closed rules of an event.
func (e ReferralEvent) Validate() error {
	switch {
	case e.Seq < 1:
		return invalid("seq")
	case !e.At.Valid():
		return invalid("at")
	}
	body, ok := e.body()
	if !ok {
		return invalid("type")
	}
	return body.Validate()
}
