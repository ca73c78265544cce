package medical

// CheckSettlement verifies the common answers of a round against the answers its members gave: each answer kept is shared by at least two of
// three (NO_MAJORITY otherwise: a second round follows), the duration lies between the shortest and the longest given, and the method says
// what happened. One designated physician settles his own answer.
func CheckSettlement(s Settlement, given []Answers) error {
	if len(given) != 1 && len(given) != 3 {
		return AnswersIncomplete
	}
	a := s.Answers()
	if err := CheckAnswers(a); err != nil {
		return err
	}
	if !majority(a, given) {
		return NoMajority
	}
	if !durationWithin(a, given) {
		return invalid("q4_months", "Retenez une durée comprise entre la plus courte et la plus longue des durées données.")
	}
	return checkMethod(s.Method, given)
}

func majority(kept Answers, given []Answers) bool {
	need := len(given)/2 + 1
	for _, q := range []func(Answers) *string{
		func(a Answers) *string { return &a.Q1 },
		func(a Answers) *string { return a.Q2 },
		func(a Answers) *string { return a.Q3 },
		func(a Answers) *string { return a.Q5 },
	} {
		if k := q(kept); k != nil && count(given, q, *k) < need {
			return false
		}
	}
	return true
}

func count(given []Answers, q func(Answers) *string, value string) (n int) {
	for _, a := range given {
		if is(q(a), value) {
			n++
		}
	}
	return n
}

func durationWithin(kept Answers, given []Answers) bool {
	if kept.Q4Months == nil {
		return true
	}
	lo, hi := 0, 0
	for _, a := range given {
		if m := a.Q4Months; m != nil {
			if lo == 0 || *m < lo {
				lo = *m
			}
			hi = max(hi, *m)
		}
	}
	return lo > 0 && lo <= *kept.Q4Months && *kept.Q4Months <= hi
}

func checkMethod(method string, given []Answers) error {
	single := len(given) == 1
	if single != (method == MethodSingle) || method == MethodUnanimity && !unanimous(given) {
		return invalid("method", "Choisissez la méthode qui correspond aux réponses données : unanimité, majorité, ou avis d’un seul médecin.")
	}
	return nil
}

// unanimous: the same on the three questions that make the outcome.
func unanimous(given []Answers) bool {
	first := given[0]
	for _, a := range given[1:] {
		if a.Q1 != first.Q1 || !same(a.Q2, first.Q2) || !same(a.Q3, first.Q3) {
			return false
		}
	}
	return true
}

func same(a, b *string) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }
