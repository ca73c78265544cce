package main

import (
	"flag"
	"io"
)

// selectionFlags are the flags that name cells of the policy's table.
func selectionFlags(name string, stdout io.Writer) (*flag.FlagSet, *selection, *string) {
	set := newFlags(name, stdout)
	wanted := &selection{}
	set.StringVar(&wanted.zone, "zone", "", "medical ou server")
	set.StringVar(&wanted.role, "role", "", "rôle, comme dans la table")
	set.StringVar(&wanted.action, "action", "", "action, comme dans la table")
	set.StringVar(&wanted.state, "state", "", "état, comme dans la table")
	set.StringVar(&wanted.relation, "relation", "", "ce que la personne est à l'objet, comme dans la table")
	set.StringVar(&wanted.compartment, "compartment", "", "civil, medical, own ou -")
	return set, wanted, set.String("policy", "", "dossier d'une autre politique, qui contient rego/")
}
