package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type listLettersInput struct {
	Dossier string `path:"dossier" json:"-"`
}

// LetterList is every letter of a dossier that can be drawn, and the slip of each release. It opens nothing.
type LetterList struct {
	Dossier string     `json:"dossier"`
	Letters []LetterID `json:"letters"`
	Slips   []SlipID   `json:"slips"`
}

// LetterID is one letter: what drawing it needs. Medical: only a physician in charge draws it.
type LetterID struct {
	Kind    string       `json:"kind"`
	Ref     string       `json:"ref"`
	To      string       `json:"to"`
	On      medical.Date `json:"on"`
	Medical bool         `json:"medical"`
}

// SlipID is the slip of one release.
type SlipID struct {
	Seq      int64        `json:"seq"`
	Code     string       `json:"code"`
	Referral string       `json:"referral"`
	On       medical.Date `json:"on"`
}

// letterSummons is the kind of the one letter whose text is kept: a summons (REQ-23).
const letterSummons = "CONVOCATION"

// listLetters lists the letters that the events of a dossier call for (domain, section 6.6), and the slips of what crossed.
func (k *Desk) listLetters(c *web.Call, in listLettersInput) (web.Reply[LetterList], error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return web.Reply[LetterList]{}, err
	}
	list := LetterList{Dossier: d.ID, Letters: []LetterID{}, Slips: []SlipID{}}
	for _, r := range d.Case.Requests() {
		if summons, ok := r.Summons(); ok && summons.Letter != "" {
			list.Letters = append(list.Letters, LetterID{Kind: letterSummons, Ref: r.Ref, To: summons.Addressee, On: k.dayOf(d, r.Asked.At)})
		}
	}
	for _, l := range d.Case.Letters() {
		list.Letters = append(list.Letters, LetterID{Kind: l.Kind, Ref: l.Ref, To: l.To, On: l.On, Medical: l.Medical})
	}
	sent, err := store.FindSent(c.Context(), k.Pool, d.ID)
	for _, s := range sent {
		list.Slips = append(list.Slips, SlipID{Seq: s.Seq, Code: s.Code, Referral: s.Referral, On: k.dayOf(d, s.QueuedAt)})
	}
	return web.OK(list), err
}
