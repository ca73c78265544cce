package desk

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/crypto/keyholder"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

func (k *Desk) restoredOperations() []web.Operation {
	return []web.Operation{
		web.Op("closeOnLeftOpinion", "POST", "/dossiers/:dossier/left-opinion", "opinion.left", k.closeOnLeftOpinion, web.Status(200), k.leftForm()),
	}
}

type closeOnLeftInput struct {
	Dossier  string `path:"dossier" json:"-"`
	Opinions []left `json:"opinions" validate:"required,min=1,max=16,dive"`
}

// left is an opinion as the other zone's list names it.
type left struct {
	Release int64  `json:"release" validate:"required,min=1"`
	Digest  string `json:"digest" validate:"required,len=64,hexadecimal"`
}

// ClosedOnLeft says what a dossier was closed upon. The dossier is not shown: who decides reads nothing of it.
type ClosedOnLeft struct {
	Dossier  string `json:"dossier"`
	State    string `json:"state"`
	Opinions []left `json:"opinions"`
}

// closeOnLeftOpinion brings to its end a dossier whose opinion left before the database was restored: its prefecture holds it, this zone does not, and
// neither another opinion nor a closing without one may contradict it. A head of service, freshly authenticated for this very act, names each opinion by
// its number and its digest, as the administrative zone holds it; both must be what that zone's list gave. Nothing of the opinion is invented, and
// the dossier is closed (TestADossierWhoseOpinionWasLostIsClosedUponIt).
func (k *Desk) closeOnLeftOpinion(c *web.Call, in closeOnLeftInput) (web.Reply[ClosedOnLeft], error) {
	var d store.Dossier
	a := on(c, in.Dossier, "", &d)
	load := a.Load
	a.Load = func(ctx context.Context, tx pgx.Tx) (_ any, err error) {
		if _, err := load(ctx, tx); err != nil {
			return nil, err
		}
		d.Policy.Head, err = k.isHead(c)
		return d.Policy, err
	}
	_, err := k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		return refusal(k.closeOn(c, work{Tx: tx, ctx: ctx, d: &d}, in.Opinions))
	})
	return web.OK(ClosedOnLeft{Dossier: in.Dossier, State: string(medical.StateClosed), Opinions: in.Opinions}), err
}

func (k *Desk) closeOn(c *web.Call, w work, named []left) error {
	lost, err := store.FindLeftOpinions(w.ctx, w, w.d.ID)
	if err != nil {
		return err
	}
	if err := standsFor(w.d.Case, lost, named); err != nil {
		return err
	}
	events, err := w.d.Case.CloseOnLeft()
	if err != nil {
		return err
	}
	body, err := json.Marshal(named)
	if err != nil {
		return err
	}
	digest := sha256.Sum256(body)
	approved, err := k.approval(c, w, keyholder.ActLeft, digest[:])
	if err != nil {
		return err
	}
	for _, one := range lost {
		if err := store.StandLeft(w.ctx, w, one.Release, w.Now, c.Who.ID, approved.ID); err != nil {
			return err
		}
	}
	var list []medical.Event
	for _, data := range events {
		list = append(list, dropped(event(c, w.Now, medical.StageNone, data)))
	}
	return w.append(store.With{}, list...)
}

// standsFor holds what was named against what was lost: all of it and nothing else, for every referral that awaits an opinion.
func standsFor(c medical.Case, lost []store.LeftOpinion, named []left) error {
	if len(lost) == 0 {
		return act.Deny("NO_OPINION_LEFT")
	}
	for _, referral := range c.Awaiting() {
		if !slices.ContainsFunc(lost, func(l store.LeftOpinion) bool { return l.Referral == referral }) {
			return act.Deny("OPINION_LEFT_PARTLY")
		}
	}
	if len(named) != len(lost) {
		return act.Deny("OPINION_LEFT_OTHERWISE")
	}
	for _, l := range lost {
		if !slices.Contains(named, left{l.Release, l.Digest}) {
			return act.Deny("OPINION_LEFT_OTHERWISE")
		}
	}
	return nil
}

// leftForm is the button of leftActs.
func (k *Desk) leftForm() web.Option {
	return web.Form("/dossiers/:dossier/avis-parti", web.Face[closeOnLeftInput, ClosedOnLeft]{Said: "closed_on_left",
		Done: func(*web.Call, closeOnLeftInput, ClosedOnLeft) string { return peoplePath }})
}

// leftActs are, for a head of service, the dossiers whose opinion left before a restore, number by number. He types the digest of each from the
// administrative zone's list: the page does not give it.
func (k *Desk) leftActs(c *web.Call) ([]layout.Act, error) {
	lost, err := store.FindLeftOpinions(c.Context(), k.Pool, "")
	if err != nil {
		return nil, err
	}
	var acts []layout.Act
	for len(lost) > 0 {
		dossier, fields := lost[0].Dossier, []layout.Field{}
		f := buttonOn(c, dossierPath(dossier)+"/avis-parti")
		mine := slices.DeleteFunc(slices.Clone(lost), func(l store.LeftOpinion) bool { return l.Dossier != dossier })
		for i, l := range mine {
			at, number := "opinions."+strconv.Itoa(i), strconv.FormatInt(l.Release, 10)
			fields = append(fields, f.Hidden(at+".release", number), f.Text(at+".digest", "Empreinte de l’envoi "+number, "Soixante-quatre caractères, tels que la liste de la zone administrative les donne"))
		}
		acts = append(acts, layout.Act{Form: f, Title: "Dossier " + dossier[:8] + " : avis parti avant une restauration", Label: "Clore sur l’avis parti", Fields: fields,
			Text:    "La préfecture a cet avis, ce service ne l’a plus. Il reste tel qu’il est parti ; le dossier se clôt avec son numéro et son empreinte, et rien n’en est réécrit.",
			Warning: "Votre identité est confirmée pour cet acte. Ne se reprend pas."})
		lost = slices.DeleteFunc(lost, func(l store.LeftOpinion) bool { return l.Dossier == dossier })
	}
	return acts, nil
}
