//go:build dev

package main

import (
	"strings"
	"testing"
)

func TestDevRefusesWithASentence(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		args []string
		says string
	}{
		"no folder":      {nil, "--data"},
		"a wrong clock":  {[]string{"--data", "x", "--clock", "hier"}, "RFC 3339"},
		"a word":         {[]string{"--data", "x", "more"}, "argument de trop"},
		"a wrong port":   {[]string{"--data", "x", "--port", "65533"}, "--port"},
		"no such people": {[]string{"--data", t.TempDir(), "--people", "/nowhere/people.json"}, "/nowhere/people.json"},
	} {
		if _, err := tool(t, append([]string{"dev"}, tc.args...)...); err == nil || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
