package family

import (
	"fmt"
	"slices"

	"cloison/missions"
)

// Basis says whether amounts are before or after contributions: like is compared with like.
type Basis string

const (
	Gross Basis = "BRUT"
	Net   Basis = "NET"
)

// Income is one amount of one month.
type Income struct {
	Month  missions.Date  `json:"month"` // its first day
	Kind   string         `json:"kind"`  // a key of P-RF-INCOME
	Whose  Earner         `json:"whose"`
	Basis  Basis          `json:"basis"`
	Amount missions.Value `json:"amount"` // euros
	Stable bool           `json:"stable"` // will go on feeding the budget of the household
}

// Earner is whose income it is. No one else's counts (R. 434-4).
type Earner string

const (
	OfApplicant Earner = "DEMANDEUR"
	OfSpouse    Earner = "CONJOINT"
)

// Left says why an income does not count.
type Left struct {
	Income Income `json:"income"`
	Why    string `json:"why"`
}

// Resources is the comparison of R. 434-4, with both sides. Sums are over twelve months, in hundredths, and nothing is rounded before the
// comparison; Average and Required are rounded for the eye.
type Resources struct {
	WindowFrom missions.Date  `json:"window_from"`
	WindowTo   missions.Date  `json:"window_to"`
	Size       int            `json:"size"`
	Basis      Basis          `json:"basis"`
	Sum        missions.Value `json:"sum"`
	WageSum    missions.Value `json:"wage_sum"`
	Coef       missions.Value `json:"coef"`
	Average    missions.Value `json:"average"`
	WageMean   missions.Value `json:"wage_mean"`
	Required   missions.Value `json:"required"`
	Exempt     string         `json:"exempt,omitempty"` // why the test does not apply
	Finding    Finding        `json:"finding"`
	LeftOut    []Left         `json:"left_out,omitempty"`
	Version    string         `json:"law_version"`
}

const year = 12 // months of the window

// ComputeResources compares the average of what the applicant and the spouse stably earn over the twelve months before filing with the average
// of the minimum wage over the same months, times the coefficient of the household (R. 434-4). It informs; the prefect appreciates.
func ComputeResources(r Request, size int, incomes []Income, basis Basis, law *missions.Law) (Resources, error) {
	if missions.Department(r.Commune) == mayotte {
		return Resources{}, ownRules()
	}
	if size < 2 {
		return Resources{}, wrong("family", "Un foyer compte au moins le demandeur et une personne demandée.")
	}
	read := reading{law: law}
	result := Resources{Size: size, Basis: basis, Version: law.Version()}
	result.WindowFrom, result.WindowTo = Window(r)
	for m := range year {
		result.WageSum += read.value(pWage, string(basis), r.FiledOn.FirstOfMonth(m-year))
	}
	result.Coef = read.value(pCoef, fmt.Sprint(min(size, 6)), r.FiledOn)
	if err := result.add(incomes, r.FiledOn, &read); err != nil {
		return Resources{}, err
	}
	exempt, err := exemption(r, &read)
	if err != nil {
		return Resources{}, err
	}
	result.Exempt = exempt
	result.conclude(read.used)
	return result, nil
}

// add sums what counts and says why the rest does not.
func (res *Resources) add(incomes []Income, filed missions.Date, read *reading) error {
	for i, income := range incomes {
		if income.Whose != OfApplicant && income.Whose != OfSpouse {
			return wrong(fmt.Sprintf("incomes.%d.whose", i), "Seules comptent les ressources du demandeur et du conjoint.")
		}
		if income.Basis != res.Basis {
			return wrong(fmt.Sprintf("incomes.%d.basis", i), "Tous les montants se comparent sur la même base, brute ou nette. Corrigez celui-ci.")
		}
		if income.Amount < 0 || income.Month.Day != 1 {
			return wrong(fmt.Sprintf("incomes.%d.amount", i), "Indiquez un montant positif et le mois auquel il se rapporte.")
		}
		counts := read.value(pIncome, income.Kind, filed)
		switch {
		case read.err != nil:
			return read.err
		case income.Month.Before(res.WindowFrom) || income.Month.After(res.WindowTo):
			res.LeftOut = append(res.LeftOut, Left{income, "hors des douze mois qui précèdent le dépôt"})
		case counts == 0:
			res.LeftOut = append(res.LeftOut, Left{income, "exclu par le texte"})
		case !income.Stable:
			res.LeftOut = append(res.LeftOut, Left{income, "n’alimente pas le budget de façon stable"})
		default:
			res.Sum += income.Amount
		}
	}
	return read.err
}

// conclude compares Sum ≥ Coef × WageSum exactly: the average of each side is that side over twelve.
func (res *Resources) conclude(used missions.Used) {
	res.Average, res.WageMean = rounded(int64(res.Sum), year), rounded(int64(res.WageSum), year)
	res.Required = rounded(int64(res.WageSum)*int64(res.Coef), year*100)
	f := Finding{Rule: "RF-RESSOURCES", Source: "L. 434-7, L. 434-8, R. 434-4", Used: used,
		Doubt: "Le mode de décompte des personnes et la comparaison en brut sont à confirmer."}
	switch {
	case res.Exempt != "":
		f.Outcome, f.Why = NoObject, res.Exempt
	default:
		f.Outcome = outcome(int64(res.Sum)*100 >= int64(res.WageSum)*int64(res.Coef))
		f.Why = fmt.Sprintf("Moyenne de %s € par mois du %s au %s ; il faut %s € pour %d personnes (%s × %s €, moyenne du SMIC).",
			res.Average.French(), day(res.WindowFrom), day(res.WindowTo), res.Required.French(), res.Size, res.Coef.French(), res.WageMean.French())
	}
	res.Finding = f
}

// rounded is n/d to the nearest hundredth, half up; both are positive.
func rounded(n, d int64) missions.Value { return missions.Value((2*n + d) / (2 * d)) }

// exemption: holders of the allowances of L. 434-8; or a person past 65, in regular stay for 25 years, who asks for a spouse of ten years.
func exemption(r Request, read *reading) (string, error) {
	age, stay, marriage := read.count(pExempt, "AGE", r.FiledOn), read.count(pExempt, "SEJOUR", r.FiledOn), read.count(pExempt, "MARIAGE", r.FiledOn)
	if read.err != nil {
		return "", read.err
	}
	if r.Applicant.Exempted {
		return "Le demandeur perçoit une allocation qui le dispense de la condition de ressources.", nil
	}
	since, stays := stayedSince(r.Applicant.Titles, r.FiledOn)
	_, asked := r.spouse()
	married := r.Applicant.MarriedOn
	if asked && stays && married != nil && r.Applicant.BirthDate.AddMonths(12*age).Before(r.FiledOn) &&
		!since.AddMonths(stay).After(r.FiledOn) && !married.AddMonths(marriage).After(r.FiledOn) {
		return fmt.Sprintf("Demandeur de plus de %d ans, en séjour régulier depuis %d ans au moins, marié depuis %d ans au moins.", age, stay/12, marriage/12), nil
	}
	return "", nil
}

// IncomeKinds are the kinds that the law names that day, whether they count or not.
func IncomeKinds(law *missions.Law) []string {
	var kinds []string
	for _, p := range law.Rows() {
		if p.Code == pIncome && !slices.Contains(kinds, p.Key) {
			kinds = append(kinds, p.Key)
		}
	}
	return kinds
}

func ownRules() error {
	return &NotComputed{"RF-EC10", "Mayotte a des règles propres, qui ne sont pas saisies ici : rien n’est calculé. Instruisez ce dossier sur les textes (à confirmer)."}
}
