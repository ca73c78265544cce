package prefecture

import (
	"context"
	"slices"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
)

// correctReferralIn is a corrected AGDREF number, or a corrected person: one of the two.
type correctReferralIn struct {
	Referral  string         `path:"referral" json:"-" validate:"uuid"`
	Type      string         `json:"type" validate:"omitempty,eq=AGDREF_CORRIGE"`
	AGDREFOld *string        `json:"agdref_old" validate:"omitnil,len=10,numeric"`
	AGDREFNew *string        `json:"agdref_new" validate:"omitnil,len=10,numeric"`
	Applicant *release.Civil `json:"applicant"`
}

func (d *Desk) correctReferral(c *web.Call, in correctReferralIn) (web.Reply[ReferralDetail], error) {
	return d.change(c, in.Referral, func(ctx context.Context, tx *act.Tx, r store.Referral) error {
		switch {
		case in.AGDREFOld != nil && in.AGDREFNew != nil && in.Applicant == nil:
			return correctAGDREF(ctx, tx, r, *in.AGDREFOld, *in.AGDREFNew)
		case in.Applicant != nil && in.AGDREFOld == nil && in.AGDREFNew == nil:
			return d.correctPerson(ctx, tx, r, *in.Applicant)
		}
		return act.NewError(act.Invalid, "Corrigez soit le numéro AGDREF (agdref_old et agdref_new), soit la personne (applicant) : l’un des deux, pas les deux.")
	})
}

// correctAGDREF: the number given as the old one must be the one that stands, or two agents would correct over one another.
func correctAGDREF(ctx context.Context, tx *act.Tx, r store.Referral, before, after string) error {
	if before != r.AGDREF {
		return act.Deny("AGDREF_NOT_CURRENT")
	}
	correction := release.Correction{Referral: r.ID, AGDREF: &release.AGDREFCorrection{Old: before, New: after}}
	if err := tell(ctx, tx, release.ReferralEvent{Type: release.EventCorrection, Correction: &correction}); err != nil {
		return err
	}
	if err := store.SetAGDREF(ctx, tx, r.ID, after); err != nil {
		return err
	}
	civil := r.Civil
	civil.LegalRepresentatives = slices.Clone(civil.LegalRepresentatives)
	for i := range civil.LegalRepresentatives {
		if civil.LegalRepresentatives[i].ID == r.Requester {
			civil.LegalRepresentatives[i].AGDREF = after // his own file's number
		}
	}
	return store.SetCivil(ctx, tx, r.Group, civil)
}

func (d *Desk) correctPerson(ctx context.Context, tx *act.Tx, r store.Referral, civil release.Civil) error {
	today := release.DateOf(d.localDate(tx.Now, r.Direction))
	if !civil.Patient.BirthDate.Valid() || today.Before(civil.Patient.BirthDate) {
		return wrongField("applicant.patient.birth_date")
	}
	if err := civil.CheckRepresentation(today); err != nil {
		return refuseField(err)
	}
	if err := keepsRequesters(ctx, tx, r.ID, civil); err != nil {
		return err
	}
	correction := release.Correction{Referral: r.ID, Civil: &civil}
	if err := tell(ctx, tx, release.ReferralEvent{Type: release.EventCorrection, Correction: &correction}); err != nil {
		return err
	}
	return store.SetCivil(ctx, tx, r.Group, civil)
}

// keepsRequesters: who asked, in each file of the person, is still somebody of it, under the file's number. Otherwise no opinion could be
// rendered for that file any more, in either zone (TestACorrectionKeepsWhoAsked).
func keepsRequesters(ctx context.Context, tx *act.Tx, referral string, civil release.Civil) error {
	files, err := store.FindGroup(ctx, tx, referral)
	if err != nil {
		return err
	}
	for _, f := range files {
		kept := slices.ContainsFunc(civil.LegalRepresentatives, func(rep release.LegalRepresentative) bool {
			return rep.ID == f.Requester && rep.AGDREF == f.AGDREF
		})
		if f.Requester != civil.Patient.ID && !kept {
			return wrongField("applicant.legal_representatives")
		}
	}
	return nil
}
