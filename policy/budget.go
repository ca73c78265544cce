package policy

// BudgetExtension is the resource of budget.extend: what keyholder's roster says of who asks, and whether he asks for himself.
type BudgetExtension struct {
	Kind string `json:"kind"` // "budget"
	Head bool   `json:"head"`
	Own  bool   `json:"own"`
}

// Budgets of openings.
var budgetRules = []RuleInfo{
	{"NOT_HEAD_OF_SERVICE", Forbidden, "Seul un chef de service désigné par les dépositaires étend un plafond d’ouvertures. Demandez-le-lui.", "Architecture §5"},
	{"BUDGET_OWN", Forbidden, "Nul n’étend son propre plafond. Demandez-le à un autre chef de service, ou aux dépositaires.", "Architecture §5"},
}
