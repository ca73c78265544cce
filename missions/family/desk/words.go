package desk

import "cloison/missions/family"

var stateWords = map[string]string{
	"BROUILLON": "Brouillon", "DEPOSE": "Déposée, à vérifier", "INCOMPLET": "Incomplète, rendue", "COMPLET": "Complète, attestation délivrée", "TRANSMIS_MAIRE": "Chez le maire",
	"AVIS_MAIRE": "Avis du maire rendu", "AVIS_TACITE": "Silence du maire : avis favorable", "ENQUETE_OFII": "Enquête de l’Office", "INSTRUCTION_OFII": "Instruite, à transmettre",
	"TRANSMIS_PREFET": "Chez le préfet", "ACCORD": "Accordée", "REFUS": "Refusée", "REJET_IMPLICITE": "Silence du préfet : rejet", "RECOURS": "Recours en cours",
	"VISA_DEMANDE": "Visa demandé", "VISA_DELIVRE": "Visa délivré", "VISA_REFUSE": "Visa refusé", "CADUC": "Autorisation caduque", "ARRIVEE": "Famille arrivée",
	"CIR_ORIENTE": "Remise à l’intégration", "CLASSE": "Classée", "CLOS": "Close",
}

var typeWords = map[string]string{
	"RF_INTRO": "Famille à l’étranger", "RF_SUR_PLACE": "Admission sur place", "RF_PARTIEL": "Demande partielle", "RF_DZ": "Accord franco-algérien",
	"RF_NOUVELLE": "Nouvelle demande après refus", "RF_CHANGEMENT": "Changement de situation",
}

var eventWords = map[string]string{
	"DEPOT": "Demande reçue", "INCOMPLET": "Dossier incomplet, rendu", "CLASSEMENT": "Dossier classé", "ATTESTATION_DE_DEPOT": "Attestation de dépôt délivrée",
	"INFORMATION_CONSULAT": "Consulat informé", "TRANSMISSION_MAIRE": "Copie envoyée au maire", "RECEPTION_MAIRE": "Reçue par la mairie", "AVIS_MAIRE": "Avis du maire", "AVIS_TACITE": "Silence du maire",
	"ENQUETE": "Enquête de l’Office ouverte", "VISITE": "Visite du logement", "CONSTAT": "Constat de l’Office", "ENQUETE_DREETS": "Enquête demandée à la DREETS",
	"PROPOSITION": "Transmis au préfet avec la proposition", "AVIS_PRINCIPES_DEMANDE": "Avis demandé au maire sur les principes", "AVIS_PRINCIPES": "Avis du maire sur les principes",
	"AVIS_PRINCIPES_REPUTE_RENDU": "Avis sur les principes réputé rendu", "TITRE_VERIFIE": "Délivrance du titre vérifiée", "DECISION": "Décision du préfet", "REJET_IMPLICITE": "Silence du préfet",
	"RECOURS": "Recours", "VISA_DEMANDE": "Visa demandé", "VISA_DELIVRE": "Visa délivré", "VISA_REFUSE": "Visa refusé", "CADUCITE": "Autorisation caduque",
	"NOUVEAU_VISA_ACCEPTE": "Nouveau visa accepté par le préfet", "PREPARATION": "Préparation de l’arrivée", "ARRIVEE": "Arrivée", "CERTIFICAT_DELIVRE": "Certificat de contrôle délivré",
	"REMISE_INTEGRATION": "Remise à l’intégration", "DEMENAGEMENT": "Déménagement", "NAISSANCE": "Naissance", "DECES": "Décès", "NATURALISATION": "Demandeur naturalisé", "CLOTURE": "Dossier clos",
	"PIECE_RECUE": "Pièce reçue", "COUT": "Coût enregistré",
}

// effects say in law what some events do.
var effects = map[string]string{
	"INCOMPLET": "Les six mois ne courent pas.", "ATTESTATION_DE_DEPOT": "Les six mois du préfet commencent (R. 434-12).", "RECEPTION_MAIRE": "Les deux mois du maire commencent (R. 434-15).",
	"AVIS_TACITE": "L’avis est réputé favorable (R. 434-23). L’Office vérifie par lui-même.", "REJET_IMPLICITE": "La demande est rejetée (R. 434-26). Le préfet peut encore décider ; le recours est ouvert deux mois.",
	"AVIS_PRINCIPES_REPUTE_RENDU": "L’avis est réputé rendu, en aucun sens (R. 434-24).", "VISA_DELIVRE": "L’entrée doit suivre dans les trois mois (R. 434-34).", "CADUCITE": "Un nouveau visa demande l’accord du préfet.",
	"DEMENAGEMENT": "Le maire de la nouvelle commune est saisi ; les six mois ne changent pas.", "NAISSANCE": "Le foyer grandit : recalculez ressources et logement.",
}

var termWords = map[string]string{
	"AVIS_MAIRE": "Avis du maire", "AVIS_PRINCIPES": "Avis sur les principes", "DECISION_PREFET": "Décision du préfet", "DEMANDE_DE_VISA": "Demande de visa", "ENTREE_EN_FRANCE": "Entrée en France",
}

var ruleWords = map[string]string{
	"RF-E1": "Durée du séjour", "RF-E2": "Titre détenu", "RF-E3": "Séjour antérieur", "RF-E4": "Âge du conjoint", "RF-E5": "Enfants", "RF-E6": "Kafala", "RF-E7": "Famille entière",
	"RF-E8": "Exclusions", "RF-E9": "Récépissé", "RF-RESSOURCES": "Ressources", "RF-LOGEMENT": "Logement",
}

var outcomeWords = map[family.Outcome][2]string{
	family.Met: {"Remplie", "success"}, family.NotMet: {"Non remplie", "error"}, family.ToWeigh: {"À apprécier", "info"}, family.NoObject: {"Sans objet", ""},
}

var actorWords = map[string]string{"OFII": "Office", "MAIRE": "Mairie", "PREFECTURE": "Préfecture", "CONSULAT": "Consulat", "ECHEANCE": "Échéance",
	"REPRESENTATION": "Représentation de l’Office", "SERVICE_MEDICAL": "Service de la visite"}
