package medical

import "time"

// One struct per type of event. JSON names are those of the same data in the corpus; an optional field that is empty is absent.

type (
	// SaisineRecue: a referral has come in.
	SaisineRecue struct{}
	// SaisineRefusee: a referral was refused.
	SaisineRefusee struct {
		ReasonCode string `json:"reason_code,omitempty"`
	}
	// CertificatMisADisposition: the blank certificate is available.
	CertificatMisADisposition struct{}
	// CertificatRecu: a certificate arrived. Accepted is false for an envelope whose certificate was then set aside; SentOn is what the envelope says and starts a delay (R. 425-13).
	// Consent says whether the person agreed that professionals be asked (L. 425-9, al. 3); its words are sealed with the certificate.
	CertificatRecu struct {
		Accepted bool  `json:"accepted"`
		SentOn   *Date `json:"sent_on,omitempty"`
		SignedOn *Date `json:"signed_on,omitempty"`
		Consent  *bool `json:"consent,omitempty"`
		// AuthorMismatch: its author is not the one whom the person's liberty calls for; whoever received it was warned, and kept it.
		AuthorMismatch bool `json:"author_mismatch,omitempty"`
	}
	// CertificatEcarte: a certificate was set aside.
	CertificatEcarte struct {
		ReasonCode string `json:"reason_code,omitempty"`
	}
	// ConstatNonReception: the certificate has not come.
	ConstatNonReception struct {
		DueOn Date `json:"due_on"`
	}
	// CompletudeDemandee: something formal is missing in the certificate.
	CompletudeDemandee struct {
		Ref        string `json:"ref,omitempty"`
		DueOn      *Date  `json:"due_on,omitempty"`
		ReasonCode string `json:"reason_code,omitempty"`
	}
	// CompletudeRecue: what was missing has come.
	CompletudeRecue struct {
		Ref string `json:"ref,omitempty"`
	}
	// RapporteurDesigne: a physician is in charge of the report. R. 425-12.
	RapporteurDesigne struct {
		Rapporteur string `json:"rapporteur,omitempty"`
	}
	// ComplementDemande: a complement was asked of a professional, the person being informed. The question itself is sealed. R. 425-12.
	ComplementDemande struct {
		Ref                 string `json:"ref,omitempty"`
		To                  string `json:"to,omitempty"`
		DueOn               Date   `json:"due_on"`
		ApplicantInformedOn *Date  `json:"applicant_informed_on,omitempty"`
		RequestReceivedOn   *Date  `json:"request_received_on,omitempty"`
	}
	// ComplementRecu: the complement came; its content is sealed.
	ComplementRecu struct {
		Ref string `json:"ref,omitempty"`
	}
	// ComplementRefuse: the professional refuses to answer.
	ComplementRefuse struct {
		Ref        string `json:"ref,omitempty"`
		ReasonCode string `json:"reason_code,omitempty"`
	}
	// ConvocationEnvoyee: the person is asked to come. LetterAppointmentAt is what the letter said, when it said something else. Letter is the
	// model of the letter that was composed here; Mentions are those that a letter written elsewhere bears (REQ-23). The letter itself is sealed.
	ConvocationEnvoyee struct {
		Ref                 string     `json:"ref,omitempty"`
		AppointmentAt       time.Time  `json:"appointment_at"`
		LetterAppointmentAt *time.Time `json:"letter_appointment_at,omitempty"`
		Place               string     `json:"place,omitempty"`
		Mode                string     `json:"mode,omitempty"`
		Addressee           string     `json:"addressee,omitempty"`
		ReceivedOn          *Date      `json:"received_on,omitempty"`
		Letter              string     `json:"letter,omitempty"`
		Mentions            []string   `json:"mentions,omitempty"`
	}
	// ConvocationAnnulee: the summons no longer counts.
	ConvocationAnnulee struct {
		Ref   string `json:"ref,omitempty"`
		Cause string `json:"cause,omitempty"`
	}
	// CourrierRetourneNPAI: the letter came back, the person does not live at that address.
	CourrierRetourneNPAI struct {
		Ref string `json:"ref,omitempty"`
	}
	// AdresseVerifiee: the address was checked; the address itself is sealed.
	AdresseVerifiee struct{}
	// Presence: the person came.
	Presence struct {
		Ref                 string `json:"ref,omitempty"`
		Interpreter         string `json:"interpreter,omitempty"`
		CompanionPhysician  bool   `json:"companion_physician"`
		LegalRepresentative string `json:"legal_representative,omitempty"`
	}
	// Absence: the person did not come, and why.
	Absence struct {
		Ref   string `json:"ref,omitempty"`
		Cause string `json:"cause,omitempty"`
	}
	// ExamensDemandes: examinations were asked; their nature is sealed. R. 425-12.
	ExamensDemandes struct {
		Ref                 string `json:"ref,omitempty"`
		DueOn               Date   `json:"due_on"`
		ApplicantInformedOn *Date  `json:"applicant_informed_on,omitempty"`
		RequestReceivedOn   *Date  `json:"request_received_on,omitempty"`
	}
	// ExamensProduits: the examinations were produced.
	ExamensProduits struct {
		Ref         string   `json:"ref,omitempty"`
		DocumentIDs []string `json:"document_ids,omitempty"`
	}
	// IdentiteVerifiee: an identity was checked.
	IdentiteVerifiee struct {
		Person           string `json:"person,omitempty"`
		IdentityShown    bool   `json:"identity_shown"`
		IdentityDocument string `json:"identity_document,omitempty"`
	}
	// DefautConstate: a default was found, and whose fault it is.
	DefautConstate struct {
		Ref    string `json:"ref,omitempty"`
		Defaut string `json:"defaut,omitempty"`
		Cause  string `json:"cause,omitempty"`
	}
	// RapportSigne: the report is signed and locked.
	RapportSigne struct{}
	// RapportTransmis: the report went to the college. R. 425-12.
	RapportTransmis struct{}
	// CollegeDesigne: three physicians are to answer. R. 425-13. Drawn: they are those that the draw proposed.
	CollegeDesigne struct {
		Composition int      `json:"composition"`
		DecisionRef string   `json:"decision_ref,omitempty"`
		Members     []string `json:"members,omitempty"`
		Drawn       bool     `json:"drawn,omitempty"`
	}
	// Med1Designe: one physician is to answer. R. 731-1.
	Med1Designe struct {
		Composition int      `json:"composition"`
		DecisionRef string   `json:"decision_ref,omitempty"`
		Members     []string `json:"members,omitempty"`
	}
	// CompositionClose: a composition ended without its opinion, or its opinion is being rectified.
	CompositionClose struct {
		Composition int    `json:"composition"`
		ReasonCode  string `json:"reason_code,omitempty"`
	}
	// ReponseMembre: a member answered; the answers are sealed.
	ReponseMembre struct {
		Composition int `json:"composition"`
		Round       int `json:"round"`
	}
	// Synthese: the common answers are settled; they are sealed.
	Synthese struct {
		Composition int `json:"composition"`
		Round       int `json:"round"`
	}
	// Signature: a member signed the opinion.
	Signature struct {
		Composition int `json:"composition"`
	}
	// AvisEmis: the last signature issued the opinion.
	AvisEmis struct {
		Composition int `json:"composition"`
		Version     int `json:"version"`
	}
	// AvisTransmis: the opinion left.
	AvisTransmis struct {
		Version int `json:"version"`
	}
	// AccusePrefecture: a prefecture acknowledged the opinion of one referral.
	AccusePrefecture struct {
		Referral string `json:"referral,omitempty"`
		Version  int    `json:"version"`
	}
	// ChangementLiberte: the status of liberty changed at the time of the event.
	ChangementLiberte struct {
		Liberty Liberty `json:"liberty"`
	}
	// ChangementPrefecture: a referral, or all of them when Referral is empty, went to another prefecture.
	ChangementPrefecture struct {
		Referral      string `json:"referral,omitempty"`
		PrefectureOld string `json:"prefecture_old,omitempty"`
		PrefectureNew string `json:"prefecture_new,omitempty"`
	}
	// Retrait: the person withdraws the request.
	Retrait struct {
		Referral string `json:"referral,omitempty"`
		Mode     string `json:"mode,omitempty"`
	}
	// Deces: the person has died.
	Deces struct{}
	// SaisineAnnulee: the prefecture cancels a referral.
	SaisineAnnulee struct {
		Referral   string `json:"referral,omitempty"`
		ReasonCode string `json:"reason_code,omitempty"`
	}
	// ClotureSansAvis: a referral, or all of them when Referral is empty, is closed without an opinion.
	ClotureSansAvis struct {
		Referral   string `json:"referral,omitempty"`
		ReasonCode string `json:"reason_code,omitempty"`
	}
	// Cloture: the Office has done its part; retention starts. Arrêté du 27 décembre 2016, art. 12.
	Cloture struct {
		ReasonCode string `json:"reason_code,omitempty"`
	}
	// LeveeSecret: the applicant lifted the secrecy; the proof is sealed. CE, 28 juillet 2022, n° 441481.
	LeveeSecret struct {
		Scope string `json:"scope,omitempty"`
		By    string `json:"by,omitempty"` // the holder of parental authority, for a minor
	}
	// RecoursDepose: an appeal was filed.
	RecoursDepose struct {
		Referral string `json:"referral,omitempty"`
	}
	// DemandeJuridiction: a court asks for documents.
	DemandeJuridiction struct {
		Bundle string `json:"bundle,omitempty"`
	}
	// ExportRealise: a bundle left.
	ExportRealise struct {
		Bundle    string `json:"bundle,omitempty"`
		Requester string `json:"requester,omitempty"`
	}
	// DemandeAcces: somebody asks for the file. L. 1111-7 CSP.
	DemandeAcces struct {
		Ref       string `json:"ref,omitempty"`
		Requester string `json:"requester,omitempty"`
		Scope     string `json:"scope,omitempty"`
	}
	// AccesRemis: the file was handed over.
	AccesRemis struct {
		Ref    string `json:"ref,omitempty"`
		Bundle string `json:"bundle,omitempty"`
	}
	// GelConservation: the purge is suspended.
	GelConservation struct {
		HoldReason string `json:"hold_reason,omitempty"`
	}
	// LeveeGel: the purge is no longer suspended.
	LeveeGel struct {
		HoldReason string `json:"hold_reason,omitempty"`
	}
	// PurgeEvaluee: the purge was considered.
	PurgeEvaluee struct {
		PurgeDecision string `json:"purge_decision,omitempty"`
	}
	// PurgeExecutee: the dossier was destroyed.
	PurgeExecutee struct{}
	// AgdrefCorrige: the AGDREF number of a referral was corrected; both numbers are sealed.
	AgdrefCorrige struct {
		Referral string `json:"referral,omitempty"`
	}
	// ConsentementRetire: the person no longer agrees that carers be asked. L. 425-9.
	ConsentementRetire struct{}
	// DecisionPrefet: the prefect decided.
	DecisionPrefet struct {
		Referral string `json:"referral,omitempty"`
		Outcome  string `json:"outcome,omitempty"`
	}
	// Jugement: a court decided. Referral is the one that the appeal was about, where its prefecture says so.
	Jugement struct {
		Referral string `json:"referral,omitempty"`
		Outcome  string `json:"outcome,omitempty"`
	}
	// PieceEcartee: a document was set aside.
	PieceEcartee struct {
		Document   string `json:"document,omitempty"`
		ReasonCode string `json:"reason_code,omitempty"`
	}
	// PieceRecue: a document came after the certificate.
	PieceRecue struct {
		DocumentIDs []string `json:"document_ids,omitempty"`
	}
	// InformationDemandeur: the person was informed.
	InformationDemandeur struct {
		Ref  string `json:"ref,omitempty"`
		Mode string `json:"mode,omitempty"`
	}
	// FinInscriptionMembre: a member is no longer listed.
	FinInscriptionMembre struct {
		Composition int    `json:"composition"`
		Member      string `json:"member,omitempty"`
	}
	// MajoriteAtteinte: the minor is now of age.
	MajoriteAtteinte struct{}
	// Acheminement: something was learnt of the letter of a request on its way; its registered number is sealed.
	Acheminement struct {
		Ref          string `json:"ref,omitempty"`
		Mode         string `json:"mode,omitempty"`
		SentOn       *Date  `json:"sent_on,omitempty"`
		PresentedOn  *Date  `json:"presented_on,omitempty"`
		CollectedOn  *Date  `json:"collected_on,omitempty"`
		ReturnedOn   *Date  `json:"returned_on,omitempty"`
		ReturnReason string `json:"return_reason,omitempty"`
	}
)

