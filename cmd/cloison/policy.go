package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	auditdesk "cloison/audit/desk"
	"cloison/identity"
	"cloison/medical/desk"
	"cloison/missions/installed"
	"cloison/policy"
	"cloison/policy/matrix"
	"cloison/server/prefecture"
	"cloison/web"
	"cloison/web/layout"
)

// runPolicy is `cloison policy`: the whole policy as a table, one decision explained, past decisions under other rules. It reaches no
// database: what it decides on, it is given.
func runPolicy(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) == 0 {
		return errors.New("usage : cloison policy matrix|explain|replay")
	}
	switch args[0] {
	case "matrix":
		return runMatrix(ctx, args[1:], stdout)
	case "explain":
		return runExplain(ctx, args[1:], stdout)
	case "replay":
		return runReplay(ctx, args[1:], stdout)
	}
	return fmt.Errorf("« policy %s » n'existe pas : choisissez matrix, explain ou replay", args[0])
}

// operations are the lines of both programs' tables. The story of the cells holds them against what the programs serve.
func operations() []matrix.Operation {
	var all []matrix.Operation
	for zone, table := range map[string][]web.Operation{
		identity.Medical: slices.Concat((&identity.Service{}).Ops(), desk.New(desk.Options{}).Operations(), (&auditdesk.Desk{}).Operations()),
		identity.Server:  slices.Concat((&identity.Service{}).Ops(), (&prefecture.Desk{}).Operations(), (&auditdesk.Desk{}).Operations()),
	} {
		for _, op := range table {
			all = append(all, matrix.Operation{Zone: zone, ID: op.ID, Method: op.Method, Path: op.Path, Action: op.Action})
		}
	}
	return all
}

// rules are the program's own, or those of a folder that holds rego/*.rego, with those of missions.
func rules(folder string, missions ...policy.Mission) (*policy.Engine, error) {
	if folder == "" {
		return policy.With(missions...)
	}
	engine, err := policy.NewFrom(os.DirFS(folder), missions...)
	if err != nil {
		return nil, fmt.Errorf("%s : %w", folder, err)
	}
	return engine, nil
}

// rulesOf are the rules under which decisions of a zone are taken: in the administrative one, those of the missions beside its own.
func rulesOf(folder, zone string) (*policy.Engine, error) {
	if zone == identity.Server {
		return rules(folder, missionPolicies()...)
	}
	return rules(folder)
}

func missionPolicies() (all []policy.Mission) {
	for _, m := range installed.Modules() {
		all = append(all, m.Policy)
	}
	return all
}

// selection is which cells are wanted; an empty one wants all.
type selection struct{ zone, role, action, state, relation, compartment string }

func (s selection) has(c matrix.Cell) bool {
	for wanted, is := range map[*string]string{&s.zone: c.Zone, &s.role: c.Role, &s.action: c.Action, &s.state: c.State, &s.relation: c.Tie, &s.compartment: c.Compartment} {
		if *wanted != "" && *wanted != is {
			return false
		}
	}
	return true
}

func runMatrix(ctx context.Context, args []string, stdout io.Writer) error {
	set, wanted, folder := selectionFlags("policy matrix", stdout)
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() != 0 {
		return errors.New("usage : cloison policy matrix [--role R] [--action A] [--state E] [--relation L] [--zone Z] [--policy DOSSIER]")
	}
	engine, err := rules(*folder)
	if err != nil {
		return err
	}
	cells, err := matrix.Cells(ctx, engine, operations(), wanted.has)
	if err != nil {
		return err
	}
	return matrix.Write(stdout, cells)
}

// runExplain explains a query given as JSON, or the one cell of the table that the flags name.
func runExplain(ctx context.Context, args []string, stdout io.Writer) error {
	set, wanted, folder := selectionFlags("policy explain", stdout)
	if err := set.Parse(args); err != nil {
		return err
	}
	engine, err := rules(*folder)
	if err != nil {
		return err
	}
	query, err := queryOf(ctx, engine, set.Args(), *wanted)
	if err != nil {
		return err
	}
	if set.NArg() == 1 { // a decision that was recorded: by the rules of its zone
		if engine, err = rulesOf(*folder, query.Context.Zone); err != nil {
			return err
		}
	}
	explained, err := engine.Explain(ctx, query)
	if err != nil {
		return err
	}
	printExplanation(stdout, query, explained)
	return nil
}

