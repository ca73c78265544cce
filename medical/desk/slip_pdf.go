package desk

import (
	"slices"
	"strconv"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/release"
	"cloison/release/form"
	"cloison/web"
)

type slipPdfInput struct {
	Dossier string `path:"dossier" json:"-"`
	Release int64  `path:"release" json:"-"`
}

// slipPdf draws the slip that goes with a release: notices and opinions reach the prefect under cover of the director general (R. 425-12,
// R. 425-13). It names the person and his number, and nothing of the illness.
func (k *Desk) slipPdf(c *web.Call, in slipPdfInput) (web.Reply[web.Binary], error) {
	var d store.Dossier
	var open OpenDossier
	a := on(c, in.Dossier, "", &d)
	a.Context = policy.Context{Open: store.Civil}
	if err := k.read(c, a, func(permit *act.Permit) error { return k.openCivil(c, permit, d, &open) }); err != nil {
		return web.Reply[web.Binary]{}, err
	}
	all, err := store.FindSent(c.Context(), k.Pool, d.ID)
	if err != nil {
		return web.Reply[web.Binary]{}, err
	}
	i := slices.IndexFunc(all, func(s store.Sent) bool { return s.Seq == in.Release })
	if i < 0 || open.Applicant == nil {
		return web.Reply[web.Binary]{}, act.NotFound()
	}
	sent := all[i]
	l := d.Case.Slip(k.dayOf(d, sent.QueuedAt))
	letter, err := l.Write(map[string]string{"objet": slipObjects[sent.Code], "numero": strconv.FormatInt(sent.Seq, 10),
		"personne": personWords(open.Applicant.Patient) + fileNumber(*open.Applicant, sent.Referral)})
	if err != nil {
		return web.Reply[web.Binary]{}, k.refused(c, a, refusal(err))
	}
	return paperReply(k.slipPaper(d, sent, l, letter), "bordereau-"+strconv.FormatInt(sent.Seq, 10))
}

func fileNumber(who medical.Civil, referral string) string {
	for _, f := range who.AdministrativeFiles {
		if f.Referral == referral {
			return ", n° AGDREF " + f.AGDREF
		}
	}
	return ""
}

// slipPaper is addressed to the prefecture that the release went to.
func (k *Desk) slipPaper(d store.Dossier, sent store.Sent, l medical.DueLetter, letter medical.Letter) form.Paper {
	face := LetterFace{Dossier: d.ID, Place: d.Case.Direction, Name: prefectureWords(d.Case.PrefectureAt(sent.Referral, sent.QueuedAt)), Letter: letter}
	p := face.paper(letterTitles[medical.LetterSlip], l.On)
	p.On = release.Date(l.On.String())
	return p
}

// slipObjects say what a release is, in the words of the procedure.
var slipObjects = map[string]string{
	"N0": "accusé de la saisine", "N1": "certificat reçu par le service médical", "N2": "certificat non parvenu", "N3": "rapport transmis au collège de médecins",
	"N4": "absence à une convocation", "N5": "examens demandés non produits", "N6": "avis rendu", "N7": "clôture sans avis", "L1": "attestation de procédure",
}
