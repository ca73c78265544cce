package desk

import (
	"strconv"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"
)

type recordEventInput struct {
	Dossier string `path:"dossier" json:"-"`
	medical.RecordInput
}

// recordEvent records something that happened: who came, what was checked, a default, a letter, a withdrawal. What follows (boxes, messages,
// due dates, state) is computed from the events and is no field of it.
func (k *Desk) recordEvent(c *web.Call, in recordEventInput) (web.Reply[store.View], error) {
	var d store.Dossier
	a := on(c, in.Dossier, "", &d)
	a.Action = recordAction[medical.EventType(in.Type)]
	do := func(w work) error { return k.record(c, w, in.RecordInput) }
	if in.AGDREF == nil {
		return k.write(c, a, &d, do)
	}
	a.Context = policy.Context{Open: store.Civil}
	find := func(permit *act.Permit) (err error) {
		in.Referral, err = k.referralOf(c, permit, d.ID, *in.AGDREF)
		return err
	}
	return k.openThenWrite(c, a, &d, find, do)
}

// recordAction is what policy decides on for each type of event: by who saw it, or by the secretariat, before or also after the closing.
var recordAction = map[medical.EventType]string{
	medical.EvPresent:            "event.record",
	medical.EvAbsent:             "event.record",
	medical.EvDefaultFound:       "event.record",
	medical.EvDocumentReceived:   "event.record",
	medical.EvIdentityChecked:    "identity.check",
	medical.EvMailReturned:       "mail.record",
	medical.EvCertificateMissing: "mail.record",
	medical.EvWithdrawn:          "mail.record",
	medical.EvConsentWithdrawn:   "mail.record",
	medical.EvAddressChecked:     "event.follow",
	medical.EvApplicantInformed:  "event.follow",
	medical.EvDied:               "event.follow",
	medical.EvAccessRequested:    "event.follow",
	medical.EvCourtRequest:       "event.follow",
	medical.EvJudged:             "event.follow",
}

func (k *Desk) record(c *web.Call, w work, in medical.RecordInput) error {
	data, stage, err := w.d.Case.Record(in, w.Now)
	if err != nil {
		return err
	}
	if err := w.holds(in.DocumentIDs); err != nil {
		return err
	}
	if in.Address != nil || in.Court != nil || in.Scope != nil {
		id := "event-" + strconv.Itoa(len(w.d.Case.Events)+1)
		if err := k.sealCivil(c, w, store.KindContact, id, medical.CivilContent{Address: in.Address, Court: in.Court, Scope: in.Scope}); err != nil {
			return err
		}
	}
	return w.append(store.With{}, event(c, w.Now, stage, data))
}
