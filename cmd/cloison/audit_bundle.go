package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"cloison/audit"
)

// isFile: a bundle is one file; a log is a folder or a site.
func isFile(place string) bool {
	about, err := os.Stat(place)
	return err == nil && about.Mode().IsRegular()
}

// verifyBundle checks a bundle a line at a time, with public keys alone.
func verifyBundle(stdout io.Writer, path string, o audit.VerifyOptions) error {
	bundle, err := os.Open(path)
	if err != nil {
		return unchecked(err)
	}
	defer bundle.Close()
	r, err := audit.VerifyBundle(bundle, o)
	if err != nil {
		return unchecked(err)
	}
	if r.Head.Origin != "" {
		fmt.Fprintf(stdout, "journal  %s\nentrées  %d prouvées\ntaille   %d\nracine   %s\n", r.Head.Origin, r.Entries, r.Head.Size, r.Head.Root)
	}
	for _, w := range r.Head.Witnesses {
		fmt.Fprintf(stdout, "témoin   %s, le %s\n", w.Name, w.At.Format(time.RFC3339))
	}
	if r.Line > 0 {
		fmt.Fprintf(stdout, "rompu    à la ligne %d (%s)\n", r.Line, r.Broken)
		return exitCode{errors.New("le dossier de preuve est rompu"), codeBroken}
	}
	if len(r.Head.Witnesses) < len(o.Witnesses) {
		return unchecked(errors.New("le dossier de preuve est entier, mais un témoin demandé n'a pas contresigné son point de contrôle"))
	}
	fmt.Fprintln(stdout, "entier")
	return nil
}
