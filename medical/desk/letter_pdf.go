package desk

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/release"
	"cloison/release/form"
	"cloison/web"
	"cloison/web/layout"
)

type letterPdfInput struct {
	Dossier string `path:"dossier" json:"-"`
	Kind    string `path:"kind" json:"-"`
	Ref     string `query:"ref" validate:"max=32"`
	To      string `query:"to" validate:"max=16"`
}

// letterPdf draws one letter of a dossier. Names and address are opened for it; the question or the examinations too, for a physician in
// charge, where the letter holds them: each is a reading with its own entry.
func (k *Desk) letterPdf(c *web.Call, in letterPdfInput) (web.Reply[web.Binary], error) {
	var d store.Dossier
	var open OpenDossier
	a := on(c, in.Dossier, "", &d)
	a.Context = policy.Context{Open: store.Civil}
	if err := k.read(c, a, func(permit *act.Permit) error { return k.openCivil(c, permit, d, &open) }); err != nil {
		return web.Reply[web.Binary]{}, err
	}
	if in.Kind == letterSummons {
		return k.summonsPdf(d, open, in.Ref)
	}
	l, ok := d.Case.Letter(in.Kind, in.Ref, in.To)
	if !ok || open.Applicant == nil {
		return web.Reply[web.Binary]{}, act.NotFound()
	}
	if l.Medical {
		a.Context = policy.Context{Open: store.Medical}
		if err := k.read(c, a, func(permit *act.Permit) error { return k.openMedical(c, permit, d, &open) }); err != nil {
			return web.Reply[web.Binary]{}, err
		}
	}
	letter, err := l.Write(k.openedFor(d, open, l))
	if err != nil {
		return web.Reply[web.Binary]{}, k.refused(c, a, refusal(err))
	}
	face := k.faceFor(d, open, l, letter)
	return paperReply(face.paper(letterTitles[l.Kind], l.On), lower(l.Kind))
}

// summonsPdf is a summons as it was sent: its text is the one that was kept, to the letter (REQ-23).
func (k *Desk) summonsPdf(d store.Dossier, open OpenDossier, ref string) (web.Reply[web.Binary], error) {
	face, ok := faceOf(d, open, ref)
	if !ok {
		return web.Reply[web.Binary]{}, act.NotFound()
	}
	return paperReply(face.paper("Convocation", face.SentOn), "convocation-"+ref)
}

func paperReply(p form.Paper, name string) (web.Reply[web.Binary], error) {
	file, err := p.PDF()
	if err != nil {
		return web.Reply[web.Binary]{}, err
	}
	return web.Bytes(web.Content{Size: int64(len(file)), MediaType: "application/pdf", Name: strings.ReplaceAll(name, "_", "-") + ".pdf", Source: rendering(file)}), nil
}

var letterTitles = map[string]string{
	letterSummons: "Convocation", medical.LetterInformation: "Votre dossier médical à l’Office : ce qu’il faut savoir",
	medical.LetterCertificate: "Accusé de réception de votre certificat médical", medical.LetterOriginals: "Bordereau de retour des originaux",
	medical.LetterCompletion: "Certificat médical à compléter", medical.LetterComplement: "Demande de complément",
	medical.LetterComplementRemoval: "Demande de complément", medical.LetterComplementTold: "Un professionnel de santé est interrogé",
	medical.LetterExams: "Prescription d’examens", medical.LetterExamsAgain: "Rappel : examens demandés", medical.LetterComplementAgain: "Rappel : complément demandé",
	medical.LetterPresence: "Attestation de présence", medical.LetterSlip: "Bordereau d’envoi",
}

// openedFor are the words that no event holds.
func (k *Desk) openedFor(d store.Dossier, open OpenDossier, l medical.DueLetter) map[string]string {
	words := map[string]string{"personne": personWords(open.Applicant.Patient)}
	r, _ := d.Case.Request(l.Ref)
	switch asked := r.Asked.Data.(type) {
	case medical.ComplementDemande:
		words["destinataire"] = lower(wordsOf(recipientChoices, asked.To))
	case medical.CompletudeDemandee:
		words["manque"] = lower(wordsOf(completionChoices, asked.ReasonCode))
	}
	for _, one := range open.Requests {
		if one.Ref == l.Ref && one.Question != nil {
			words["question"] = *one.Question
		}
		if one.Ref == l.Ref && one.ExamNature != nil {
			words["examens"] = *one.ExamNature
		}
	}
	return words
}

func personWords(p medical.Patient) string {
	return p.FamilyName + " " + strings.Join(p.GivenNames, ", ") + ", né(e) le " + layout.FrenchDate(p.BirthDate.Time())
}

// faceFor is a letter on its way: to the person at the address known that day, or to the professional.
func (k *Desk) faceFor(d store.Dossier, open OpenDossier, l medical.DueLetter, letter medical.Letter) LetterFace {
	face := LetterFace{Dossier: d.ID, Ref: l.Ref, Place: d.Case.Direction, SentOn: l.On, Letter: letter}
	if l.Place != "" {
		face.Place = l.Place
	}
	if l.To != medical.ToProfessional {
		face.addressTo(*open.Applicant)
		if rank := d.Case.AddressCheckedBefore(l.On); rank > 0 {
			if checked := open.contact("event-" + strconv.Itoa(rank)); checked.Address != nil {
				face.Address = *checked.Address
			}
		}
		return face
	}
	r, _ := d.Case.Request(l.Ref)
	asked, _ := r.Asked.Data.(medical.ComplementDemande)
	face.Name = wordsOf(recipientChoices, asked.To)
	if author := open.Certificate; author != nil && asked.To == "MEDECIN_TRAITANT" {
		a := author.Author
		face.Name = "Docteur " + a.GivenName + " " + a.FamilyName
		face.Address = strings.Join(slices.DeleteFunc([]string{a.Service, a.Establishment, a.City}, func(s string) bool { return s == "" }), "\n")
	}
	return face
}

// paper is a letter as it is printed: who writes, to whom, when, and the text paragraph by paragraph.
func (face LetterFace) paper(title string, on medical.Date) form.Paper {
	p := form.Paper{Title: title, On: release.Date(on.String()), Foot: "Dossier " + face.Dossier[:8],
		From: []string{"Office français de l’immigration et de l’intégration", "Service médical, " + place(face.Place)}}
	p.To = append(p.To, face.Name)
	if face.For != "" {
		p.To = append(p.To, "représentant légal de "+face.For)
	}
	if face.Address != "" {
		p.To = append(p.To, strings.Split(face.Address, "\n")...)
	}
	sent := "Le " + layout.FrenchDate(on.Time())
	if face.Mode != "" {
		sent += ", " + lower(wordsOf(modeChoices, face.Mode))
	}
	if face.RegisteredNumber != "" {
		sent += ", n° " + face.RegisteredNumber
	}
	p.Blocks = append(p.Blocks, form.Block{Text: sent})
	for _, paragraph := range strings.Split(face.Text, "\n\n") {
		p.Blocks = append(p.Blocks, form.Block{Text: paragraph})
	}
	p.Blocks = append(p.Blocks, form.Block{Text: "Le service médical"})
	return p
}

// dayOf is the day of an instant where the dossier is.
func (k *Desk) dayOf(d store.Dossier, at time.Time) medical.Date {
	return medical.LocalDate(at, d.Case.Direction)
}
