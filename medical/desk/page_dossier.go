package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"cloison/act"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/release"
	"cloison/web"
	"cloison/web/layout"
)

func dossierPath(id string) string { return "/dossiers/" + id }

// seen loads a dossier for a page, by getDossier's own act: it opens nothing.
func (k *Desk) seen(c *web.Call, id string) (store.Dossier, error) {
	var d store.Dossier
	a := on(c, id, "", &d)
	a.Action, a.IdempotencyKey, a.ReadOnly = "dossier.get", "", true
	_, err := k.Gate.Do(c.Context(), c.Who, a, func(context.Context, *act.Tx) error { return nil })
	return d, err
}

// dossierPage is the page face of getDossier, in the order of the procedure. What is opened of it, is opened for the purpose that was chosen.
func (k *Desk) dossierPage(c *web.Call, open OpenDossier) (any, error) {
	d, err := k.seen(c, open.ID)
	if err != nil {
		return nil, err
	}
	if open.Applicant == nil && c.Fiber.Query("open") == store.Medical {
		civil, err := k.getDossier(c, getDossierInput{Dossier: open.ID, Open: store.Civil})
		if err != nil {
			return nil, err
		}
		open.Applicant = civil.Body.Applicant
	}
	names, err := k.namesIn(c, d)
	if err != nil {
		return nil, err
	}
	p := dossierReader{k: k, c: c, d: d, open: open, names: names, now: k.Clock.Now().In(reference.Location(d.Case.Direction))}
	if p.may, err = k.offers(c, d); err != nil {
		return nil, err
	}
	if p.roles, err = k.rolesIn(c, d); err != nil {
		return nil, err
	}
	if p.given, err = k.given(c, d); err != nil {
		return nil, err
	}
	view := p.view()
	view.Signals, err = k.signalsPanel(c, d)
	return view, err
}

// namesIn are the names of the service's own people in a dossier.
func (k *Desk) namesIn(c *web.Call, d store.Dossier) (map[string]string, error) {
	ids := []string{d.Policy.Rapporteur}
	if d.Policy.Composition != nil {
		ids = append(ids, d.Policy.Composition.Members...)
	}
	return identity.NamesOf(c.Context(), k.Pool, ids)
}

// dossierReader is one reader before one dossier.
type dossierReader struct {
	k     *Desk
	c     *web.Call
	d     store.Dossier
	open  OpenDossier
	names map[string]string
	roles map[string]string // of whoever acted
	now   time.Time
	may   map[string]bool  // actions that policy would allow the reader
	given []store.Document // pieces that a clerk gave himself
}

func (p dossierReader) view() layout.DossierView {
	view := layout.DossierView{
		Shell: p.k.Shell(p.c), Heading: "Dossier " + p.d.ID[:8], Back: layout.Action{Label: "Mon travail", Href: "/dossiers"},
		Badges: badges(p.d), Clock: p.clock(), Who: p.who(), Open: p.opening(), Time: p.time(), Papers: p.papers(), Given: p.givenPieces(),
		Report: p.report(), Seats: p.seats(), Rule: p.collegeRule(), Told: p.told(), Coming: p.coming(),
		Ask: p.ask(), Asked: p.asked(), More: p.more(), CollegeActs: p.collegeActs(),
		Awaited: awaited(store.Summary{State: p.d.Policy.State, Rapporteur: p.open.Rapporteur}, p.c.Who),
	}
	if a := p.open.Applicant; a != nil {
		view.Heading = a.Patient.FamilyName + " " + strings.Join(a.Patient.GivenNames, ", ")
	}
	if cert := p.open.Certificate; cert != nil {
		view.Certificate = certificateSheet(*cert, false)
	}
	view.Next, view.Acts = p.next()
	if !p.d.Case.Stay() {
		liberty := libertyPanel(p.d)
		view.Liberty = &liberty
	}
	if !p.d.Policy.Closed && p.d.Policy.CertificateReceived {
		view.Add = &layout.Action{Label: "Ajouter une pièce", Href: dossierPath(p.d.ID) + "/pieces"}
	}
	return view
}

func badges(d store.Dossier) []layout.Badge {
	return []layout.Badge{{Text: d.ID[:8]}, {Text: layout.KindWords(release.Kind(d.Case.Kind)), Tone: "info"}, {Text: stageIn(d.Case.Kind, d.Policy.State), Tone: "new"}}
}

