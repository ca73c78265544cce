// Package matrix writes the whole policy as a table that anyone can read: role, action, object, state, relation, compartment, and what the
// policy answers. It is made from the operations that the programs offer and the actions that the policy has a list for, so that a new
// operation stands in it by itself; nothing here says what is right. The table of what is right was written by hand (policy/expected).
package matrix

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"cloison/policy"
)

// Operation is one line of a program's table of operations.
type Operation struct{ Zone, ID, Method, Path, Action string }

// Cell is one question and its answer.
type Cell struct {
	Zone, Role, Action, Operations, Object, State, Tie, Compartment string
	Query                                                           policy.Query
	policy.Decision
}

// On is the day of every cell.
const On = "2026-03-02"

// Cells asks every question that keep wants; nil wants all.
func Cells(ctx context.Context, engine *policy.Engine, operations []Operation, keep func(Cell) bool) ([]Cell, error) {
	cells, err := Questions(ctx, engine, operations, keep)
	if err != nil {
		return nil, err
	}
	failures := make(chan error, runtime.NumCPU())
	var group sync.WaitGroup
	for worker := range runtime.NumCPU() {
		group.Go(func() {
			for i := worker; i < len(cells); i += runtime.NumCPU() {
				decision, err := engine.Decide(ctx, cells[i].Query)
				if err != nil {
					failures <- fmt.Errorf("%v: %w", cells[i].row(), err)
					return
				}
				cells[i].Decision = decision
			}
		})
	}
	group.Wait()
	select {
	case err := <-failures:
		return nil, err
	default:
		return cells, nil
	}
}

// Questions are the cells before they are asked.
func Questions(ctx context.Context, engine *policy.Engine, operations []Operation, keep func(Cell) bool) ([]Cell, error) {
	actions, err := engine.Actions(ctx)
	if err != nil {
		return nil, err
	}
	if lost := Lost(actions, operations); len(lost) > 0 {
		return nil, fmt.Errorf("operations whose action the policy does not know: %s", strings.Join(lost, ", "))
	}
	var all []Cell
	for _, action := range sorted(actions) {
		for _, zone := range actions[action] {
			of := named(operations, zone, action)
			for _, s := range statesOf(zone, action, of) {
				all = append(all, ask(zone, action, ids(of), s)...)
			}
		}
	}
	if keep != nil {
		all = slices.DeleteFunc(all, func(c Cell) bool { return !keep(c) })
	}
	return all, nil
}

// Lost are the operations whose action has no list in the policy: nobody could do them.
func Lost(actions map[string][]string, operations []Operation) []string {
	var lost []string
	for _, op := range operations {
		if op.Action != "" && !slices.Contains(actions[op.Action], op.Zone) {
			lost = append(lost, op.ID)
		}
	}
	return lost
}

// ask puts one action, on one object in one state, to everybody in every relation.
func ask(zone, action, operations string, s state) []Cell {
	var all []Cell
	for _, who := range roles() {
		for _, name := range who.ties {
			resource, surroundings, possible := tie(s, who.subject, name)
			if !possible {
				continue
			}
			surroundings.Zone, surroundings.On, surroundings.Purpose = zone, On, purposeOf(action)
			for _, compartment := range compartments(action) {
				asked := surroundings
				asked.Open = strings.TrimPrefix(compartment, "-")
				all = append(all, Cell{
					Zone: zone, Role: who.name, Action: action, Operations: operations, Object: s.object, State: s.name, Tie: name,
					Compartment: compartment, Query: policy.Query{Subject: who.subject, Action: action, Resource: resource, Context: asked},
				})
			}
		}
	}
	return all
}

// purposeOf is a purpose that the action may have: an auditor's is a ground.
func purposeOf(action string) string {
	if strings.HasPrefix(action, "audit.") {
		return "CONTROLE"
	}
	return "INSTRUCTION"
}

// compartments of an opening; to every other action they are nothing (TestEngineAgreesWithTheModel varies them for all).
func compartments(action string) []string {
	switch action {
	case "dossier.open":
		return []string{"-", "civil", "medical"}
	case "answers.read":
		return []string{"-", "own"}
	}
	return []string{"-"}
}

func named(operations []Operation, zone, action string) []Operation {
	var of []Operation
	for _, op := range operations {
		if op.Zone == zone && op.Action == action {
			of = append(of, op)
		}
	}
	return of
}

func ids(operations []Operation) string {
	var names []string
	for _, op := range operations {
		names = append(names, op.ID)
	}
	return strings.Join(names, " ")
}

func sorted(actions map[string][]string) []string {
	names := make([]string, 0, len(actions))
	for name := range actions {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
