package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"cloison/medical/reference"
)

// runRules is `cloison rules`: every rule of the procedure beside its article and the test that shows it. It fails while a rule has no test.
func runRules(_ context.Context, args []string, stdout io.Writer) error {
	set := newFlags("rules", stdout)
	asJSON := set.Bool("json", false, "en JSON")
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() != 0 {
		return errors.New("usage : cloison rules [--json]")
	}
	return printRules(stdout, reference.Rules(), *asJSON)
}

func printRules(stdout io.Writer, rules []reference.Rule, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(rules); err != nil {
			return err
		}
		return untested(rules)
	}
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RÈGLE\tDIT\tARTICLE\tCERTITUDE\tDEPUIS\tTEST")
	for _, r := range rules {
		tests := []string{r.Missing}
		if r.Missing == "" {
			tests = nil
		}
		for _, t := range r.Tests {
			tests = append(tests, t.Name+" ("+t.In+")")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Rule, r.Source, certaintyWords(r.Certainty), period(r), strings.Join(tests, ", "))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "\n%d règles.\n", len(rules))
	return untested(rules)
}

// untested names the rules that no test shows; nil when there are none.
func untested(rules []reference.Rule) error {
	var missing []string
	for _, r := range rules {
		if len(r.Tests) == 0 {
			missing = append(missing, r.ID+" ("+r.Missing+")")
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("%d règle(s) sans test :\n  %s", len(missing), strings.Join(missing, "\n  "))
}

func certaintyWords(tags []string) string {
	words := map[string]string{"V": "vérifiée", "V17": "vérifiée (texte de 2017)", "VS": "source secondaire", "M": "de mémoire, à confirmer", "I": "déduite, à confirmer"}
	var said []string
	for _, t := range tags {
		said = append(said, words[t])
	}
	return strings.Join(said, " ; ")
}

func period(r reference.Rule) string {
	switch {
	case r.From == nil:
		return "—"
	case r.To != nil:
		return r.From.String() + " au " + r.To.String()
	}
	return r.From.String()
}
