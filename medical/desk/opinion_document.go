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

// applicants are the persons of a dossier by referral, with what the prefecture corrected since: what stands on the document of each
// opinion. They live for one request.
type applicants struct {
	of   map[string]applicant
	read int // how many records they were read from
}

type applicant struct {
	civil             release.Civil
	agdref, requester string
}

// civilRecords are the records that say who the person is: one for each referral, then the corrections in their order.
func civilRecords(ctx context.Context, q db.Querier, dossier string) ([]vault.Ref, error) {
	var refs []vault.Ref
	for _, kind := range []string{store.KindApplicant, store.KindCorrection} {
		names, err := store.FindRecords(ctx, q, dossier, kind)
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			refs = append(refs, vault.Ref{Kind: n.Kind, ID: n.ID, Version: n.Version})
		}
	}
	return refs, nil
}

// openApplicants opens the civil part of a dossier with the caller's own handle, as a reading of its own: a physician in charge may, and the
// record says that the names were read for the college.
func (k *Desk) openApplicants(c *web.Call, dossier string) (*applicants, error) {
	refs, err := civilRecords(c.Context(), k.Pool, dossier)
	if err != nil {
		return nil, err
	}
	var d store.Dossier
	a := on(c, dossier, "", &d)
	a.Action, a.Purpose, a.Context = "dossier.open", "COLLEGE", policy.Context{Open: store.Civil}
	a.IdempotencyKey, a.ReadOnly = "", true
	var known []medical.Civil
	err = k.read(c, a, func(permit *act.Permit) error {
		return k.Vault.OpenRecords(c.Context(), permit, refs, func(i int, plain []byte) error {
			if refs[i].Kind == store.KindApplicant {
				civil, err := unseal[medical.Civil](plain)
				known = append(known, civil)
				return err
			}
			correction, err := unseal[medical.Correction](plain)
			for i := range known {
				known[i] = known[i].Correct(correction)
			}
			return err
		})
	})
	return applicantsOf(known, len(refs)), err
}

func applicantsOf(known []medical.Civil, read int) *applicants {
	all := &applicants{of: map[string]applicant{}, read: read}
	for _, civil := range known {
		for _, f := range civil.AdministrativeFiles {
			all.of[f.Referral] = applicant{crossed(civil), f.AGDREF, f.Requester}
		}
	}
	return all
}

// stillKnown: nothing was corrected between the reading of the names and the act that writes them on a document.
func (a *applicants) stillKnown(ctx context.Context, q db.Querier, dossier string) error {
	refs, err := civilRecords(ctx, q, dossier)
	if err == nil && len(refs) != a.read {
		err = act.NewError(act.Conflict, "La préfecture vient de corriger l’identité ou le numéro de la personne. Relisez l’avis, puis signez de nouveau.")
	}
	return err
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
func (k *Desk) document(ctx context.Context, q db.Querier, all *applicants, u release.Unsealed) (form.Document, error) {
	one, ok := all.of[u.Referral]
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
