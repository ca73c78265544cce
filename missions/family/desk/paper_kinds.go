package desk

import (
	"fmt"
	"strings"

	"cloison/missions"
	"cloison/missions/family"
	"cloison/release/form"
	"cloison/web/layout"
)

// papers are all documents that go out of a case, in the order of the procedure. The certificate of the visit on arrival is the physician's own and is
// not drawn here; what an appointment says is drawn from it (letters).
var papers = []paper{
	{"RETOUR_INCOMPLET", "Retour d’un dossier incomplet", toApplicant, "", dayOf("INCOMPLET"), incompleteBlocks},
	{"ATTESTATION_DE_DEPOT", "Attestation de dépôt", toApplicant, "", dayOf("ATTESTATION_DE_DEPOT"), attestationBlocks},
	{"INFORMATION_PREFET", "Information d’un dépôt", toPrefect, "", dayOf("ATTESTATION_DE_DEPOT"), noticeBlocks("R. 434-7")},
	{"INFORMATION_CONSULAT", "Information d’un dépôt et liste des bénéficiaires", toConsulate, "", dayOf("INFORMATION_CONSULAT"), noticeBlocks("R. 434-14")},
	{"BORDEREAU_MAIRE", "Bordereau d’envoi au maire", toMayor, "", dayOf("TRANSMISSION_MAIRE"), mayorBlocks},
	{"COMPTE_RENDU_LOGEMENT", "Compte rendu d’enquête sur le logement", toPrefect, "", withHousing, housingBlocks},
	{"RAPPORT_RESSOURCES", "Rapport sur les ressources", toPrefect, "", withResources, resourcesBlocks},
	{"PROPOSITION_PREFET", "Transmission au préfet et proposition", toPrefect, "", dayOf("PROPOSITION"), proposalBlocks},
	{"DECISION", "Notification de la décision", toApplicant, "Préfecture", decisionDay, decisionBlocks},
	{"GUIDE_ARRIVEE", "Guide d’arrivée de votre famille", toApplicant, "", grantedDay, guideBlocks},
}

func dayOf(code string) func(known) (missions.Date, bool) {
	return func(k known) (missions.Date, bool) { return k.on(code) }
}

// withHousing: the report is drawn once OFII has its finding and the computation that stands in it.
func withHousing(k known) (missions.Date, bool) {
	day, ok := k.on("CONSTAT")
	return day, ok && k.housing != nil
}

func withResources(k known) (missions.Date, bool) {
	day, ok := k.on("CONSTAT")
	return day, ok && k.resources != nil
}

func decisionDay(k known) (missions.Date, bool) {
	if k.standing.Decision == nil {
		return missions.Date{}, false
	}
	return k.standing.Decision.NotifiedOn, true
}

func grantedDay(k known) (missions.Date, bool) {
	if k.standing.Decision == nil || !k.standing.Decision.Granted {
		return missions.Date{}, false
	}
	return k.standing.DecidedOn, true
}

func toApplicant(k known) []string {
	to := []string{k.FamilyName + " " + k.GivenNames}
	if k.Address != "" {
		to = append(to, strings.Split(strings.ReplaceAll(k.Address, "\r", ""), "\n")...)
	}
	return to
}

func toPrefect(k known) []string {
	return []string{"Monsieur ou Madame le " + k.standing.Authority(), "Service des étrangers"}
}

func toMayor(k known) []string {
	return []string{"Monsieur ou Madame le maire", "Commune " + k.standing.Commune + " (code INSEE)"}
}

func toConsulate(k known) []string {
	return []string{"Autorité diplomatique ou consulaire française", postWords(k.standing.Post)}
}

func text(format string, values ...any) form.Block {
	return form.Block{Text: fmt.Sprintf(format, values...)}
}

func fact(name, value string) form.Block { return form.Block{Name: name, Text: value} }

func (k known) person() form.Block {
	return fact("Demandeur", fmt.Sprintf("%s %s, né(e) le %s, nationalité : %s, n° AGDREF %s", k.FamilyName, k.GivenNames, french(k.Request.Applicant.BirthDate),
		layout.CountryName(k.Request.Applicant.Nationality), k.AGDREF))
}

func (k known) family() []form.Block {
	blocks := []form.Block{{Heading: "Personnes pour qui la demande est faite"}}
	for _, b := range k.Request.Asked() {
		blocks = append(blocks, fact(relationWords[b.Relation], fmt.Sprintf("né(e) le %s, nationalité : %s", french(b.BirthDate), layout.CountryName(b.Nationality))))
	}
	return blocks
}

