package desk

import (
	"cloison/act"
	"cloison/crypto/keyholder"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/release"
	"cloison/web"
)

type signOpinionInput struct {
	Dossier     string `path:"dossier" json:"-"`
	Composition int    `json:"composition" validate:"required,min=1"`
}

// signOpinion takes one member's signature: his fresh approval, bound to the bodies that the three sign, one per referral. The last one
// issues and releases.
//
// The order at the last signature: the approval stands in keyholder's file since the step-up; the names are opened for the document; keyholder
// seals it, and marks the record that the year counts; then signature, events, outbox and record commit together. Killed before the commit, the next call finds the same approval and keyholder gives the same seal.
func (k *Desk) signOpinion(c *web.Call, in signOpinionInput) (web.Reply[store.View], error) {
	var d store.Dossier
	var opened toSign
	var all *applicants
	open := func(permit *act.Permit) (err error) {
		if opened, err = k.openToSign(c, permit, d); err == nil && lastToSign(d) {
			all, err = k.openApplicants(c, d.ID)
		}
		return err
	}
	return k.openThenWrite(c, k.sitting(c, in.Dossier, in.Composition, &d), &d, open, func(w work) error {
		// A decision completed or a form replaced since an earlier signature leaves no event of its own: look before counting.
		current, err := store.VoidStale(w.ctx, w, d, w.Now)
		if err != nil {
			return err
		}
		d = current
		bodies, err := store.OpinionBodies(w.ctx, w, d, opened.settled.Answers(), w.Now)
		if err != nil {
			return err
		}
		if err := k.rendered(*w.d, bodies); err != nil {
			return err
		}
		digest, err := approvedDigest(bodies)
		if err != nil {
			return err
		}
		approval, err := k.approval(c, w, "opinion.sign", digest)
		if err != nil {
			return err
		}
		return k.sign(c, w, approval, all, bodies, opened.chapter)
	})
}

// sign appends the signature, and with the last one the opinion. Nothing in a body depends on who has signed, so it is the same for the
// three; were it not, keyholder would find an approval bound to another body and seal nothing.
func (k *Desk) sign(c *web.Call, w work, approval store.Approval, all *applicants, bodies []release.OpinionBody, chapter string) error {
	composition := w.d.Policy.Composition
	events := []medical.Event{event(c, w.Now, medical.StageOpinion, medical.Signature{Composition: composition.Version})}
	with := store.With{Approval: &approval}
	if lastToSign(*w.d) {
		if all == nil { // another member has signed since the reading: nothing is lost, the approval still serves
			return act.NewError(act.Conflict, "Un autre membre vient de signer. Signez de nouveau : votre signature sera la dernière.")
		}
		if err := all.stillKnown(w.ctx, w, w.d.ID); err != nil {
			return err
		}
		opinions, err := k.sealed(w, all, bodies, approval.ID)
		if err != nil {
			return err
		}
		with.Opinions = opinions
		if err := k.count(w, bodies, chapter); err != nil {
			return err
		}
		version := bodies[0].Version
		events = append(events,
			system(w, medical.AvisEmis{Composition: composition.Version, Version: version}),
			system(w, medical.AvisTransmis{Version: version}))
	}
	return w.append(with, events...)
}

func lastToSign(d store.Dossier) bool {
	composition := d.Policy.Composition
	return composition != nil && len(composition.Signed)+1 == len(composition.Members)
}

func system(w work, data medical.EventData) medical.Event {
	return medical.Event{At: w.Now, Type: data.EventType(), Actor: "system", Stage: medical.StageOpinion, Data: data}
}

// approvedDigest is what an author approves: of one body its digest, of several a digest over theirs (docs/decisions/0009).
func approvedDigest(bodies []release.OpinionBody) ([]byte, error) {
	if len(bodies) == 0 {
		return nil, act.Deny("CASE_CLOSED") // every referral was closed
	}
	var digests [][32]byte
	for _, body := range bodies {
		digest, err := body.BodyDigest()
		if err != nil {
			return nil, err
		}
		digests = append(digests, digest)
	}
	return keyholder.ApprovedDigest(digests...), nil
}
