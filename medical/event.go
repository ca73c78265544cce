package medical

import "time"

// Event is one thing that happened to a dossier. Seq is its rank in the dossier, from 1. Actor is the opaque id of a person, or "system".
type Event struct {
	Seq   int
	At    time.Time
	Type  EventType
	Actor string
	Stage Stage
	Data  EventData
}

// EventData is what one type of event adds to its time and actor: codes, dates and opaque ids. The closed list is below.
type EventData interface{ EventType() EventType }

// EventType is the closed list of events.
type EventType string

const (
	EvReferralReceived     EventType = "SAISINE_RECUE"
	EvReferralRefused      EventType = "SAISINE_REFUSEE"
	EvCertificateAvailable EventType = "CERTIFICAT_MIS_A_DISPOSITION"
	EvCertificateReceived  EventType = "CERTIFICAT_RECU"
	EvCertificateRejected  EventType = "CERTIFICAT_ECARTE"
	EvCertificateMissing   EventType = "CONSTAT_NON_RECEPTION"
	EvCompletionAsked      EventType = "COMPLETUDE_DEMANDEE"
	EvCompletionReceived   EventType = "COMPLETUDE_RECUE"
	EvRapporteurAssigned   EventType = "RAPPORTEUR_DESIGNE"
	EvComplementAsked      EventType = "COMPLEMENT_DEMANDE"
	EvComplementReceived   EventType = "COMPLEMENT_RECU"
	EvComplementRefused    EventType = "COMPLEMENT_REFUSE"
	EvSummonsSent          EventType = "CONVOCATION_ENVOYEE"
	EvSummonsCancelled     EventType = "CONVOCATION_ANNULEE"
	EvMailReturned         EventType = "COURRIER_RETOURNE_NPAI"
	EvAddressChecked       EventType = "ADRESSE_VERIFIEE"
	EvPresent              EventType = "PRESENCE"
	EvAbsent               EventType = "ABSENCE"
	EvExamsAsked           EventType = "EXAMENS_DEMANDES"
	EvExamsProduced        EventType = "EXAMENS_PRODUITS"
	EvIdentityChecked      EventType = "IDENTITE_VERIFIEE"
	EvDefaultFound         EventType = "DEFAUT_CONSTATE"
	EvReportSigned         EventType = "RAPPORT_SIGNE"
	EvReportTransmitted    EventType = "RAPPORT_TRANSMIS"
	EvCollegeComposed      EventType = "COLLEGE_DESIGNE"
	EvPhysicianDesignated  EventType = "MED1_DESIGNE"
	EvCompositionClosed    EventType = "COMPOSITION_CLOSE"
	EvAnswered             EventType = "REPONSE_MEMBRE"
	EvSettled              EventType = "SYNTHESE"
	EvSigned               EventType = "SIGNATURE"
	EvOpinionIssued        EventType = "AVIS_EMIS"
	EvOpinionSent          EventType = "AVIS_TRANSMIS"
	EvAcknowledged         EventType = "ACCUSE_PREFECTURE"
	EvLibertyChanged       EventType = "CHANGEMENT_LIBERTE"
	EvPrefectureChanged    EventType = "CHANGEMENT_PREFECTURE"
	EvWithdrawn            EventType = "RETRAIT"
	EvDied                 EventType = "DECES"
	EvReferralCancelled    EventType = "SAISINE_ANNULEE"
	EvDropped              EventType = "CLOTURE_SANS_AVIS"
	EvClosed               EventType = "CLOTURE"
	EvSecrecyLifted        EventType = "LEVEE_SECRET"
	EvAppealFiled          EventType = "RECOURS_DEPOSE"
	EvCourtRequest         EventType = "DEMANDE_JURIDICTION"
	EvDisclosed            EventType = "EXPORT_REALISE"
	EvAccessRequested      EventType = "DEMANDE_ACCES"
	EvAccessGiven          EventType = "ACCES_REMIS"
	EvHoldSet              EventType = "GEL_CONSERVATION"
	EvHoldLifted           EventType = "LEVEE_GEL"
	EvPurgeAssessed        EventType = "PURGE_EVALUEE"
	EvPurged               EventType = "PURGE_EXECUTEE"
	EvAgdrefCorrected      EventType = "AGDREF_CORRIGE"
	EvConsentWithdrawn     EventType = "CONSENTEMENT_RETIRE"
	EvPrefectDecided       EventType = "DECISION_PREFET"
	EvJudged               EventType = "JUGEMENT"
	EvDocumentExcluded     EventType = "PIECE_ECARTEE"
	EvDocumentReceived     EventType = "PIECE_RECUE"
	EvApplicantInformed    EventType = "INFORMATION_DEMANDEUR"
	EvListingEnded         EventType = "FIN_INSCRIPTION_MEMBRE"
	EvMajorityReached      EventType = "MAJORITE_ATTEINTE"
	EvLetterTracked        EventType = "ACHEMINEMENT"
	EvRoundOpened          EventType = "TOUR_OUVERT"
	EvSignatureRefused     EventType = "SIGNATURE_REFUSEE"
	EvSignatureVoid        EventType = "SIGNATURE_ANNULEE"
	EvOpinionWithdrawn     EventType = "AVIS_RETIRE"
	EvOpinionUpheld        EventType = "AVIS_MAINTENU"
)
