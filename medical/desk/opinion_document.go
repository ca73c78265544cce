package desk

import (
	"context"
	"errors"
	"fmt"

	"cloison/act"
	"cloison/internal/db"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/release"
	"cloison/release/form"
	"cloison/web"
)

// applicants are the persons of a dossier by referral: what stands on the document of each opinion. They live for one request.
type applicants map[string]applicant

type applicant struct {
	civil             release.Civil
	agdref, requester string
}

// openApplicants opens the civil part of a dossier with the caller's own handle, as a reading of its own: a physician in charge may, and the
// record says that the names were read for the college.
func (k *Desk) openApplicants(c *web.Call, dossier string) (applicants, error) {
	names, err := store.FindRecords(c.Context(), k.Pool, dossier, store.KindApplicant)
	if err != nil {
		return nil, err
	}
	var refs []vault.Ref
	for _, n := range names {
		refs = append(refs, vault.Ref{Kind: n.Kind, ID: n.ID, Version: n.Version})
	}
	var d store.Dossier
	a := on(c, dossier, "", &d)
	a.Action, a.Purpose, a.Context = "dossier.open", "COLLEGE", policy.Context{Open: store.Civil}
	a.IdempotencyKey, a.ReadOnly = "", true
	all := applicants{}
	err = k.read(c, a, func(permit *act.Permit) error {
		return k.Vault.OpenRecords(c.Context(), permit, refs, func(_ int, plain []byte) error {
			civil, err := unseal[medical.Civil](plain)
			if err != nil {
				return err
			}
			for _, f := range civil.AdministrativeFiles {
				all[f.Referral] = applicant{crossed(civil), f.AGDREF, f.Requester}
			}
			return nil
		})
	})
	return all, err
}

// crossed is what a document says of a person, as the referral said it.
func crossed(c medical.Civil) release.Civil {
	out := release.Civil{Patient: release.Patient{
		ID: c.Patient.ID, FamilyName: c.Patient.FamilyName, UsageName: c.Patient.UsageName, GivenNames: c.Patient.GivenNames,
		BirthDate: release.Date(c.Patient.BirthDate.String()),
	}}
	for _, rep := range c.LegalRepresentatives {
		out.LegalRepresentatives = append(out.LegalRepresentatives, release.LegalRepresentative{ID: rep.ID, FamilyName: rep.FamilyName, GivenNames: rep.GivenNames})
	}
	return out
}

// document renders one opinion. The other zone does the same from the referral as it crossed, and must get the same bytes.
func (k *Desk) document(ctx context.Context, q db.Querier, all applicants, u release.Unsealed) (form.Document, error) {
	one, ok := all[u.Referral]
	if !ok {
		return form.Document{}, fmt.Errorf("rendering opinion %s: the names of referral %s were not opened", u.ID, u.Referral)
	}
	decision, err := store.GetDecision(ctx, q, u.Decision.Ref)
	if err != nil {
		return form.Document{}, err
	}
	names, err := form.NamesOf(u.OpinionBody, one.civil, one.requester, one.agdref, decision)
	if err != nil {
		return form.Document{}, err
	}
	document, err := form.Render(u, names)
	if errors.Is(err, form.ErrNoRenderer) {
		return form.Document{}, act.Deny("FORM_NOT_RENDERED")
	}
	return document, err
}

// unsealed is a body as of today, where the dossier is.
func (k *Desk) unsealed(d store.Dossier, body release.OpinionBody) release.Unsealed {
	return release.Unsealed{OpinionBody: body, IssuedOn: release.Date(k.today(d).String())}
}

// rendered refuses, before anybody signs, an opinion on a form that has no renderer: it could be signed by all and never issued
// (TestNobodySignsWhatHasNoForm).
func (k *Desk) rendered(d store.Dossier, bodies []release.OpinionBody) error {
	for _, body := range bodies {
		if _, err := form.VersionOf(k.unsealed(d, body)); err != nil {
			return act.Deny("FORM_NOT_RENDERED")
		}
	}
	return nil
}
