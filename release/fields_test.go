package release_test

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"
	"testing"

	"cloison/release"
)

var update = flag.Bool("update", false, "write testdata/fields.golden")

// TestFieldList freezes what crosses: a field that is added, moved, renamed or retyped must change
// the golden file, and so be seen.
func TestFieldList(t *testing.T) {
	var out strings.Builder
	for _, root := range []any{release.Release{}, release.ReferralPage{}, release.AcknowledgementPage{}, release.CompositionDecision{}, release.Receipt{}} {
		typ := reflect.TypeOf(root)
		fmt.Fprintf(&out, "%s\n", typ.Name())
		listFields(&out, typ, "  ")
	}
	const golden = "testdata/fields.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("what crosses the wall has changed; look twice, then run go test -run TestFieldList -update\n%s", out.String())
	}
}

func listFields(out *strings.Builder, typ reflect.Type, indent string) {
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct {
		return
	}
	for i := range typ.NumField() {
		f := typ.Field(i)
		if f.Anonymous {
			listFields(out, f.Type, indent)
			continue
		}
		name := f.Tag.Get("json")
		if name == "-" {
			continue
		}
		fmt.Fprintf(out, "%s%s %s\n", indent, name, f.Type)
		listFields(out, f.Type, indent+"  ")
	}
}

// TestNoFreeTextLeaves walks what leaves the medical zone: each string field is either a closed
// code type or one of the named fields whose shape Validate fixes.
func TestNoFreeTextLeaves(t *testing.T) {
	fixed := map[string]string{
		"id": "derived", "referral": "uuid given by the administrative zone", "receiver": "closed list", "replaces": "derived",
		"version": "form version, closed list", "country": "three letters, equal to the referral's", "ref": "AAA-0000-00, a decision the receiver holds",
		"digest": "of a decision the receiver holds", "form": "constant", "alg": "constant", "key": "of the pinned key", "value": "base64, bounded; the receiver takes one value only (crypto/cms)",
		"rapporteur": "eleven digits", "certificate_received_on": "date", "report_signed_on": "date", "report_transmitted_on": "date",
		"composed_on": "date", "sent_on": "date", "signed_on": "date",
		"on": "date", "issued_on": "date", "received_on": "date", "due_on": "date", "transmitted_on": "date", "convocation_on": "date",
	}
	var loose []string
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		for i := range typ.NumField() {
			f := typ.Field(i)
			of := f.Type
			for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
				of = of.Elem()
			}
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			switch of.Kind() {
			case reflect.Struct:
				walk(of)
			case reflect.String:
				if (of.Name() == "string" || of.Name() == "Date" || of.Name() == "Instant") && fixed[name] == "" {
					loose = append(loose, typ.Name()+"."+name)
				}
			case reflect.Interface, reflect.Map:
				loose = append(loose, typ.Name()+"."+name)
			}
		}
	}
	walk(reflect.TypeOf(release.Release{}))
	sort.Strings(loose)
	if len(loose) > 0 {
		t.Errorf("fields that could hold free text: %v", loose)
	}
}
