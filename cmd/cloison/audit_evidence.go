package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"cloison/audit"
	"cloison/release/evidence"
)

// checkEvidence checks what a prefecture keeps beside an opinion: that the medical zone's log holds the delivery of exactly this opinion.
func checkEvidence(content []byte, o audit.VerifyOptions, stdout io.Writer) error {
	var file evidence.File
	if err := json.Unmarshal(content, &file); err != nil {
		return exitCode{evidence.ErrEvidence, codeBroken}
	}
	checked, err := file.Check(o.Log, o.Witnesses...)
	if err != nil {
		return exitCode{err, codeBroken}
	}
	opinion := checked.Opinion
	fmt.Fprintf(stdout, "journal  %s\nentrée   %d de %d\navis     %s, version %d, du %s\nsaisine  %s\nenvoi    %d, le %s\n", checked.Head.Origin,
		checked.Position, checked.Head.Size, opinion.ID, opinion.Version, opinion.IssuedOn, opinion.Referral, checked.Seq, checked.Entry.At.Format(time.RFC3339))
	return proven(checked.Head, o, stdout)
}
