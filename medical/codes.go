package medical

// Stage is where in the procedure an event stands; most of the events outside the two stages carry none.
type Stage string

const (
	StageNone    Stage = ""
	StageReport  Stage = "RAPPORT"
	StageOpinion Stage = "AVIS"
)

// Liberty is the person's status of liberty, on which the competent author depends (REQ-2).
type Liberty string

const (
	Free     Liberty = "LIBRE"
	Assigned Liberty = "ASSIGNE_EXECUTION"
	Retained Liberty = "RETENTION"
	Detained Liberty = "DETENU"
)

// AuthorKind is who gives the opinion: the college of three, or one designated physician.
type AuthorKind string

const (
	College AuthorKind = "COLLEGE3"
	Single  AuthorKind = "MED1"
)

// StateName is a state of the residence permit procedure, or of the removal procedure (docs/procedure.md).
type StateName string

const (
	StateRequested           StateName = "DEMANDE_DEPOSEE"
	StateCertificateHanded   StateName = "CERTIFICAT_VIERGE_REMIS"
	StateCertificateReceived StateName = "CERTIFICAT_RECU"
	StateCertificateMissing  StateName = "CERTIFICAT_NON_RECU"
	StateToAssign            StateName = "A_AFFECTER"
	StateRapporteurAssigned  StateName = "RAPPORTEUR_DESIGNE"
	StateReportInProgress    StateName = "RAPPORT_EN_COURS"
	StateReportSigned        StateName = "RAPPORT_SIGNE"
	StateReportTransmitted   StateName = "RAPPORT_TRANSMIS"
	StateCollegeComposed     StateName = "COLLEGE_DESIGNE"
	StateOpinionInProgress   StateName = "AVIS_EN_COURS"
	StateOpinionIssued       StateName = "AVIS_EMIS"
	StateOpinionSent         StateName = "AVIS_TRANSMIS"
	StateClosed              StateName = "CLOS"
	StateDropped             StateName = "SANS_SUITE"
	StateLitigation          StateName = "CONTENTIEUX"
	StatePurged              StateName = "PURGE"
	StateSignalled           StateName = "SIGNALEMENT"
	StateAuthorDesignated    StateName = "AUTEUR_DESIGNE"
	StateComplement          StateName = "COMPLEMENT"
)
