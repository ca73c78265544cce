# Budgets of openings: who extends whose. keyholder holds the same, and the size, by itself.
package cloison

zones["budget.extend"] := {"medical"}

conditions["budget.extend"] := [
	["PREFECTURE_NO_MEDICAL", not_prefecture],
	["ROLE_NOT_ALLOWED", reads_dossiers],
	["NOT_HABILITATED", habilitated],
	["NOT_HEAD_OF_SERVICE", head_of_service],
	["BUDGET_OWN", another_person],
]

default reads_dossiers := false

reads_dossiers if physician

reads_dossiers if secretary

default head_of_service := false

head_of_service if input.resource.head

default another_person := false

another_person if input.resource.own == false

# A budget's limit is said to whoever reads dossiers: there is nothing to hide in the rule.
visible if {
	input.action == "budget.extend"
	reads_dossiers
}
