package layout

import (
	"strconv"
	"strings"
)

// actionWords say what was done, as a person of the field says it. An action that has none is shown as its code.
var actionWords = []named{
	{"absence.list", "Voir les absences d’un médecin"}, {"absence.set", "Dire une absence"}, {"absence.withdraw", "Retirer une absence"}, {"successor.raise", "Demander un successeur pour une absence"},
	{"access.justify", "Justifier un accès"}, {"access.own", "Voir ses accès à justifier"}, {"access.list", "Lister les accès à un dossier"}, {"acknowledgement.read", "Transmettre des accusés de réception"}, {"acknowledgement.receive", "Recevoir un accusé de réception"},
	{"alarm.list", "Lire les alertes"}, {"alarm.review", "Constater une alerte"},
	{"answers.draft", "Garder un brouillon de réponses"}, {"answers.give", "Répondre au collège"}, {"answers.read", "Lire les réponses du collège"},
	{"appeal.close", "Clore un recours"}, {"appeal.declare", "Déclarer un recours"}, {"attestation.get", "Lire une attestation"}, {"attestation.request", "Demander une attestation"},
	{"audit.erase", "Effacer des entrées arrivées à leur terme"}, {"audit.checkpoint", "Lire l’état du journal"}, {"audit.export", "Exporter du journal"}, {"audit.exposure", "Mesurer un incident"}, {"audit.explain", "Expliquer une décision"}, {"audit.replay", "Rejouer des décisions"}, {"audit.get", "Lire une entrée du journal"}, {"audit.list", "Lire le journal"}, {"audit.prove", "Prendre la preuve d’une entrée"},
	{"audit.search", "Rechercher dans le journal"}, {"audit.tile", "Prendre des empreintes du journal"},
	{"budget.extend", "Étendre un plafond d’ouvertures"}, {"certificate.receive", "Enregistrer un certificat"}, {"certificate.reject", "Écarter un certificat"},
	{"college.compose", "Désigner le collège"}, {"college.propose", "Tirer au sort un collège"}, {"college.replace", "Remplacer un membre du collège"},
	{"completion.request", "Demander de compléter le certificat"}, {"cursor.read", "Lire où en est l’échange entre zones"}, {"deadline.raise", "Signaler une échéance"},
	{"decision.confirm", "Confirmer une décision de composition"}, {"decision.enter", "Saisir une décision de composition"}, {"decision.list", "Lister les décisions saisies"},
	{"delivery.record", "Noter l’acheminement d’une lettre"}, {"destruction.get", "Lire un procès-verbal de destruction"}, {"disclosure.create", "Établir un envoi"},
	{"disclosure.get", "Remettre un envoi"}, {"disclosure.list", "Lister les envois"}, {"document.create", "Annoncer une pièce"}, {"document.inspect", "Inspecter une pièce"},
	{"document.list", "Lister les pièces"}, {"document.move", "Déplacer une pièce vers un autre dossier"}, {"document.read", "Lire une pièce"}, {"document.split", "Diviser une pièce"}, {"document.take", "Recevoir une pièce d’un autre dossier"}, {"document.upload", "Déposer une pièce"}, {"document.withdraw", "Écarter une pièce"},
	{"dossier.close", "Clore un dossier"}, {"dossier.get", "Voir un dossier"}, {"dossier.link", "Lier ou séparer deux dossiers"}, {"dossier.list", "Lister des dossiers"},
	{"dossier.names", "Ouvrir les noms d’une liste"}, {"dossier.open", "Ouvrir un dossier"}, {"dossier.purge", "Détruire un dossier"}, {"dossier.search", "Chercher un dossier"},
	{"event.follow", "Noter une suite"}, {"event.record", "Enregistrer un fait"}, {"habilitation.confirm", "Confirmer une habilitation"}, {"habilitation.end", "Mettre fin à une habilitation"}, {"habilitation.enter", "Proposer une habilitation"},
	{"habilitation.list", "Lister les habilitations"}, {"habilitation.review", "Revoir les habilitations"}, {"hold.lift", "Lever un gel"}, {"hold.set", "Geler la conservation"},
	{"idempotency.forget", "Oublier d’anciennes clés d’envoi"}, {"identity.check", "Vérifier une identité"}, {"listing.raise", "Signaler une inscription finie"},
	{"mail.record", "Noter un courrier"}, {"mail.register", "Enregistrer un pli"}, {"mail.send", "Prévenir par courriel que quelque chose attend"}, {"majority.record", "Constater une majorité"}, {"me.get", "Voir son compte"},
	{"observations.write", "Écrire des observations"}, {"opinion.archive", "Emporter des avis"}, {"opinion.correct", "Ouvrir une rectification"}, {"opinion.document", "Lire le document d’un avis"}, {"opinion.get", "Lire un avis"},
	{"opinion.left", "Clore sur un avis parti avant une restauration"}, {"opinion.preview", "Relire l’avis avant de signer"}, {"opinion.refuse", "Refuser de signer"}, {"opinion.settle", "Arrêter la synthèse"}, {"opinion.sign", "Signer l’avis"},
	{"opinion.uphold", "Maintenir un avis"}, {"opinion.verify", "Vérifier un avis"}, {"opinion.withdraw", "Retirer un avis"}, {"passkey.list", "Voir ses clés d’accès"}, {"passkey.propose", "Proposer une clé d’accès"}, {"physician.designate", "Désigner le médecin"},
	{"purge.assess", "Examiner un terme de conservation"}, {"purge.files", "Effacer des fichiers détruits"}, {"rapporteur.assign", "Désigner le rapporteur"},
	{"reconciliation.get", "Rapprocher les saisines et les avis"}, {"referral.import", "Importer des saisines"},
	{"rapporteur.reassign", "Réattribuer un dossier"},
	{"referral.correct", "Corriger une saisine"}, {"referral.create", "Saisir l’Office"}, {"referral.decide", "Noter la décision du préfet"}, {"referral.get", "Lire une saisine"},
	{"referral.liberty", "Signaler un changement de liberté"}, {"referral.list", "Lister les saisines"}, {"referral.quarantine", "Mettre de côté une saisine"},
	{"referral.receive", "Recevoir une saisine"}, {"referral.transfer", "Transférer une saisine"}, {"referral.withdraw", "Retirer une saisine"},
	{"referral_event.confirm", "Confirmer un signalement"}, {"referral_event.list", "Lister les signalements"}, {"referral_event.receive", "Recevoir un signalement"},
	{"release.acknowledge", "Accuser réception d’un avis"}, {"release.deliver", "Faire partir un envoi"}, {"release.get", "Lire un message"}, {"release.hand_over", "Confier un message à un autre bureau"}, {"release.list", "Lister les messages"},
	{"release.quarantine", "Mettre de côté un envoi"}, {"release.receive", "Recevoir un envoi"}, {"release.remind", "Rappeler un avis urgent"}, {"removal.list", "Lister les éloignements"}, {"removal.take", "Prendre un éloignement"},
	{"report.draft", "Garder un brouillon de rapport"}, {"report.save", "Enregistrer le rapport"}, {"report.sign", "Signer le rapport"}, {"report.supplement", "Compléter le rapport"},
	{"report.transmit", "Transmettre le rapport"}, {"request.ask", "Demander un complément"}, {"request.close", "Clore une demande"}, {"request.open", "Ouvrir une demande"},
	{"retention.get", "Voir un terme de conservation"}, {"retention.list", "Lister les termes de conservation"}, {"rota.set", "Fixer l’astreinte"}, {"round.open", "Ouvrir un tour"},
	{"sample.draw", "Tirer des accès au sort"}, {"sample.list", "Suivre les accès tirés"}, {"secrecy.lift", "Enregistrer une levée du secret"}, {"session.close", "Se déconnecter"}, {"session.list", "Voir ses sessions"}, {"session.open", "Se connecter"},
	{"shredding.receive", "Apprendre une destruction de la zone médicale"}, {"source.cite", "Citer une source"}, {"step_up.approve", "Confirmer son identité"}, {"succession.list", "Voir qui a remplacé qui"}, {"task.list", "Lister des tâches"}, {"timeline.get", "Voir une chronologie"},
	{"statistics.count", "Compter les avis d’une année"}, {"upload.get", "Reprendre un dépôt"},
}

