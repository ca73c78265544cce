package audit

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"cloison/crypto/checkpoint"
)

// A bundle is what an auditor hands over: entries that a search found, each with its proof under one signed checkpoint. Lines, each ended by a line feed:
//
//	cloison-bundle-1
//	base64 of the signed checkpoint, with its cosignatures
//	position, base64 of the canonical entry, base64 hashes of its proof behind commas; a line for each entry, positions rising
//	end, the number of entries, base64 of the SHA-256 of every byte before this line
//
// It is read and checked a line at a time, with public keys alone. It proves that each entry stands in the log as it is written here, and that the file
// is whole; not that the search found nothing else.
const (
	bundleHeader = "cloison-bundle-1"
	bundleEnd    = "end"

	// maxBundleLine holds the longest entry, in base64, and 63 hashes.
	maxBundleLine = 128 << 10
)

var base64Strict = base64.StdEncoding.Strict()

type bundleForm struct {
	tree  *tileCache
	sum   hash.Hash
	count int64
}

func (f *bundleForm) line(w io.Writer, text string) error {
	f.sum.Write([]byte(text + "\n"))
	_, err := io.WriteString(w, text+"\n")
	return err
}

func (f *bundleForm) begin(w io.Writer, _ Head, signed []byte) error {
	f.sum = sha256.New()
	return errors.Join(f.line(w, bundleHeader), f.line(w, base64.StdEncoding.EncodeToString(signed)))
}

func (f *bundleForm) entry(w io.Writer, e Placed) error {
	proof, err := tlog.ProveRecord(f.tree.size, e.Position, f.tree)
	if err != nil {
		return fmt.Errorf("proving entry %d of %d: %w", e.Position, f.tree.size, err)
	}
	hashes := make([]string, len(proof))
	for i, h := range proof {
		hashes[i] = base64.StdEncoding.EncodeToString(h[:])
	}
	f.count++
	return f.line(w, fmt.Sprintf("%d %s %s", e.Position, base64.StdEncoding.EncodeToString(e.Canonical()), strings.Join(hashes, ",")))
}

func (f *bundleForm) end(w io.Writer) error {
	return f.line(w, fmt.Sprintf("%s %d %s", bundleEnd, f.count, base64.StdEncoding.EncodeToString(f.sum.Sum(nil))))
}

// BundleReport is what a verification of a bundle saw.
type BundleReport struct {
	Head    checkpoint.Signed
	Entries int64
	Line    int64  // the first bad line, counted from 1; 0: whole
	Broken  string // why
}

// What is wrong with a bundle's line.
const (
	BundleShape      = "shape"      // it is not written as a bundle is, or is cut short
	BundleCheckpoint = "checkpoint" // not signed by the log's key
	BundleProof      = "proof"      // the entry is not the one of its place in the log
	BundleDigest     = "digest"     // lines were taken out or put in
)

// VerifyBundle reads a bundle to its end, or to its first bad line. An error means that it could not be read.
func VerifyBundle(r io.Reader, o VerifyOptions) (BundleReport, error) {
	v := bundleReader{lines: bufio.NewReaderSize(r, maxBundleLine), sum: sha256.New(), o: o, last: -1}
	err := v.read()
	var bad badLine
	if errors.As(err, &bad) {
		v.report.Line, v.report.Broken = v.number, string(bad)
		return v.report, nil
	}
	return v.report, err
}

type badLine string

func (b badLine) Error() string { return string(b) }

type bundleReader struct {
	lines  *bufio.Reader
	sum    hash.Hash
	number int64
	last   int64
	o      VerifyOptions
	report BundleReport
}

// next reads a line without its end. Each line but the last is part of the digest.
func (v *bundleReader) next() (string, error) {
	v.number++
	line, err := v.lines.ReadSlice('\n')
	if errors.Is(err, io.EOF) || errors.Is(err, bufio.ErrBufferFull) {
		return "", badLine(BundleShape)
	}
	if err != nil {
		return "", fmt.Errorf("reading a bundle: %w", err)
	}
	if !bytes.HasPrefix(line, []byte(bundleEnd+" ")) {
		v.sum.Write(line)
	}
	return string(line[:len(line)-1]), nil
}

func (v *bundleReader) read() error {
	header, err := v.next()
	if err != nil {
		return err
	}
	if header != bundleHeader {
		return badLine(BundleShape)
	}
	line, err := v.next()
	if err != nil {
		return err
	}
	signed, err := base64Strict.DecodeString(line)
	if err != nil {
		return badLine(BundleShape)
	}
	if v.report.Head, err = checkpoint.Open(signed, v.o.Log, v.o.Witnesses...); err != nil {
		return badLine(BundleCheckpoint)
	}
	for {
		line, err := v.next()
		if err != nil {
			return err
		}
		if rest, ok := strings.CutPrefix(line, bundleEnd+" "); ok {
			return v.end(rest)
		}
		if err := v.entry(line); err != nil {
			return err
		}
	}
}

func (v *bundleReader) entry(line string) error {
	fields := strings.Split(line, " ")
	if len(fields) != 3 {
		return badLine(BundleShape)
	}
	position, err := strconv.ParseInt(fields[0], 10, 64)
	entry, bad := base64Strict.DecodeString(fields[1])
	if err != nil || bad != nil || position <= v.last || strconv.FormatInt(position, 10) != fields[0] {
		return badLine(BundleShape)
	}
	var proof tlog.RecordProof
	if fields[2] != "" { // the one entry of a log of one
		for _, text := range strings.Split(fields[2], ",") {
			h, err := tlog.ParseHash(text)
			if err != nil {
				return badLine(BundleShape)
			}
			proof = append(proof, h)
		}
	}
	head := v.report.Head
	if position >= head.Size || tlog.CheckRecord(proof, head.Size, head.Root, position, tlog.RecordHash(entry)) != nil {
		return badLine(BundleProof)
	}
	v.last = position
	v.report.Entries++
	return nil
}

func (v *bundleReader) end(rest string) error {
	if rest != fmt.Sprintf("%d %s", v.report.Entries, base64.StdEncoding.EncodeToString(v.sum.Sum(nil))) {
		return badLine(BundleDigest)
	}
	if _, err := v.lines.ReadByte(); !errors.Is(err, io.EOF) {
		v.number++
		return badLine(BundleShape)
	}
	return nil
}
