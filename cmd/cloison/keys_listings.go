package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"cloison/crypto/custody/wire"
	"cloison/release"
)

// keysListings prints, for each physician, the [[line.listing]] tables that
// bind him in the roster to his lines of the published decisions. Whoever
// prepares a roster pastes them under his line; custodians compare before they
// sign. The files, and their order, are those of `cloison reference load`.
func keysListings(_ context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("listings", stdout)
	published := f.String("decision", "", "décision écrite par « reference publish », à la place des fichiers de personnes")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *published != "" {
		d, err := readPublished(*published)
		if err != nil {
			return err
		}
		return printListings(stdout, []release.CompositionDecision{d})
	}
	if f.NArg() == 0 {
		return errors.New("indiquez les fichiers de personnes, dans l'ordre de « cloison reference load »")
	}
	decisions, err := readDecisions(f.Args())
	if err != nil {
		return err
	}
	return printListings(stdout, decisions)
}

func printListings(stdout io.Writer, decisions []release.CompositionDecision) error {
	listings, err := listingsIn(decisions)
	if err != nil {
		return err
	}
	for _, person := range slices.Sorted(maps.Keys(listings)) {
		fmt.Fprintf(stdout, "# RPPS %s\n", person)
		for _, l := range listings[person] {
			fmt.Fprintf(stdout, "[[line.listing]]\ndecision = %q\ndigest = %q\nkind = %q\nline = %d\nfrom = %q\nto = %q\n",
				l.Decision, l.Digest, l.Kind, l.Line, l.From, l.To)
		}
		fmt.Fprintln(stdout)
	}
	return nil
}

// readListings answers each physician's listings, by national id, in the same
// decisions that both zones are given.
func readListings(files []string) (map[string][]wire.Listing, error) {
	decisions, err := readDecisions(files)
	if err != nil {
		return nil, err
	}
	return listingsIn(decisions)
}

func listingsIn(decisions []release.CompositionDecision) (map[string][]wire.Listing, error) {
	listings := map[string][]wire.Listing{}
	for _, d := range decisions {
		digest, err := d.Digest()
		if err != nil {
			return nil, fmt.Errorf("computing the digest of decision %s: %w", d.Ref, err)
		}
		for _, l := range d.Lines {
			in := listing(d, l)
			in.Digest = digest
			// A line whose days are all outside its decision's gives nothing.
			if in.To == "" || in.From <= in.To {
				listings[l.RPPS] = append(listings[l.RPPS], in)
			}
		}
	}
	return listings, nil
}

// listing is in force while both the line and the decision are.
func listing(d release.CompositionDecision, l release.DecisionLine) wire.Listing {
	in := wire.Listing{Decision: d.Ref, Kind: d.Kind, Line: l.Line, From: string(max(d.ValidFrom, l.ValidFrom))}
	for _, to := range []*release.Date{d.ValidTo, l.ValidTo} {
		if to != nil && (in.To == "" || string(*to) < in.To) {
			in.To = string(*to)
		}
	}
	return in
}
