package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
)

// RequestView is what was asked under a reference and what was answered: medical content.
type RequestView struct {
	Ref string `json:"ref"`
	medical.RequestContent
	AnswerSummary *string `json:"answer_summary,omitempty"`
}

// LetterView is a summons as it was sent.
type LetterView struct {
	Ref string `json:"ref"`
	medical.Letter
}

// ContactView is an address that was checked, a court or a motive (ID is "event-" and the rank of its event), or a registered number (ID is the
// reference of its request).
type ContactView struct {
	ID string `json:"id"`
	medical.CivilContent
}

// addApplicant keeps the first administrative file's: the others name the same person.
func (open *OpenDossier) addApplicant(ref vault.Ref, plain []byte) error {
	civil, err := unseal[medical.Civil](plain)
	if ref.ID == store.KindApplicant {
		open.Applicant = &civil
	}
	return err
}

func (open *OpenDossier) addRequest(ref vault.Ref, plain []byte) error {
	switch ref.Kind {
	case store.KindRequest:
		v, err := unseal[medical.RequestContent](plain)
		open.request(ref.ID).RequestContent = v
		return err
	case store.KindReply:
		v, err := unseal[medical.ReplyContent](plain)
		open.request(ref.ID).AnswerSummary = &v.AnswerSummary
		return err
	case store.KindLetter:
		v, err := unseal[medical.Letter](plain)
		open.Letters = append(open.Letters, LetterView{Ref: ref.ID, Letter: v})
		return err
	}
	v, err := unseal[medical.CivilContent](plain)
	open.Contacts = append(open.Contacts, ContactView{ID: ref.ID, CivilContent: v})
	return err
}

// request is the line of that reference, made if it is the first of it.
func (open *OpenDossier) request(ref string) *RequestView {
	for i := range open.Requests {
		if open.Requests[i].Ref == ref {
			return &open.Requests[i]
		}
	}
	open.Requests = append(open.Requests, RequestView{Ref: ref})
	return &open.Requests[len(open.Requests)-1]
}
