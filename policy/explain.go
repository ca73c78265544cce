package policy

import (
	"context"
	"fmt"
	"slices"
)

// Condition is one named condition of an action, as it stands for one query.
type Condition struct {
	Rule  string `json:"rule"`
	Holds bool   `json:"holds"`
}

// Explanation is a decision with the whole list that it comes from, in the order of refusals. No list: the action is unknown, or of the other
// zone.
type Explanation struct {
	Decision
	Conditions []Condition
}

// Explain answers q as Decide does, and shows every condition. For operators and auditors, of what was decided: it decides nothing.
func (e *Engine) Explain(ctx context.Context, q Query) (Explanation, error) {
	query, err := prepare(e.compiler, explainQuery)
	if err != nil {
		return Explanation{}, err
	}
	value, err := e.evaluate(ctx, query, q)
	if err != nil {
		return Explanation{}, err
	}
	both, ok := value.(map[string]any)
	if !ok {
		return Explanation{}, errShape
	}
	decision, err := e.decisionFrom(both["decision"])
	if err != nil {
		return Explanation{}, err
	}
	conditions, err := conditionsFrom(both["conditions"])
	if err != nil || decision.Rule == unknownAction {
		return Explanation{Decision: decision}, err
	}
	return Explanation{Decision: decision, Conditions: conditions}, nil
}

const unknownAction = "UNKNOWN_ACTION"

func conditionsFrom(value any) ([]Condition, error) {
	list, ok := value.([]any)
	if !ok {
		return nil, errShape
	}
	conditions := make([]Condition, len(list))
	for i, one := range list {
		pair, ok := one.([]any)
		if !ok || len(pair) != 2 {
			return nil, errShape
		}
		rule, okRule := pair[0].(string)
		holds, okHolds := pair[1].(bool)
		if !okRule || !okHolds {
			return nil, errShape
		}
		conditions[i] = Condition{rule, holds}
	}
	return conditions, nil
}

// Actions lists every action that the policy has a list for, and the zones where it may be done.
func (e *Engine) Actions(ctx context.Context) (map[string][]string, error) {
	query, err := prepare(e.compiler, actionsQuery)
	if err != nil {
		return nil, err
	}
	value, err := e.evaluate(ctx, query, Query{})
	if err != nil {
		return nil, err
	}
	table, ok := value.(map[string]any)
	if !ok {
		return nil, errShape
	}
	actions := make(map[string][]string, len(table))
	for action, set := range table {
		zones, ok := set.([]any)
		if !ok {
			return nil, errShape
		}
		for _, zone := range zones {
			actions[action] = append(actions[action], fmt.Sprint(zone))
		}
		slices.Sort(actions[action])
	}
	return actions, nil
}