func incompleteBlocks(k known) []form.Block {
	var missing []string
	for _, e := range k.Events {
		if last, ok := e.Data.(family.Incomplete); ok {
			missing = last.Missing
		}
	}
	return []form.Block{k.person(), text("Votre dossier de demande de regroupement familial n’est pas complet. Il vous est retourné. Aucun délai ne court tant qu’il n’est pas complet (R. 434-12)."),
		{Heading: "Pièces à joindre", Text: strings.Join(missing, "\n")}, text("Renvoyez le dossier avec ces pièces à la direction territoriale.")}
}

func attestationBlocks(k known) []form.Block {
	number := ""
	for _, e := range k.Events {
		if done, ok := e.Data.(family.Completed); ok {
			number = done.Attestation
		}
	}
	return append([]form.Block{k.person(), fact("Attestation n°", number),
		text("Votre demande de regroupement familial est complète. Le préfet a six mois pour décider, soit jusqu’au %s (R. 434-12). S’il ne répond pas, elle est rejetée ; vous pouvez alors contester ce rejet dans les deux mois (R. 434-26).", french(k.standing.DecisionBy)),
		text("La demande de visa peut être déposée au consulat dès maintenant. Signalez tout changement, naissance, déménagement ou décès, à la direction territoriale.")}, k.family()...)
}

func noticeBlocks(article string) func(known) []form.Block {
	return func(k known) []form.Block {
		return append([]form.Block{k.person(), text("Une demande de regroupement familial a été déposée le %s. Vous en êtes informé sans délai (%s).", french(k.Request.FiledOn), article),
			fact("Commune où la famille vivra", k.standing.Commune+" (code INSEE)")}, k.family()...)
	}
}

func mayorBlocks(k known) []form.Block {
	until := "deux mois après sa réception"
	if !k.standing.Mayor.Due.IsZero() {
		until = "le " + french(k.standing.Mayor.Due)
	}
	return append([]form.Block{k.person(), fact("Personnes au foyer", fmt.Sprint(k.standing.Household(k.Request).Size())),
		text("Vous trouverez ci-joint la copie du dossier (R. 434-13). Vérifiez les ressources et le logement, et donnez votre avis motivé avant %s (R. 434-15). Passé ce terme, votre avis est réputé favorable (R. 434-23).", until),
		text("Si vous n’avez pas les moyens de vérifier, demandez-le à l’Office (R. 434-19).")}, k.family()...)
}

func computed(f family.Finding) []form.Block {
	blocks := []form.Block{fact("Résultat du calcul", outcomeWords[f.Outcome][0]+". "+f.Why), fact("Texte", f.Source)}
	if f.Doubt != "" {
		blocks = append(blocks, fact("À confirmer", f.Doubt))
	}
	for _, p := range f.Used {
		blocks = append(blocks, text("%s", parameterWords(p)))
	}
	return blocks
}

func housingBlocks(k known) []form.Block {
	blocks := []form.Block{k.person(), {Heading: "Visite"}}
	for _, v := range k.standing.Visits {
		line := visitWords[v.Outcome]
		if v.Consent != nil {
			line += ", autorisation écrite du " + french(*v.Consent)
		}
		blocks = append(blocks, text("%s", line))
	}
	if len(k.standing.Visits) == 0 {
		blocks = append(blocks, text("Le logement n’a pas été visité : le constat est fait sur pièces."))
	}
	blocks = append(blocks, form.Block{Heading: "Logement"}, fact("Zone", zoneWords[k.housing.Zone]), fact("Surface habitable", k.housing.Surface.French()+" m²"),
		fact("Surface exigée", fmt.Sprintf("%s m² pour %d personnes", k.housing.Required.French(), k.housing.Size)))
	blocks = append(blocks, computed(k.housing.Finding)...)
	if found := k.standing.Found; found != nil {
		blocks = append(blocks, fact("Constat de l’Office", "Condition de logement : "+strings.ToLower(outcomeWords[found.Housing][0])))
	}
	return blocks
}

func resourcesBlocks(k known) []form.Block {
	r := k.resources
	blocks := []form.Block{k.person(), fact("Période", "du "+french(r.WindowFrom)+" au "+french(r.WindowTo)), fact("Personnes au foyer", fmt.Sprint(r.Size)),
		fact("Moyenne des ressources", r.Average.French()+" € par mois"), fact("Montant exigé", fmt.Sprintf("%s € (%s × %s €, moyenne du SMIC)", r.Required.French(), r.Coef.French(), r.WageMean.French()))}
	for _, left := range r.LeftOut {
		blocks = append(blocks, text("Non compté : %s, %s € (%s)", incomeWords[left.Income.Kind], left.Income.Amount.French(), left.Why))
	}
	blocks = append(blocks, computed(r.Finding)...)
	if found := k.standing.Found; found != nil {
		blocks = append(blocks, fact("Constat de l’Office", "Condition de ressources : "+strings.ToLower(outcomeWords[found.Resources][0])))
	}
	return blocks
}

