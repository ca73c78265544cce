package desk

import (
	"slices"

	"cloison/medical"
	"cloison/medical/reference"
	"cloison/web/layout"
)

// choice is one code and its words.
type choice struct{ code, words string }

func choices(list ...choice) []layout.Option {
	var all []layout.Option
	for _, one := range list {
		all = append(all, layout.Option{Value: one.code, Label: one.words})
	}
	return all
}

// wordsOf says a code; one that is not in the list stays as it is.
func wordsOf(list []choice, code string) string {
	for _, one := range list {
		if one.code == code {
			return one.words
		}
	}
	return code
}

var modeChoices = []choice{
	{"LRAR", "Recommandé avec avis de réception"}, {"LRAR_ELECTRONIQUE", "Recommandé électronique"}, {"LETTRE_SIMPLE", "Lettre simple"},
	{"REMISE_EN_MAIN", "Remise en main propre"}, {"REMISE", "Déposée à l’accueil"}, {"MSSANTE", "Messagerie sécurisée de santé"},
}

var recipientChoices = []choice{
	{"MEDECIN_TRAITANT", "Médecin qui a établi le certificat, ou médecin traitant"}, {"HOPITAL", "Hôpital"}, {"AUTRE_PROFESSIONNEL", "Autre professionnel de santé"},
	{medical.ToRapporteur, "Médecin rapporteur"},
}

var absenceChoices = []choice{
	{medical.CauseApplicant, "Sans motif connu : la personne n’est pas venue"}, {medical.CauseExcused, "Excuse légitime"},
	{medical.CauseAddress, "La lettre n’est pas arrivée : adresse inconnue"}, {medical.CauseService, "Erreur du service"},
}

var returnChoices = []choice{
	{medical.ReturnUnclaimed, "Présentée, non réclamée"}, {medical.ReturnRefused, "Présentée, refusée"}, {medical.ReturnUnknownAddress, "Destinataire inconnu à l’adresse (NPAI)"},
}

var defaultChoices = []choice{
	{medical.DefaultAbsent, "Absence à la convocation"}, {medical.DefaultExams, "Examens non produits"}, {medical.DefaultIdentity, "Identité non justifiée"},
	{medical.DefaultUnanswered, "Professionnel sans réponse"},
}

var publisherChoices = []choice{
	{"BISPO", "BISPO, bibliothèque d’information santé de l’Office"}, {"MedCOI", "MedCOI"}, {"OMS", "Organisation mondiale de la santé"}, {"AUTRE", "Autre éditeur"},
}

var mentionChoices = []choice{
	{"DATE", "La date et l’heure"}, {"LIEU", "Le lieu"}, {"PIECE_IDENTITE", "La pièce d’identité à apporter"}, {"INTERPRETE", "Le droit à un interprète"},
	{"MEDECIN_DE_SON_CHOIX", "Le droit à un médecin de son choix"}, {"REPRESENTANT_LEGAL", "Le représentant légal, pour un mineur"},
	{"EMPECHEMENT", "Que faire en cas d’empêchement"}, {"CONSEQUENCES_ABSENCE", "Les conséquences d’une absence"}, {"LANGUE", "La langue comprise"},
}

var identityChoices = []choice{
	{"PASSEPORT", "Passeport"}, {"CARTE_IDENTITE", "Carte d’identité"}, {"TITRE_SEJOUR", "Titre de séjour"}, {"RECEPISSE", "Récépissé"},
	{"ATTESTATION_DEMANDE_ASILE", "Attestation de demande d’asile"}, {"TITRE_VOYAGE", "Titre de voyage"}, {"AUTRE", "Autre document"},
}

// informationChoices are the ways of telling the person something.
var informationChoices = slices.Concat(modeChoices[:5], []choice{{"COURRIEL", "Courriel"}, {"TELEPHONE", "Téléphone"}})

var formFaults = []choice{
	{"NON_SIGNE", "Non signé"}, {"NON_DATE", "Non daté"}, {"SANS_CACHET", "Cachet absent"}, {"ILLISIBLE", "Illisible"}, {"MODELE_NON_CONFORME", "Modèle non conforme"},
}

var rejectionChoices = slices.Concat(formFaults, []choice{{"AUTEUR_NON_COMPETENT", "Médecin qui ne peut pas l’établir"}, {"CERT_AUTHOR_MISMATCH", "Médecin qui ne correspond pas à la situation de la personne"}, {"AUTRE_PERSONNE", "Certificat d’une autre personne"}, {"PLI_VIDE", "Pli vide"}})

var completionChoices = slices.Concat(formFaults, []choice{{"PAGES_MANQUANTES", "Pages manquantes"}, {"PIECES_MANQUANTES", "Pièces manquantes"}, {"ACCORD_MANQUANT", "Accord de la personne manquant"}})

var refusedAnswerChoices = []choice{
	{"SECRET", "Secret professionnel"}, {"SANS_ACCORD", "Sans l’accord de la personne"}, {"PLUS_SUIVI", "Ne suit plus la personne"}, {"PERSONNE_INCONNUE", "Ne connaît pas la personne"},
}

var cancelChoices = []choice{
	{medical.CauseService, "Erreur du service"}, {medical.CauseExcused, "Excuse légitime de la personne"}, {medical.CauseAddress, "La lettre n’est pas arrivée"},
}

var closureChoices = []choice{
	{"RETRAIT", "La personne retire sa demande"}, {"DECES", "Décès"}, {"SAISINE_ANNULEE", "Saisine annulée"}, {"DOUBLON", "Doublon d’un autre dossier"},
	{"MAUVAISE_SAISINE", "Saisine faite à tort"},
}

var replacementChoices = []choice{
	{"MEMBRE_INDISPONIBLE", "Membre indisponible"}, {"FIN_INSCRIPTION_MEMBRE", "Membre qui n’est plus inscrit"}, {"CONFLIT_INTERETS", "Conflit d’intérêts"},
	{"REFUS_SIGNATURE", "Refus de signer"}, {"CHANGEMENT_LIBERTE", "Changement de statut : autre auteur de l’avis"},
}

var signatureRefusalChoices = []choice{
	{"SYNTHESE_NON_CONFORME", "La synthèse n’est pas conforme aux réponses"}, {"DUREE_NON_ACCEPTEE", "La durée n’est pas celle que j’accepte"},
	{"PROCEDURE_INEXACTE", "La procédure décrite est inexacte"}, {"ELEMENT_NOUVEAU", "Un élément nouveau est venu"}, {"IMPARTIALITE", "Mon impartialité peut être mise en doute"},
}

func directionChoices() []layout.Option {
	var all []layout.Option
	for _, d := range reference.Directions() {
		all = append(all, layout.Option{Value: d.Code, Label: d.Label})
	}
	return all
}

// personChoices are the person, and the legal representatives by their rank: naming them would open the civil compartment.
func personChoices(c medical.Case) []layout.Option {
	all := []layout.Option{{Value: "patient", Label: "La personne"}}
	return append(all, representativeChoices(c)...)
}

func representativeChoices(c medical.Case) []layout.Option {
	var all []layout.Option
	for _, id := range c.Representatives {
		all = append(all, layout.Option{Value: id, Label: "Représentant légal " + id})
	}
	return all
}
