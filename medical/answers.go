package medical

import (
	"fmt"
	"log/slog"
)

// The values of the questions (annexes C, D, E).
const (
	CareNeeded       = "NECESSITE"
	CareNotNeeded    = "NE_NECESSITE_PAS"
	GravityYes       = "PEUT_ENTRAINER"
	GravityNo        = "NE_DEVRAIT_PAS_ENTRAINER"
	TreatmentYes     = "PEUT_BENEFICIER"
	TreatmentNo      = "NE_PEUT_PAS_BENEFICIER"
	TravelYes        = "PEUT_VOYAGER"
	TravelNo         = "NE_PEUT_PAS_VOYAGER"
	MaxCareInMonths  = 120
	MethodUnanimity  = "UNANIMITE"
	MethodMajority   = "MAJORITE"
	MethodSingle     = "UNIQUE"
	OutcomeFavorable = "FAVORABLE"
)

// Answers are the five answers of a member, or the five that the college shares. Arrêté du 27 décembre 2016, art. 6. Nil: the question is
// not reached.
type Answers struct {
	Q1       string  `json:"q1"`
	Q2       *string `json:"q2"`
	Q3       *string `json:"q3"`
	Q4Months *int    `json:"q4_months"`
	Q5       *string `json:"q5"`
}

// AnswerSet is one set of answers of one member: the input of giveAnswers, sealed as it is.
type AnswerSet struct {
	Composition int     `json:"composition" validate:"required,min=1"`
	Round       int     `json:"round" validate:"required,min=1"`
	Mode        string  `json:"mode" validate:"required,oneof=ASYNCHRONE TELEPHONE VISIO"`
	Q1          string  `json:"q1" validate:"required,oneof=NECESSITE NE_NECESSITE_PAS"`
	Q2          *string `json:"q2" validate:"omitnil,oneof=PEUT_ENTRAINER NE_DEVRAIT_PAS_ENTRAINER"`
	Q3          *string `json:"q3" validate:"omitnil,oneof=PEUT_BENEFICIER NE_PEUT_PAS_BENEFICIER"`
	Q4Months    *int    `json:"q4_months" validate:"omitnil,min=1,max=120"`
	Q5          *string `json:"q5" validate:"omitnil,oneof=PEUT_VOYAGER NE_PEUT_PAS_VOYAGER"`
	Note        *string `json:"note" validate:"omitnil,max=20000"`
}

// Answers drops the note and the round.
func (a AnswerSet) Answers() Answers { return Answers{a.Q1, a.Q2, a.Q3, a.Q4Months, a.Q5} }

// Settlement is the input of settleOpinion: the common answers of a round, sealed as it is. They become the opinion.
type Settlement struct {
	Composition int     `json:"composition" validate:"required,min=1"`
	Round       int     `json:"round" validate:"required,min=1"`
	Method      string  `json:"method" validate:"required,oneof=UNANIMITE MAJORITE UNIQUE"`
	Q1          string  `json:"q1" validate:"required,oneof=NECESSITE NE_NECESSITE_PAS"`
	Q2          *string `json:"q2" validate:"omitnil,oneof=PEUT_ENTRAINER NE_DEVRAIT_PAS_ENTRAINER"`
	Q3          *string `json:"q3" validate:"omitnil,oneof=PEUT_BENEFICIER NE_PEUT_PAS_BENEFICIER"`
	Q4Months    *int    `json:"q4_months" validate:"omitnil,min=1,max=120"`
	Q5          *string `json:"q5" validate:"omitnil,oneof=PEUT_VOYAGER NE_PEUT_PAS_VOYAGER"`
	Note        *string `json:"note" validate:"omitnil,max=20000"`
}

// Answers drops the method and the note.
func (s Settlement) Answers() Answers { return Answers{s.Q1, s.Q2, s.Q3, s.Q4Months, s.Q5} }

func (Answers) Format(f fmt.State, _ rune)    { redact(f) }
func (Answers) LogValue() slog.Value          { return slog.StringValue(redacted) }
func (AnswerSet) Format(f fmt.State, _ rune)  { redact(f) }
func (AnswerSet) LogValue() slog.Value        { return slog.StringValue(redacted) }
func (Settlement) Format(f fmt.State, _ rune) { redact(f) }
func (Settlement) LogValue() slog.Value       { return slog.StringValue(redacted) }

// CheckAnswers verifies one set of answers: each question is answered when the one before leads to it and only then, the duration of care
// stands with a favourable answer (Q4_REQUIRED) and the journey where treatment is available (Q5_REQUIRED). Invariant 8.
func CheckAnswers(a Answers) error {
	needed := a.Q1 == CareNeeded
	grave := is(a.Q2, GravityYes)
	switch {
	case a.Q1 != CareNeeded && a.Q1 != CareNotNeeded:
		return invalid("q1", "Répondez à la première question.")
	case needed != oneOf(a.Q2, GravityYes, GravityNo) || !needed && a.Q2 != nil:
		return invalid("q2", "Répondez à la deuxième question si, et seulement si, une prise en charge est nécessaire.")
	case grave != oneOf(a.Q3, TreatmentYes, TreatmentNo) || !grave && a.Q3 != nil:
		return invalid("q3", "Répondez à la troisième question si, et seulement si, le défaut de prise en charge peut entraîner des conséquences d’une exceptionnelle gravité.")
	case a.Q3 == nil && a.Q4Months != nil:
		return invalid("q4_months", "Ne donnez pas de durée : la question ne se pose pas.")
	case a.Q3 == nil && a.Q5 != nil:
		return invalid("q5", "Ne répondez pas sur le voyage : la question ne se pose pas.")
	case is(a.Q3, TreatmentNo) && a.Q4Months == nil:
		return Q4Required
	case is(a.Q3, TreatmentYes) && a.Q5 == nil:
		return Q5Required
	case a.Q4Months != nil && (*a.Q4Months < 1 || *a.Q4Months > MaxCareInMonths):
		return invalid("q4_months", "Donnez une durée de 1 à 120 mois.")
	case a.Q5 != nil && !oneOf(a.Q5, TravelYes, TravelNo):
		return invalid("q5", "Choisissez l’une des deux réponses sur le voyage.")
	}
	return nil
}

// Outcome is the sense of the opinion; it follows from the answers and is never entered.
func Outcome(a Answers) string {
	switch {
	case a.Q1 != CareNeeded:
		return "DEFAV_PAS_DE_PRISE_EN_CHARGE"
	case !is(a.Q2, GravityYes):
		return "DEFAV_PAS_EXCEPTIONNELLE_GRAVITE"
	case !is(a.Q3, TreatmentNo):
		return "DEFAV_TRAITEMENT_DISPONIBLE"
	}
	return OutcomeFavorable
}

func is(p *string, want string) bool { return p != nil && *p == want }

func oneOf(p *string, a, b string) bool { return is(p, a) || is(p, b) }
