package prefecture

import (
	"context"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
)

// changeOperations are what a prefecture tells of a referral after it was opened. Each is one event, which the medical zone applies in its turn.
func (d *Desk) changeOperations() []web.Operation {
	return []web.Operation{
		web.Op("correctReferral", "POST", "/referrals/:referral/corrections", "referral.correct", d.correctReferral,
			changeForm(d, numberPage, func(in correctReferralIn) string { return in.Referral }), web.Example(correctExample)),
		web.Op("transferReferral", "POST", "/referrals/:referral/transfer", "referral.transfer", d.transferReferral,
			changeForm(d, transferPage, func(in transferReferralIn) string { return in.Referral }), web.Example(transferExample)),
		web.Op("changeLiberty", "POST", "/referrals/:referral/liberty", "referral.liberty", d.changeLiberty,
			changeForm(d, d.statusPage(), func(in changeLibertyIn) string { return in.Referral }), web.Example(libertyExample)),
		web.Op("withdrawReferral", "POST", "/referrals/:referral/withdrawal", "referral.withdraw", d.withdrawReferral,
			changeForm(d, withdrawalPage, func(in withdrawReferralIn) string { return in.Referral }), web.Example(withdrawExample)),
		web.Op("recordDecision", "POST", "/referrals/:referral/decision", "referral.decide", d.recordDecision,
			changeForm(d, decisionPage, func(in recordDecisionIn) string { return in.Referral }), web.Example(decideExample)),
		web.Op("declareAppeal", "POST", "/referrals/:referral/appeal", "appeal.declare", d.declareAppeal,
			changeForm(d, appealPage, func(in declareAppealIn) string { return in.Referral }), web.Example(appealExample)),
		web.Op("closeAppeal", "POST", "/referrals/:referral/appeal/closing", "appeal.close", d.closeAppeal,
			changeForm(d, judgmentPage, func(in closeAppealIn) string { return in.Referral }), web.Example(closeExample)),
		web.Op("requestAttestation", "POST", "/referrals/:referral/attestation", "attestation.request", d.requestAttestation,
			changeForm(d, attestationPage, func(in requestAttestationIn) string { return in.Referral }), web.Example(attestExample)),
		web.Op("getAttestation", "GET", "/referrals/:referral/attestation", "attestation.get", d.getAttestation,
			web.Page("/saisines/:referral/attestation-recue", "list", d.attestationReceived)),
	}
}

// change does an act on a referral, under the lock that orders all changes, and answers the referral as the act left it. A replayed key
// answers what the agent may see now.
func (d *Desk) change(c *web.Call, id string, fn func(context.Context, *act.Tx, store.Referral) error) (web.Reply[ReferralDetail], error) {
	var before, after store.Referral
	var twins []string
	a := c.Act(act.Object{Kind: "referral", ID: id})
	a.Load = loadReferralBy(id, &before, store.LockReferral)
	result, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		if err := fn(ctx, tx, before); err != nil {
			return err
		}
		tx.AfterCommit(d.Bell.Ring)
		var err error
		if after, err = store.GetReferral(ctx, tx, id); err != nil || after.Prefecture != c.Who.Prefecture {
			return err // given away: its duplicates are another prefecture's now
		}
		twins, err = twinsOf(ctx, tx, after)
		return err
	})
	if err != nil {
		return web.Reply[ReferralDetail]{}, err
	}
	if result.Replayed {
		if err := d.mayStillSee(c, "referral.get", a.Object, loadReferral(id, &after)); err != nil {
			return web.Reply[ReferralDetail]{}, err
		}
		if twins, err = twinsOf(c.Context(), d.Pool, after); err != nil {
			return web.Reply[ReferralDetail]{}, err
		}
	}
	return web.OK(viewDetail(after, twins)), nil
}

// tell appends an event that changes nothing else in this zone.
func tell(ctx context.Context, tx *act.Tx, event release.ReferralEvent) error {
	_, err := store.AppendEvent(ctx, tx, event, tx.Now)
	return refuseField(err)
}