func proposalBlocks(k known) []form.Block {
	blocks := []form.Block{k.person(), fact("Terme de votre décision", french(k.standing.DecisionBy)+" ; passé ce jour, le silence rejette la demande (R. 434-26)"), {Heading: "L’avis du maire et le constat de l’Office"}}
	for _, one := range both(k.standing) {
		blocks = append(blocks, fact(one.Name, one.Value))
	}
	blocks = append(blocks, form.Block{Heading: "Ce que les règles donnent"})
	if k.resources != nil {
		blocks = append(blocks, fact("Ressources", outcomeWords[k.resources.Finding.Outcome][0]+". "+k.resources.Finding.Why))
	}
	if k.housing != nil {
		blocks = append(blocks, fact("Logement", outcomeWords[k.housing.Finding.Outcome][0]+". "+k.housing.Finding.Why))
	}
	if k.resources == nil && k.housing == nil {
		blocks = append(blocks, text("Rien n’a été calculé par l’Office."))
	}
	return append(blocks, form.Block{Heading: "Proposition de l’Office"}, text("%s", opinionOf(k.standing.Proposal.Favourable, k.standing.Proposal.Grounds)),
		text("Vous seul décidez (R. 434-26). Un résultat calculé éclaire et ne lie pas."))
}

func opinionOf(favourable bool, grounds []family.Ground) string {
	if favourable {
		return "Favorable."
	}
	return "Défavorable : " + listed(grounds) + "."
}

func listed(grounds []family.Ground) string {
	var words []string
	for _, g := range grounds {
		words = append(words, strings.ToLower(groundWords[g]))
	}
	return strings.Join(words, ", ")
}

func decisionBlocks(k known) []form.Block {
	d := k.standing.Decision
	blocks := append([]form.Block{k.person(), fact("Autorité", k.standing.Authority()), fact("Décision du", french(k.standing.DecidedOn))}, k.family()...)
	if d.Granted {
		return append(blocks, text("Votre demande de regroupement familial est accordée (R. 434-28)."),
			text("Le visa se demande au consulat au plus tard le %s (à confirmer). L’autorisation est caduque si la famille n’est pas entrée en France dans les trois mois du visa (R. 434-34).", french(k.standing.VisaBy)))
	}
	return append(blocks, text("Votre demande de regroupement familial est refusée. Motifs : %s.", listed(d.Grounds)),
		text("Vous pouvez contester cette décision dans les deux mois de sa notification : recours gracieux auprès du préfet, hiérarchique auprès du ministre, ou devant le tribunal administratif."))
}

func guideBlocks(k known) []form.Block {
	blocks := []form.Block{k.person(), text("Le préfet a accordé votre demande. L’Office vous aide à préparer l’arrivée, du pays d’origine à l’installation (R. 434-31)."),
		fact("1. Le visa", "À demander au consulat au plus tard le "+french(k.standing.VisaBy)+" (à confirmer)."),
		fact("2. L’entrée", "Dans les trois mois du visa (R. 434-34)."),
		fact("3. Le visa validé", "En ligne, dans les trois mois de l’entrée."),
		fact("4. La visite d’arrivée", "Une convocation de l’Office en donne le jour et le lieu."),
		fact("5. L’accueil", "Une convocation donne le jour de l’entretien et du parcours d’intégration.")}
	if !k.standing.EntryBy.IsZero() {
		blocks = append(blocks, fact("Dernier jour pour entrer en France", french(k.standing.EntryBy)))
	}
	return blocks
}

var visitWords = map[family.VisitOutcome]string{family.VisitDone: "Visite faite", family.VisitRefused: "Visite refusée par l’occupant : la condition est réputée non remplie (R. 434-18)", family.VisitAbsent: "Occupant absent"}

var zoneWords = map[family.Zone]string{family.ZoneAbis: "A bis", family.ZoneA: "A", family.ZoneB1: "B1", family.ZoneB2: "B2", family.ZoneC: "C"}

// directionWords writes DT-CLERMONT-FERRAND as people say it.
func directionWords(code string) string {
	name := strings.TrimPrefix(code, "DT-")
	words := strings.Split(strings.ToLower(name), "-")
	for i, w := range words {
		if w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return "Direction territoriale de " + strings.Join(words, "-")
}
