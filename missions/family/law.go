package family

import (
	_ "embed"
	"fmt"

	"cloison/missions"
)

//go:embed data/parameters.json
var parametersText []byte

// CurrentLaw is the table of parameters that this build carries. Version names it; a case keeps the version it was computed with.
var CurrentLaw = mustLaw(parametersText)

func mustLaw(text []byte) *missions.Law {
	law, err := missions.ParseLaw(text)
	if err != nil {
		panic(fmt.Sprintf("the embedded parameters do not read: %v", err))
	}
	return law
}

// Codes of the parameters; keys are said where they are used.
const (
	pWage       = "P-SMIC"
	pCoef       = "P-RF-COEF"
	pSurface    = "P-RF-SURF"
	pStay       = "P-RF-STAY"
	pCard       = "P-RF-CARD"
	pAge        = "P-RF-AGE"
	pExempt     = "P-RF-EXEMPT"
	pMayor      = "P-RF-MAYOR"
	pPrinciples = "P-RF-PRINCIPLES"
	pDecision   = "P-RF-DECISION"
	pVisa       = "P-RF-VISA-REQ"
	pEntry      = "P-RF-ENTRY"
	pAppeal     = "P-RF-APPEAL"
	pVisit      = "P-RF-VISIT"
	pFee        = "P-RF-FEE"
	pIncome     = "P-RF-INCOME"
	months      = "MOIS"
)

// reading takes parameters of one day and remembers which rows a result rests on. The first that is missing ends it: everything after is zero
// and err says which.
type reading struct {
	law  *missions.Law
	used missions.Used
	err  error
}

func (r *reading) value(code, key string, on missions.Date) missions.Value {
	if r.err != nil {
		return 0
	}
	p, err := r.law.On(code, key, on)
	if err != nil {
		r.err = err
		return 0
	}
	r.used.Take(p)
	return p.Value
}

func (r *reading) count(code, key string, on missions.Date) int { return r.value(code, key, on).Int() }