// clock is the nearest end of the three months of the opinion. Whether they start at the sending or at the receipt is disputed: the nearest
// of the two is kept.
func (p dossierReader) clock() *layout.Clock {
	if !p.d.Case.Stay() {
		return p.urgentClock()
	}
	var nearest *medical.Deadline
	for _, dl := range medical.Deadlines(p.d.Case, p.now) {
		if dl.Code == "DL6" && dl.Outcome == medical.Running && (nearest == nil || dl.DueOn.Before(*nearest.DueOn)) {
			nearest = &dl
		}
	}
	if nearest == nil {
		return nil
	}
	return layout.DayClock("Avis", "3 mois, R. 425-13 (départ à confirmer)", nearest.StartOn.Time(), nearest.DueOn.Time(), p.now)
}

func (p dossierReader) who() []layout.Fact {
	facts := append(p.competence(), []layout.Fact{{Name: "Saisi par", Value: prefectureWords(p.d.Case.Prefecture)},
		{Name: "Pays", Value: layout.CountryName(p.d.Case.Country.Country)}}...)
	if a := p.open.Applicant; a != nil {
		facts = append([]layout.Fact{
			{Name: "Naissance", Value: layout.FrenchDate(a.Patient.BirthDate.Time()) + " à " + a.Patient.BirthPlace},
			{Name: "Nationalité", Value: layout.CountryName(a.Patient.Nationality)}, {Name: "Adresse", Value: a.Patient.Address}}, facts...)
	}
	if cert := p.open.Certificate; cert != nil {
		facts = append(facts,
			layout.Fact{Name: "Certificat établi par", Value: "Dr " + cert.Author.GivenName + " " + cert.Author.FamilyName},
			layout.Fact{Name: "Accord pour demander des compléments", Value: consentWords(cert.Consent)})
	}
	return facts
}

func prefectureWords(code string) string {
	if label, ok := reference.PrefectureLabel(code); ok {
		return label
	}
	return "Préfecture " + code
}

func consentWords(consent medical.Consent) string {
	if !consent.Given {
		return "Non"
	}
	return "Oui, signé le " + layout.FrenchDate(consent.SignedOn.Time())
}

// opening offers what the reader may open next, and asks why; nothing once it is open.
func (p dossierReader) opening() *layout.Opening {
	if p.open.Applicant != nil {
		return nil
	}
	o := &layout.Opening{Path: dossierPath(p.d.ID), Part: store.Civil, Label: "Ouvrir l’identité",
		Text:     "Le nom et l’adresse sont scellés. Les ouvrir est une lecture inscrite au journal, pour la finalité que vous choisissez.",
		Purposes: []layout.Option{{Value: "SECRETARIAT", Label: "Secrétariat du dossier"}, {Value: "ACCES", Label: "Demande d’accès"}, {Value: "CONTENTIEUX", Label: "Contentieux"}}}
	if p.c.Who.Role == "MEDECIN" {
		o.Part, o.Label = store.Medical, "Ouvrir le dossier"
		o.Text = "Le nom, le certificat, le rapport et les pièces sont scellés. Les ouvrir est une lecture inscrite au journal, pour la finalité que vous choisissez."
		o.Purposes = readingPurposes
		switch {
		case p.sits():
			o.Purposes = readingPurposes[1:]
		case p.d.Policy.Rapporteur == p.c.Who.ID: // who never sits on this dossier
			o.Purposes = readingPurposes[:1]
		}
	}
	return o
}

// readingPurposes are why a physician in charge opens a dossier.
var readingPurposes = []layout.Option{{Value: "INSTRUCTION", Label: "Élaborer le rapport"}, {Value: "COLLEGE", Label: "Siéger au collège"}}

func (p dossierReader) sits() bool {
	return !unseated(p.d) && slices.Contains(p.d.Policy.Composition.Members, p.c.Who.ID)
}

func (p dossierReader) papers() []layout.PaperLink {
	var list []layout.PaperLink
	for _, doc := range p.open.Documents {
		list = append(list, layout.PaperLink{Label: doc.Label, Note: documentWords[doc.Kind] + " · reçue le " + layout.FrenchDate(doc.ReceivedOn.Time()),
			Href: readingPath(p.d.ID, p.c.Purpose) + "#" + doc.ID})
	}
	return list
}

var documentWords = map[string]string{"CERTIFICAT": "Certificat", "ANALYSE": "Analyse", "COMPTE_RENDU": "Compte rendu", "EXAMEN": "Examen",
	"IMAGERIE": "Imagerie", "DOSSIER": "Dossier", "IDENTITE": "Identité", "DIVERS": "Divers"}

func (p dossierReader) report() layout.DossierReport {
	r := layout.DossierReport{State: "Le rapport sera écrit par le médecin rapporteur, que le secrétariat désigne."}
	who := "Dr " + p.names[p.d.Policy.Rapporteur]
	switch {
	case !p.d.Case.Stay():
		r.State = "Aucun rapport dans une procédure d’éloignement (arrêté du 27 décembre 2016, art. 11)."
	case p.d.Policy.ReportTransmitted:
		r.State = "Rapport du " + who + ", signé et transmis au collège. Il ne se modifie plus."
	case p.d.Policy.ReportSigned:
		r.State = "Rapport du " + who + ", signé. Il reste à le transmettre au collège."
	case p.d.Policy.ReportSaved:
		r.State = "Rapport du " + who + ", enregistré, pas encore signé."
	case p.d.Policy.Rapporteur != "":
		r.State = "Rapport confié à " + who + ", pas encore commencé."
	}
	if rep := p.open.Report; rep != nil {
		r.Sections = reportSections(*rep)
	}
	r.Sections = append(r.Sections, supplementFacts(p.open.Supplements)...)
	if p.may["report.supplement"] {
		r.Edit = &layout.Action{Label: "Répondre au collège", Href: dossierPath(p.d.ID) + "/rapport/complement", Primary: true}
	}
	return r
}

func supplementFacts(supplements []medical.Supplement) []layout.Fact {
	var facts []layout.Fact
	for i, supplement := range supplements {
		facts = append(facts, layout.Fact{Name: fmt.Sprintf("Complément %d", i+1), Value: supplement.Text})
	}
	return facts
}

func reportSections(r medical.Report) []layout.Fact {
	var diagnoses []string
	for _, path := range r.Pathologies {
		diagnoses = append(diagnoses, diagnosisWords(path))
	}
	sections := []layout.Fact{
		{Name: "Histoire de la maladie", Value: r.DiseaseHistory}, {Name: "Diagnostics retenus", Value: strings.Join(diagnoses, "\n")},
		{Name: "Traitements en cours", Value: r.Treatments}, {Name: "Stade évolutif", Value: r.Stage},
		{Name: "Complications", Value: r.Complications},
	}
	if r.ClinicalExam != nil {
		sections = append(sections, layout.Fact{Name: "Examen clinique", Value: *r.ClinicalExam})
	}
	sections = append(sections, layout.Fact{Name: "Suivi et perspectives", Value: r.Prospects})
	if r.PriorElements != nil {
		sections = append(sections, layout.Fact{Name: "Éléments antérieurs", Value: *r.PriorElements})
	}
	return sections
}

func (p dossierReader) seats() []layout.Seat {
	composition := p.d.Policy.Composition
	if composition == nil {
		return nil
	}
	var seats []layout.Seat
	for _, member := range composition.Members {
		state := "Réponse attendue"
		switch {
		case slices.Contains(composition.Refused, member):
			state = "Refuse de signer"
		case slices.Contains(composition.Signed, member):
			state = "Avis signé"
		case slices.Contains(composition.Answered, member) && composition.Settled:
			state = "Signature attendue"
		case slices.Contains(composition.Answered, member) && len(composition.Answered) == len(composition.Members):
			state = "Réponse donnée"
		case slices.Contains(composition.Answered, member):
			state = "Réponse donnée, scellée"
		}
		name := "Dr " + p.names[member]
		if member == p.c.Who.ID {
			name = "Vous"
		}
		seats = append(seats, layout.Seat{Name: name, State: state})
	}
	return seats
}

func (p dossierReader) collegeRule() string {
	if p.d.Policy.Composition != nil {
		return ""
	}
	if !p.d.Case.Stay() {
		return "Le secrétariat désigne, au vu du certificat, l’auteur que le statut de la personne appelle : le collège, ou un médecin seul (R. 631-1, R. 731-1)."
	}
	if p.d.Policy.ReportTransmitted {
		return "Le secrétariat le désigne : trois médecins de la décision du directeur général, jamais l’auteur du rapport (R. 425-13)."
	}
	if p.d.Policy.Rapporteur == p.c.Who.ID {
		return "Il sera désigné après la transmission du rapport. Vous en êtes écarté, comme auteur du rapport (R. 425-13)."
	}
	return "Il sera désigné après la transmission du rapport : trois médecins de la décision du directeur général, jamais l’auteur du rapport (R. 425-13)."
}

// told are the messages that the events caused, in the words that the prefecture reads.
func (p dossierReader) told() []layout.Said {
	var list []layout.Said
	for _, e := range p.d.Case.Events {
		for _, n := range medical.Notices(p.d.Case, e) {
			if n.Code == "N6" {
				list = append(list, layout.Said{Sentence: "L’avis, tel qu’il est signé.", Source: "Avis, le " + layout.FrenchDate(n.On.Time()) + "."})
				continue
			}
			title, effect := layout.NoticeWords(n.Code, noticeWords(n.Fields), p.d.Case.Renewal)
			list = append(list, layout.Said{Sentence: "« " + title + ". »", Source: "Le " + layout.FrenchDate(n.On.Time()) + ". " + effect})
		}
	}
	return list
}

func noticeWords(f medical.NoticeFields) map[string]string {
	said := map[string]string{}
	raw, err := json.Marshal(f)
	if err != nil {
		return said
	}
	var all map[string]any
	if json.Unmarshal(raw, &all) == nil {
		for name, value := range all {
			if text, ok := value.(string); ok {
				said[name] = text
			}
		}
	}
	return said
}

func (p dossierReader) coming() string {
	switch {
	case !p.d.Policy.CertificateReceived:
		return "« Certificat reçu le … »"
	case p.d.Case.Stay() && !p.d.Policy.ReportTransmitted:
		return "« Rapport transmis au collège le … »"
	case !p.d.Policy.Issued:
		return "l’avis."
	}
	return ""
}

// unseated: nobody gives the opinion now, and one is awaited.
func unseated(d store.Dossier) bool {
	return !d.Policy.Issued && (d.Policy.Composition == nil || !d.Policy.Composition.Open)
}

// next is what the reader can do now.
func (p dossierReader) next() ([]layout.Action, []layout.Act) {
	link := func(label, tail string) []layout.Action {
		return []layout.Action{{Label: label, Href: dossierPath(p.d.ID) + tail, Primary: true}}
	}
	r := p.d.Policy
	switch {
	case r.Closed:
	case p.c.Who.Role == "SECRETARIAT_MEDICAL" && !r.CertificateReceived:
		return link("Enregistrer le certificat", "/certificat"), nil
	case p.c.Who.Role == "SECRETARIAT_MEDICAL" && r.Rapporteur == "" && p.d.Case.Stay():
		return link("Désigner le rapporteur", "/rapporteur"), nil
	case p.c.Who.Role == "SECRETARIAT_MEDICAL" && !p.d.Case.Stay() && unseated(p.d):
		author, _ := p.d.Case.AuthorAt(p.now)
		return link(designationTail(author.Author)), nil
	case p.c.Who.Role == "SECRETARIAT_MEDICAL" && r.ReportTransmitted && unseated(p.d):
		return link("Désigner le collège", "/college"), nil
	case r.Rapporteur == p.c.Who.ID && !r.ReportSigned:
		return link("Rédiger le rapport", "/rapport"), nil
	case r.Rapporteur == p.c.Who.ID && !r.ReportTransmitted:
		return nil, []layout.Act{p.k.transmitAct(p.c, p.d.ID)}
	case p.sits() && !slices.Contains(r.Composition.Answered, p.c.Who.ID):
		return link("Répondre", "/reponses"), nil
	case p.sits() && len(r.Composition.Answered) == len(r.Composition.Members) && !r.Composition.Settled:
		return link("Comparer et arrêter la synthèse", "/synthese"), nil
	case p.sits() && r.Composition.Settled && len(r.Composition.Refused) == 0 && !slices.Contains(r.Composition.Signed, p.c.Who.ID):
		return link("Relire et signer l’avis", "/avis"), nil
	}
	return nil, nil
}
