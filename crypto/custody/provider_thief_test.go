package custody_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"cloison/crypto/keyholder"
)

// A thief of Pro Santé Connect's signing key, in the web process's place, signs tokens for whomever he likes. He is nobody who is not listed, proves no
// class that this issuer may not prove, and, as every physician of the roster at once, opens no more than the zone's budget of the day; it is said.
func TestAThiefOfTheIssuersKeyIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var journal bytes.Buffer
	w.opts.Log = slog.New(slog.NewTextHandler(&journal, nil))
	w.startup()
	w.unseal()
	w.setRoster(usualRoster())
	var database []sealedDossier
	for n := range 20 {
		database = append(database, w.dossier(fmt.Sprint("d", n)))
	}
	for subject, rule := range map[string]string{"med-z": keyholder.RuleNotOnRoster, "sec-a": keyholder.RuleNotOnRoster, "": keyholder.RuleNotOnRoster} {
		_, _, err := w.OpenSession(t.Context(), w.psc.token(subject, w.sessionNonce()))
		if err == nil || !errors.Is(err, keyholder.ErrRefused{Rule: rule}) && !errors.Is(err, keyholder.ErrUnauthenticated) {
			t.Errorf("as %q: %v", subject, err)
		}
	}
	opened := map[string]bool{}
	for _, physician := range []string{"med-a", "med-b", "med-c", "med-d"} {
		handle := w.signIn(physician)
		for _, d := range database {
			if _, err := w.openMedical(handle, d); err == nil {
				opened[d.id] = true
			} else {
				want(t, err, keyholder.ErrOverBudget)
			}
		}
	}
	w.shutdown()
	if limit := w.opts.Budgets.Medical.ZoneDay; len(opened) == 0 || len(opened) > limit {
		t.Errorf("%d dossiers opened, the zone's budget is %d", len(opened), limit)
	}
	if !strings.Contains(journal.String(), "ALARM a budget of dossiers is used up") {
		t.Error("no alarm")
	}
}
