package desk

import (
	"context"
	"slices"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"

	"github.com/jackc/pgx/v5"
)

type replaceMemberInput struct {
	Dossier     string  `path:"dossier" json:"-"`
	Composition int     `path:"composition" json:"-"`
	ReasonCode  string  `json:"reason_code" validate:"required,oneof=MEMBRE_INDISPONIBLE FIN_INSCRIPTION_MEMBRE CONFLIT_INTERETS REFUS_SIGNATURE RETRAIT DECES SAISINE_ANNULEE CHANGEMENT_LIBERTE AVIS_RECTIFICATIF"`
	MemberOut   *string `json:"member_out" validate:"required_with=MemberIn,omitnil,min=1,max=64"`
	MemberIn    *string `json:"member_in" validate:"required_with=MemberOut,omitnil,min=1,max=64"`
	DecisionRef *string `json:"decision_ref" validate:"omitnil,min=1,max=40"` // of the next composition; left out: the same if it is in force
}

// UnknownField: nobody is replaced inside a composition.
func (replaceMemberInput) UnknownField(name string) (rule string) {
	if name == "keep_signatures" || name == "keep_answers" {
		return "SELF_ASSIGNMENT_CHANGE"
	}
	return ""
}

// replaceMember closes the composition in progress, with its reason. Where a successor is named the next one opens at once; otherwise
// composeCollege opens it. In the next one all members answer and sign again: the answers given stay sealed, the signatures given are void,
// and both are kept (SC19).
func (k *Desk) replaceMember(c *web.Call, in replaceMemberInput) (web.Reply[store.View], error) {
	var d store.Dossier
	var ref string
	var tags map[string][]byte
	a := k.onAuthor(c, in.Dossier, &d)
	a.Context = policy.Context{Composition: in.Composition, Designates: in.MemberIn != nil}
	load := a.Load
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		resource, err := load(ctx, tx)
		if err != nil || in.MemberIn == nil || d.Policy.Composition == nil {
			return resource, err
		}
		if ref, err = k.nextDecision(ctx, tx, d, in.DecisionRef); err != nil {
			return nil, err
		}
		members, found, err := k.proposed(ctx, tx, d, collegeDecision, ref, in.successors(d))
		tags = found
		return act.Loaded{Resource: resource, Members: members}, err
	}
	return k.write(c, a, &d, func(w work) error {
		events, err := k.replacement(c, w, in, ref)
		if err != nil {
			return err
		}
		return w.append(store.With{CareTags: tags}, events...)
	})
}

func (k *Desk) replacement(c *web.Call, w work, in replaceMemberInput, ref string) ([]medical.Event, error) {
	if in.ReasonCode == "AVIS_RECTIFICATIF" {
		return nil, &medical.FieldError{Field: "reason_code", Sentence: "Aucun avis n’est rendu : il n’y a rien à rectifier. Choisissez le motif de la clôture."}
	}
	if in.ReasonCode == "CHANGEMENT_LIBERTE" {
		if in.MemberIn != nil {
			return nil, &medical.FieldError{Field: "member_in", Sentence: "Un autre auteur devient compétent. Fermez cette composition sans successeur, puis désignez-le."}
		}
		return k.closeForLiberty(c, w)
	}
	events := []medical.Event{event(c, w.Now, medical.StageOpinion,
		medical.CompositionClose{Composition: in.Composition, ReasonCode: in.ReasonCode})}
	if in.MemberIn == nil {
		return events, nil
	}
	if !slices.Contains(w.d.Policy.Composition.Members, *in.MemberOut) {
		return nil, &medical.FieldError{Field: "member_out", Sentence: "Ce médecin ne siège pas dans la composition en cours. Indiquez le membre à remplacer."}
	}
	designated, err := k.designation(w, ref, in.successors(*w.d))
	return append(events, event(c, w.Now, medical.StageOpinion, designated)), err
}

// nextDecision is the decision of the next composition: the one named; else that of the composition in progress while it is in force, then
// the one in force.
func (k *Desk) nextDecision(ctx context.Context, tx pgx.Tx, d store.Dossier, named *string) (string, error) {
	if named != nil {
		return *named, nil
	}
	current := d.Policy.Composition.Decision
	inForce, err := store.DecisionsInForce(ctx, tx, collegeDecision, k.today(d).String())
	if err != nil || len(inForce) == 0 || slices.Contains(inForce, current) {
		return current, err
	}
	return inForce[0], nil
}

// successors are the members of the next composition.
func (in replaceMemberInput) successors(d store.Dossier) []string {
	next := slices.Clone(d.Policy.Composition.Members)
	if i := slices.Index(next, *in.MemberOut); i >= 0 {
		next[i] = *in.MemberIn
	}
	return next
}