func (SaisineRecue) EventType() EventType              { return EvReferralReceived }
func (SaisineRefusee) EventType() EventType            { return EvReferralRefused }
func (CertificatMisADisposition) EventType() EventType { return EvCertificateAvailable }
func (CertificatRecu) EventType() EventType            { return EvCertificateReceived }
func (CertificatEcarte) EventType() EventType          { return EvCertificateRejected }
func (ConstatNonReception) EventType() EventType       { return EvCertificateMissing }
func (CompletudeDemandee) EventType() EventType        { return EvCompletionAsked }
func (CompletudeRecue) EventType() EventType           { return EvCompletionReceived }
func (RapporteurDesigne) EventType() EventType         { return EvRapporteurAssigned }
func (ComplementDemande) EventType() EventType         { return EvComplementAsked }
func (ComplementRecu) EventType() EventType            { return EvComplementReceived }
func (ComplementRefuse) EventType() EventType          { return EvComplementRefused }
func (ConvocationEnvoyee) EventType() EventType        { return EvSummonsSent }
func (ConvocationAnnulee) EventType() EventType        { return EvSummonsCancelled }
func (CourrierRetourneNPAI) EventType() EventType      { return EvMailReturned }
func (AdresseVerifiee) EventType() EventType           { return EvAddressChecked }
func (Presence) EventType() EventType                  { return EvPresent }
func (Absence) EventType() EventType                   { return EvAbsent }
func (ExamensDemandes) EventType() EventType           { return EvExamsAsked }
func (ExamensProduits) EventType() EventType           { return EvExamsProduced }
func (IdentiteVerifiee) EventType() EventType          { return EvIdentityChecked }
func (DefautConstate) EventType() EventType            { return EvDefaultFound }
func (RapportSigne) EventType() EventType              { return EvReportSigned }
func (RapportTransmis) EventType() EventType           { return EvReportTransmitted }
func (CollegeDesigne) EventType() EventType            { return EvCollegeComposed }
func (Med1Designe) EventType() EventType               { return EvPhysicianDesignated }
func (CompositionClose) EventType() EventType          { return EvCompositionClosed }
func (ReponseMembre) EventType() EventType             { return EvAnswered }
func (Synthese) EventType() EventType                  { return EvSettled }
func (Signature) EventType() EventType                 { return EvSigned }
func (AvisEmis) EventType() EventType                  { return EvOpinionIssued }
func (AvisTransmis) EventType() EventType              { return EvOpinionSent }
func (AccusePrefecture) EventType() EventType          { return EvAcknowledged }
func (ChangementLiberte) EventType() EventType         { return EvLibertyChanged }
func (ChangementPrefecture) EventType() EventType      { return EvPrefectureChanged }
func (Retrait) EventType() EventType                   { return EvWithdrawn }
func (Deces) EventType() EventType                     { return EvDied }
func (SaisineAnnulee) EventType() EventType            { return EvReferralCancelled }
func (ClotureSansAvis) EventType() EventType           { return EvDropped }
func (Cloture) EventType() EventType                   { return EvClosed }
func (LeveeSecret) EventType() EventType               { return EvSecrecyLifted }
func (RecoursDepose) EventType() EventType             { return EvAppealFiled }
func (DemandeJuridiction) EventType() EventType        { return EvCourtRequest }
func (ExportRealise) EventType() EventType             { return EvDisclosed }
func (DemandeAcces) EventType() EventType              { return EvAccessRequested }
func (AccesRemis) EventType() EventType                { return EvAccessGiven }
func (GelConservation) EventType() EventType           { return EvHoldSet }
func (LeveeGel) EventType() EventType                  { return EvHoldLifted }
func (PurgeEvaluee) EventType() EventType              { return EvPurgeAssessed }
func (PurgeExecutee) EventType() EventType             { return EvPurged }
func (AgdrefCorrige) EventType() EventType             { return EvAgdrefCorrected }
func (ConsentementRetire) EventType() EventType        { return EvConsentWithdrawn }
func (DecisionPrefet) EventType() EventType            { return EvPrefectDecided }
func (Jugement) EventType() EventType                  { return EvJudged }
func (PieceEcartee) EventType() EventType              { return EvDocumentExcluded }
func (PieceRecue) EventType() EventType                { return EvDocumentReceived }
func (InformationDemandeur) EventType() EventType      { return EvApplicantInformed }
func (FinInscriptionMembre) EventType() EventType      { return EvListingEnded }
func (MajoriteAtteinte) EventType() EventType          { return EvMajorityReached }
func (Acheminement) EventType() EventType              { return EvLetterTracked }
