package main

import (
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		events, last string
		failed       bool
		says         []string
	}{
		"passes": {
			events: `{"Action":"output","Package":"p","Test":"TestA","Output":"quiet\n"}
{"Action":"pass","Package":"p","Test":"TestA/sub","Elapsed":0.5}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":1.25}
{"Action":"pass","Package":"p","Elapsed":2}`,
			last: "2 passed, 0 failed, 0 skipped", says: []string{"    2.00  p\n", "    1.25  p TestA\n"},
		},
		"a failure shows its output": {
			events: `{"Action":"output","Package":"p","Test":"TestA","Output":"why it failed\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"}`,
			last: "0 passed, 1 failed, 0 skipped", failed: true, says: []string{"why it failed", "p  FAILED", "\nfailed\n          p TestA: why it failed\n"},
		},
		"a package that does not build": {
			events: `{"Action":"build-output","ImportPath":"p","Output":"undefined: x\n"}
{"Action":"pass","Package":"q","Test":"TestB"}
{"Action":"fail","Package":"p","FailedBuild":"p"}`,
			last: "1 passed, 1 failed, 0 skipped", failed: true, says: []string{"undefined: x"},
		},
		"a skip says why": {
			events: `{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:1: no network\n"}
{"Action":"skip","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestB"}
{"Action":"pass","Package":"p"}`,
			last: "1 passed, 0 failed, 1 skipped", says: []string{"p TestA: a_test.go:1: no network"},
		},
		"nothing ran": {last: "0 passed, 1 failed, 0 skipped", failed: true, says: []string{"no test ran"}},
		"the same package fails twice by itself": {
			events: `{"Action":"fail","Package":"p"}
{"Action":"fail","Package":"p"}`,
			last: "0 passed, 2 failed, 0 skipped", failed: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			failed, err := run(strings.NewReader(tc.events), &out)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			if last := lines[len(lines)-1]; last != tc.last {
				t.Errorf("last line %q", last)
			}
			if failed != tc.failed {
				t.Errorf("failed %v", failed)
			}
			for _, want := range tc.says {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%q is missing in\n%s", want, out.String())
				}
			}
		})
	}
}
