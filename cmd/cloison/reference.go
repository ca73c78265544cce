package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"

	"cloison/identity"
	"cloison/internal/db"
	medicalstore "cloison/medical/store"
	"cloison/release"
	serverstore "cloison/server/store"

	"github.com/jackc/pgx/v5"
)

var errReferenceUsage = errors.New("usage : cloison reference load --zone medical|server --database-url-file FICHIER PERSONNES.json...\n" +
	"        cloison reference publish --zone medical --database-url-file FICHIER REFERENCE > DECISION.json\n" +
	"        cloison reference publish --zone server --database-url-file FICHIER DECISION.json")

// runReference is `cloison reference load`: the director general's decisions, as
// published, into one zone. Both zones are given the same files in
// the same order: line numbers follow it.
func runReference(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) > 0 && args[0] == "zones" {
		return runZones(ctx, args[1:], stdout)
	}
	if len(args) > 0 && args[0] == "publish" {
		return runPublish(ctx, args[1:], stdout)
	}
	if len(args) == 0 || args[0] != "load" {
		return errReferenceUsage
	}
	set := newFlags("reference load", stdout)
	target := targetFlags(set)
	if err := set.Parse(args[1:]); err != nil {
		return err
	}
	zone, url, err := target()
	if err != nil {
		return err
	}
	if set.NArg() == 0 {
		return errReferenceUsage
	}
	if err := loadReference(ctx, zone, url, set.Args()); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Les décisions de composition sont dans la zone %s.\n", zone)
	return nil
}

func loadReference(ctx context.Context, zone, url string, files []string) error {
	decisions, err := readDecisions(files)
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connecting to zone %s: %w", zone, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return db.InTx(ctx, conn, func(tx pgx.Tx) error {
		if zone == "medical" {
			return medicalstore.LoadDecisions(ctx, tx, decisions)
		}
		return serverstore.LoadDecisions(ctx, tx, decisions)
	})
}

// readDecisions numbers the lines of every decision over all files together.
func readDecisions(files []string) ([]release.CompositionDecision, error) {
	people, err := readAllPeople(files)
	if err != nil {
		return nil, err
	}
	var terms []release.DecisionTerms
	for _, d := range people.Decisions {
		terms = append(terms, release.DecisionTerms{
			Ref: d.Ref, Kind: d.Kind, SignedOn: release.Date(d.SignedOn), PublishedOn: release.Date(d.PublishedOn),
			ValidFrom: release.Date(d.ValidFrom), ValidTo: optionalDate(d.ValidTo),
		})
	}
	var persons []release.ListedPerson
	for _, p := range people.Persons {
		persons = append(persons, listed(p))
	}
	return release.BuildDecisions(terms, persons)
}

// readAllPeople reads several people files as one: later ones add. What is given
// twice must be the same both times, and counts once.
func readAllPeople(files []string) (identity.People, error) {
	var all identity.People
	persons, decisions := map[string]identity.Person{}, map[string]identity.Decision{}
	for _, path := range files {
		people, err := readPeople(path)
		if err != nil {
			return identity.People{}, fmt.Errorf("fichier %s : %w", path, err)
		}
		for _, p := range people.Persons {
			known, twice := persons[p.ID]
			if twice && !reflect.DeepEqual(known, p) {
				return identity.People{}, fmt.Errorf("fichier %s : la personne %s y est autre que dans un fichier précédent", path, p.ID)
			}
			if !twice {
				persons[p.ID] = p
				all.Persons = append(all.Persons, p)
			}
		}
		for _, d := range people.Decisions {
			known, twice := decisions[d.Ref]
			if twice && !reflect.DeepEqual(known, d) {
				return identity.People{}, fmt.Errorf("fichier %s : la décision %s y est autre que dans un fichier précédent", path, d.Ref)
			}
			if !twice {
				decisions[d.Ref] = d
				all.Decisions = append(all.Decisions, d)
			}
		}
	}
	return all, nil
}

func readPeople(path string) (identity.People, error) {
	f, err := os.Open(path)
	if err != nil {
		return identity.People{}, err
	}
	defer f.Close()
	return identity.ParsePeople(f)
}

func listed(p identity.Person) release.ListedPerson {
	l := release.ListedPerson{ID: p.ID, RPPS: p.NationalID, FamilyName: p.FamilyName, GivenName: p.GivenName}
	for _, listings := range [][]identity.Listing{p.CollegeListings, p.PhysicianListing} {
		for _, in := range listings {
			l.Listings = append(l.Listings, release.Listing{Decision: in.Decision, ValidFrom: release.Date(in.ValidFrom), ValidTo: optionalDate(in.ValidTo)})
		}
	}
	return l
}

func optionalDate(s *string) *release.Date {
	if s == nil {
		return nil
	}
	d := release.Date(*s)
	return &d
}
