// Package ledger compares what the two zones hold of what crossed between them, without anybody who reads both: each zone prints its numbers and the
// digests of their bytes with its own credential, and whoever has the two files compares them. Standard library only.
package ledger

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// Line is what a zone holds under one number, as a digest of the bytes that crossed.
type Line struct {
	What   string // Release or Acknowledgement
	Seq    int64
	Digest string // hex SHA-256; empty where the bytes were destroyed with their dossier
	Aside  bool   // taken by its number and set aside, because it did not verify
}

// What is numbered in both zones.
const (
	Release         = "release"
	Acknowledgement = "acknowledgement"
)

var head = []string{"what", "seq", "digest", "aside"}

// Write writes what each gives, as CSV.
func Write(w io.Writer, each func(func(Line) error) error) error {
	out := csv.NewWriter(w)
	if err := out.Write(head); err != nil {
		return err
	}
	err := each(func(l Line) error {
		return out.Write([]string{l.What, strconv.FormatInt(l.Seq, 10), l.Digest, strconv.FormatBool(l.Aside)})
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

type number struct {
	what string
	seq  int64
}

func read(r io.Reader) (map[number]Line, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = len(head)
	lines := map[number]Line{}
	for n := 1; ; n++ {
		row, err := in.Read()
		switch {
		case errors.Is(err, io.EOF) && n > 1:
			return lines, nil
		case err != nil:
			return nil, fmt.Errorf("reading line %d of a ledger: %w", n, err)
		case n == 1:
			continue
		}
		seq, err := strconv.ParseInt(row[1], 10, 64)
		if err != nil || row[0] != Release && row[0] != Acknowledgement {
			return nil, fmt.Errorf("reading line %d of a ledger: not a line of one", n)
		}
		key := number{row[0], seq}
		if _, twice := lines[key]; twice {
			return nil, fmt.Errorf("reading line %d of a ledger: %s %d stands there twice", n, row[0], seq)
		}
		lines[key] = Line{What: row[0], Seq: seq, Digest: row[2], Aside: row[3] == "true"}
	}
}

// Fault is how the two zones differ about a number.
type Fault string

// The ways to differ.
const (
	MissingInMedical Fault = "MISSING_IN_MEDICAL"
	MissingInServer  Fault = "MISSING_IN_SERVER"
	DigestsDiffer    Fault = "DIGESTS_DIFFER"
	SetAside         Fault = "SET_ASIDE"
)

// Difference is one number about which they differ.
type Difference struct {
	What  string
	Seq   int64
	Fault Fault
}

// Result is what comparing gave.
type Result struct {
	Agreed      map[string]int // by what is numbered
	Destroyed   int            // known by their number alone: the bytes went with their dossier
	Differences []Difference
}

// Compare compares the two zones' ledgers, number by number. Each number stands at most once in each: a second one is an error.
func Compare(medical, server io.Reader) (Result, error) {
	ours, err := read(medical)
	if err != nil {
		return Result{}, err
	}
	theirs, err := read(server)
	if err != nil {
		return Result{}, err
	}
	result := Result{Agreed: map[string]int{}}
	for key, there := range theirs {
		if _, known := ours[key]; !known {
			result.Differences = append(result.Differences, Difference{there.What, there.Seq, MissingInMedical})
		}
	}
	for key, here := range ours {
		there, known := theirs[key]
		result.count(here, there, known)
	}
	return result, nil
}

func (r *Result) count(here, there Line, known bool) {
	differ := func(fault Fault) {
		r.Differences = append(r.Differences, Difference{here.What, here.Seq, fault})
	}
	switch {
	case !known:
		differ(MissingInServer)
	case there.Aside:
		differ(SetAside)
	case here.Digest == "" || there.Digest == "":
		r.Destroyed++
	case here.Digest != there.Digest:
		differ(DigestsDiffer)
	default:
		r.Agreed[here.What]++
	}
}
