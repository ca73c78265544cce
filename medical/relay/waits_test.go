package relay

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"cloison/crypto/keyholder"
	"cloison/medical/vault"
)

func TestAWaitThatMendsItselfIsNoError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err   error
		level string
	}{
		"asked too often":      {vault.KeyError(keyholder.ErrRateLimited), "WARN"},
		"sealed":               {vault.KeyError(keyholder.ErrSealed), "WARN"},
		"the other zone down":  {errors.New("the other zone answers 503"), "WARN"},
		"a gap in the numbers": {fmt.Errorf("referral 3 after 1: %w", errGap), "ERROR"},
		"a refusal for good":   {vault.KeyError(keyholder.ErrRefused{Rule: keyholder.RuleMalformed}), "ERROR"},
	} {
		var said bytes.Buffer
		r := &Relay{o: Options{Log: slog.New(slog.NewTextHandler(&said, nil))}}
		r.waits(t.Context(), "referrals", c.err)
		if !strings.Contains(said.String(), "level="+c.level) {
			t.Errorf("%s: %s", name, said.String())
		}
	}
}
