package piece_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"cloison/internal/dev/hostile"
	"cloison/medical/inspect/piece"
	"cloison/medical/inspect/wire"
)

// The whole corpus, against the parsers alone; package inspect holds the same table against the confined process, names included.
func TestHostileCorpus(t *testing.T) {
	t.Parallel()
	for _, u := range hostile.Load(t) {
		t.Run(u.ID, func(t *testing.T) {
			t.Parallel()
			v := piece.Examine(u.Content(t), wire.MediaType(u.Declared))
			if err := v.Validate(); err != nil {
				t.Errorf("%+v: %v", v, err)
			}
			named := u.Category == "nom" && v.Outcome == wire.Accept // its content is ordinary
			if !named && !u.Allows(string(v.Outcome), string(v.Reason)) {
				t.Errorf("%s %s: expected %v", v.Outcome, v.Reason, u.Expected)
			}
		})
	}
}

// What is shown of a piece in which something was found is a copy in which nothing is found.
func TestNeutralisedIsClean(t *testing.T) {
	t.Parallel()
	for _, u := range hostile.Load(t) {
		content := u.Content(t)
		v := piece.Examine(content, "")
		t.Run(u.ID, func(t *testing.T) {
			t.Parallel()
			made, kind, _ := piece.Make(content, wire.Neutralise, 0)
			switch {
			case v.Outcome == wire.Reject && made != nil:
				t.Error("a refused piece is shown")
			case v.Outcome == wire.Sanitised && made == nil:
				t.Errorf("%s: nothing can be shown", v.Reason)
			case v.Outcome == wire.Sanitised && (kind != v.Type || piece.Examine(made, kind).Outcome != wire.Accept):
				t.Errorf("%s: %+v", v.Reason, piece.Examine(made, kind))
			}
			for _, trace := range []string{"/JavaScript", "/JS", "/AA", "/XFA", "/Launch", "/SubmitForm", "/URI", "/EmbeddedFile", ".invalid",
				"<?php", "GPS", "SERIE", "MZ\x90"} {
				if bytes.Contains(made, []byte(trace)) {
					t.Errorf("%q is still there", trace)
				}
			}
		})
	}
}

// Every real document of the sample is accepted: as it is, or without what a telephone writes into its photographs. All can be shown but
// HEIC, which is downloaded.
func TestSampleDocuments(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../sample/documents/*")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d documents, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			v := piece.Examine(content, "")
			if v.Outcome != wire.Accept && (v.Outcome != wire.Sanitised || v.Reason != wire.MetadataStripped) {
				t.Errorf("%+v", v)
			}
			if v.Type == wire.HEIC {
				return
			}
			for page := 1; page <= max(1, v.Pages); page++ {
				made, kind, _ := piece.Make(content, wire.Render, page)
				if len(made) == 0 {
					t.Errorf("page %d of %s is not shown", page, v.Type)
				}
				if kind == wire.PDF {
					break
				}
			}
		})
	}
}
