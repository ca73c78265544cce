package desk

import (
	"slices"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/web"
)

type getDossierInput struct {
	Dossier string `path:"dossier" json:"-"`
	Open    string `query:"open" validate:"omitempty,oneof=civil medical"`
}

// OpenDossier is a dossier with what was opened of it.
type OpenDossier struct {
	store.View
	Applicant   *medical.Civil       `json:"applicant,omitempty"`
	Certificate *medical.Certificate `json:"certificate,omitempty"`
	Report      *medical.Report      `json:"report,omitempty"`
	Supplements []medical.Supplement `json:"supplements,omitempty"` // oldest first
	Documents   []DocumentView       `json:"documents,omitempty"`
	Requests    []RequestView        `json:"requests,omitempty"`
	Letters     []LetterView         `json:"letters,omitempty"`
	Contacts    []ContactView        `json:"contacts,omitempty"`
}

// getDossier shows a dossier; with open=civil its names (secretariat of the territory, physicians in charge), with open=medical what the
// physicians in charge read. Each opening is a reading of its own, whose intent is committed first.
func (k *Desk) getDossier(c *web.Call, in getDossierInput) (web.Reply[OpenDossier], error) {
	var d store.Dossier
	if in.Open == "" {
		reply, err := k.look(c, in.Dossier)
		return web.OK(OpenDossier{View: reply.Body}), err
	}
	a := on(c, in.Dossier, "", &d)
	a.Action, a.Context = "dossier.open", policy.Context{Open: in.Open}
	var open OpenDossier
	err := k.read(c, a, func(permit *act.Permit) error {
		if in.Open == store.Civil {
			return k.openCivil(c, permit, d, &open)
		}
		return k.openMedical(c, permit, d, &open)
	})
	if err != nil {
		return web.Reply[OpenDossier]{}, err
	}
	open.View, err = store.ViewOf(d, k.Clock.Now())
	return web.OK(open), err
}

// openCivil opens the names, as corrected since, and what stands on the face of letters.
func (k *Desk) openCivil(c *web.Call, permit *act.Permit, d store.Dossier, open *OpenDossier) error {
	var corrections []medical.Correction
	err := k.openAll(c, permit, d, open, &corrections, store.KindApplicant, store.KindCorrection, store.KindLetter, store.KindContact)
	for _, correction := range corrections {
		if open.Applicant != nil {
			corrected := open.Applicant.Correct(correction)
			open.Applicant = &corrected
		}
	}
	return err
}

// openMedical opens certificate, report, supplements, requests and the labels of the documents.
func (k *Desk) openMedical(c *web.Call, permit *act.Permit, d store.Dossier, open *OpenDossier) error {
	return k.openAll(c, permit, d, open, nil, store.KindCertificate, store.KindReport, store.KindSupplement, store.KindDocument, store.KindRequest, store.KindReply)
}

// openAll opens every record of these kinds in one redemption of the permit; corrections, whose ids are in their order, go to their own list.
func (k *Desk) openAll(c *web.Call, permit *act.Permit, d store.Dossier, open *OpenDossier, corrections *[]medical.Correction, kinds ...string) error {
	names, err := store.FindRecords(c.Context(), k.Pool, d.ID, "")
	if err != nil {
		return err
	}
	var refs []vault.Ref
	for _, n := range names {
		if slices.Contains(kinds, n.Kind) {
			refs = append(refs, vault.Ref{Kind: n.Kind, ID: n.ID, Version: n.Version})
		}
	}
	views, err := k.documentViews(c.Context(), d)
	if err != nil {
		return err
	}
	return k.Vault.OpenRecords(c.Context(), permit, refs, func(i int, plain []byte) error {
		if refs[i].Kind == store.KindCorrection {
			correction, err := unseal[medical.Correction](plain)
			*corrections = append(*corrections, correction)
			return err
		}
		return open.add(refs[i], views, plain)
	})
}

func (open *OpenDossier) add(ref vault.Ref, views documentViews, plain []byte) error {
	switch ref.Kind {
	case store.KindApplicant:
		return open.addApplicant(ref, plain)
	case store.KindRequest, store.KindReply, store.KindLetter, store.KindContact:
		return open.addRequest(ref, plain)
	case store.KindCertificate:
		v, err := unseal[medical.Certificate](plain)
		open.Certificate = &v
		return err
	case store.KindReport:
		v, err := unseal[medical.Report](plain)
		open.Report = &v
		return err
	case store.KindSupplement:
		v, err := unseal[medical.Supplement](plain)
		open.Supplements = append(open.Supplements, v)
		return err
	}
	v, err := views.show(ref.ID, plain)
	open.Documents = append(open.Documents, v)
	return err
}