func queryOf(ctx context.Context, engine *policy.Engine, files []string, wanted selection) (policy.Query, error) {
	if len(files) == 1 {
		text, err := os.ReadFile(files[0])
		if err != nil {
			return policy.Query{}, err
		}
		var recorded policy.Recorded
		if err := json.Unmarshal(text, &recorded); err != nil || recorded.Query.Action == "" {
			return policy.Query{}, fmt.Errorf("%s : ce n'est pas une décision enregistrée", files[0])
		}
		return recorded.Query, nil
	}
	cells, err := matrix.Questions(ctx, engine, operations(), wanted.has)
	switch {
	case err != nil:
		return policy.Query{}, err
	case len(files) > 1 || wanted.action == "" || wanted.role == "":
		return policy.Query{}, errors.New("usage : cloison policy explain DECISION.json, ou --role R --action A --state E [--relation L] [--compartment C] [--zone Z]")
	case len(cells) == 0:
		return policy.Query{}, errors.New("aucune case ne porte ces noms : voyez « cloison policy matrix --action " + wanted.action + " »")
	}
	return cells[0].Query, nil
}

func printExplanation(w io.Writer, q policy.Query, e policy.Explanation) {
	verdict := "REFUS"
	if e.Allow {
		verdict = "AUTORISÉ"
	}
	fmt.Fprintf(w, "%s  %s, %s\n", verdict, q.Action, e.Rule)
	for _, c := range e.Conditions {
		holds := "non"
		if c.Holds {
			holds = "oui"
		}
		fmt.Fprintf(w, "  %s  %s\n", holds, c.Rule)
	}
	if e.Allow {
		return
	}
	fmt.Fprintf(w, "Dit à la personne : %s\n", e.Sentence)
	if !e.Visible {
		fmt.Fprintln(w, "  (elle-même ne reçoit que « introuvable » : elle ne peut pas savoir que l'objet existe)")
	}
	if rule, ok := policy.Rule(e.Rule); ok {
		fmt.Fprintf(w, "Source : %s\n", rule.Source)
	}
	fmt.Fprintf(w, "Qui peut y changer quelque chose : %s\n", layout.GrantorOf(e.Rule))
}

// runReplay decides recorded decisions again. A difference is an error: whoever changes rules sees what they would have changed.
func runReplay(ctx context.Context, args []string, stdout io.Writer) error {
	set := newFlags("policy replay", stdout)
	folder := set.String("policy", "", "dossier d'une autre politique, qui contient rego/")
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() != 1 {
		return errors.New("usage : cloison policy replay [--policy DOSSIER] DECISIONS.jsonl")
	}
	file, err := os.Open(set.Arg(0))
	if err != nil {
		return err
	}
	defer file.Close()
	zone, err := zoneOf(file)
	if err != nil {
		return fmt.Errorf("%s : %w", set.Arg(0), err)
	}
	engine, err := rulesOf(*folder, zone)
	if err != nil {
		return err
	}
	replayed, err := engine.Replay(ctx, file)
	if err != nil {
		return fmt.Errorf("%s : %w", set.Arg(0), err)
	}
	return printReplay(stdout, replayed, engine.Digest())
}

// zoneOf is the zone of a file of decisions, which one program wrote: that of its first line. The file is then at its beginning again.
func zoneOf(file io.ReadSeeker) (string, error) {
	var first policy.Recorded
	if err := json.NewDecoder(file).Decode(&first); err != nil && !errors.Is(err, io.EOF) {
		return "", errors.New("la première ligne n'est pas une décision enregistrée")
	}
	_, err := file.Seek(0, io.SeekStart)
	return first.Query.Context.Zone, err
}

func printReplay(w io.Writer, r policy.Replayed, digest string) error {
	fmt.Fprintf(w, "%d décisions, dont %d prises sous ces mêmes règles (%s)\n", r.Decisions, r.SameRules, digest[:16])
	for _, d := range r.First {
		fmt.Fprintf(w, "%s  %s  %s  %s : %s -> %s\n", d.Was.At.UTC().Format("2006-01-02T15:04:05Z"), d.Was.Entry, d.Was.Query.Subject.Role, d.Was.Query.Action,
			said(d.Was.Allow, d.Was.Rule), said(d.Now.Allow, d.Now.Rule))
	}
	total := r.Refused + r.Allowed + r.OtherRule
	if total == 0 {
		fmt.Fprintln(w, "aucune différence")
		return nil
	}
	return fmt.Errorf("%d décisions seraient autres : %d refusées, %d autorisées, %d par une autre règle", total, r.Refused, r.Allowed, r.OtherRule)
}

func said(allow bool, rule string) string {
	return strings.ToLower(map[bool]string{true: "ALLOW ", false: "DENY "}[allow]) + rule
}