var resultWords = []named{
	{"OPENED", "Ouvert ou lu"}, {"DONE", "Fait"}, {"REFUSED", "Refusé"}, {"FAILED", "Échoué"}, {"INTENT", "Lecture permise"}, {"SERVED", "Lecture achevée"},
	{"BROKEN", "Lecture interrompue"}, {"REPLAYED", "Envoi répété"},
}

var roleWords = []named{
	{"MEDECIN", "Médecin de l’Office"}, {"SECRETARIAT_MEDICAL", "Secrétariat médical"}, {"PREFECTURE", "Agent de préfecture"}, {"AUDITEUR_CONFORMITE", "Contrôle de conformité"},
	{"DPO", "Protection des données"}, {"AGENT_MISSION", "Agent d’une mission"}, {"INFIRMIER", "Infirmier"}, {"ADMINISTRATEUR", "Administrateur"}, {"SYSTEM", "Le programme"},
}

var groundWords = []named{
	{"CONTROLE", "Contrôle périodique"}, {"PLAINTE", "Plainte ou signalement"}, {"DROITS", "Demande de la personne concernée"}, {"INCIDENT", "Incident de sécurité"},
	{"ENQUETE", "Enquête interne"}, {"JUSTICE", "Demande d’une juridiction"},
}

var purposeCodes = []named{
	{"INSTRUCTION", "Instruction"}, {"COLLEGE", "Collège"}, {"SECRETARIAT", "Secrétariat"}, {"CONTENTIEUX", "Contentieux"}, {"ACCES", "Accès de la personne"},
}

// PurposeWords says for which purpose something was read, or for which ground an auditor searched.
func PurposeWords(code string) string {
	if words := wordsOf(purposeCodes, code); words != code {
		return words
	}
	return GroundWords(code)
}

// ActionWords says an action of the log.
func ActionWords(code string) string { return wordsOf(actionWords, code) }

// ResultWords says how an act ended.
func ResultWords(code string) string { return wordsOf(resultWords, code) }

// RoleWords says a role of the log.
func RoleWords(code string) string { return wordsOf(roleWords, code) }

// GroundWords says why an auditor searches.
func GroundWords(code string) string { return wordsOf(groundWords, code) }

// ActionOptions are the actions to choose from.
func ActionOptions() []Option { return options(actionWords) }

// ResultOptions are the ends of an act to choose from.
func ResultOptions() []Option { return options(resultWords) }

func wordsOf(list []named, code string) string {
	for _, one := range list {
		if one.Code == code {
			return one.Label
		}
	}
	return code
}

// Thousands writes a number as it is read in French: 10 482 113.
func Thousands(n int64) string {
	digits := strconv.FormatInt(n, 10)
	var groups []string
	for len(digits) > 3 && digits[0] != '-' {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
		digits = digits[:len(digits)-3]
	}
	return strings.Join(append([]string{digits}, groups...), nbsp)
}
