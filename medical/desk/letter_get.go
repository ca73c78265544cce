package desk

import (
	"slices"
	"strconv"
	"strings"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"
)

type getLetterInput struct {
	Dossier string `path:"dossier" json:"-"`
	Request string `path:"request" json:"-"`
}

// LetterFace is a letter as its addressee reads it: the text that was kept, and the name and address that its face bears.
type LetterFace struct {
	Dossier          string       `json:"dossier"`
	Ref              string       `json:"ref"`
	Name             string       `json:"name"`
	For              string       `json:"for"` // the minor whose representative it goes to, "" otherwise
	Address          string       `json:"address"`
	RegisteredNumber string       `json:"registered_number"`
	Mode             string       `json:"mode"`
	Place            string       `json:"place"`
	SentOn           medical.Date `json:"sent_on"`
	Language         string       `json:"language"` // the one that the addressee understands
	medical.Letter
}

// getLetter shows a summons with its face. Names and address are opened for it, by the reading that opens them anywhere; a letter that was
// written elsewhere is not here.
func (k *Desk) getLetter(c *web.Call, in getLetterInput) (web.Reply[LetterFace], error) {
	var d store.Dossier
	var open OpenDossier
	a := on(c, in.Dossier, in.Request, &d)
	a.Context = policy.Context{Open: store.Civil}
	err := k.read(c, a, func(permit *act.Permit) error { return k.openCivil(c, permit, d, &open) })
	if err != nil {
		return web.Reply[LetterFace]{}, err
	}
	face, ok := faceOf(d, open, in.Request)
	if !ok {
		return web.Reply[LetterFace]{}, act.NotFound()
	}
	return web.OK(face), nil
}

func faceOf(d store.Dossier, open OpenDossier, ref string) (LetterFace, bool) {
	r, asked := d.Case.Request(ref)
	summons, is := r.Summons()
	i := slices.IndexFunc(open.Letters, func(l LetterView) bool { return l.Ref == ref })
	if !asked || !is || i < 0 || open.Applicant == nil {
		return LetterFace{}, false
	}
	sent := r.LastSending()
	face := LetterFace{Dossier: d.ID, Ref: ref, Mode: sent.Mode, Place: summons.Place, SentOn: sent.SentOn, Letter: open.Letters[i].Letter}
	face.addressTo(*open.Applicant)
	// The address of that day: a letter that is read again later still says where it went.
	if rank := d.Case.AddressCheckedBefore(sent.SentOn); rank > 0 {
		if checked := open.contact("event-" + strconv.Itoa(rank)); checked.Address != nil {
			face.Address = *checked.Address
		}
	}
	if number := open.contact(ref).RegisteredNumber; number != nil {
		face.RegisteredNumber = *number
	}
	return face, true
}

func (face *LetterFace) addressTo(who medical.Civil) {
	p := who.Patient
	name := p.FamilyName + " " + strings.Join(p.GivenNames, " ")
	face.Name, face.Address, face.Language = name, p.Address, p.Language
	for _, rep := range who.LegalRepresentatives {
		if rep.ID == face.Addressee {
			face.Name, face.For = rep.FamilyName+" "+strings.Join(rep.GivenNames, " "), name
			face.Address, face.Language = rep.Address, rep.Language
		}
	}
}

// contact is what is sealed of an event or of a request; empty where nothing is.
func (open OpenDossier) contact(id string) medical.CivilContent {
	for _, contact := range open.Contacts {
		if contact.ID == id {
			return contact.CivilContent
		}
	}
	return medical.CivilContent{}
}
