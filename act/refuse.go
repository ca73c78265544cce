package act

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"

	"cloison/audit"
	"cloison/internal/db"
)

var ruleCode = regexp.MustCompile(`^[A-Z0-9_]{1,64}$`)

// Refuse records a refusal made before policy could be asked: a field that is unknown, a body that cannot be read, a kind that is not
// accepted. rule is a refusal code or the problem code (unknown_field). It answers nil when the entry is committed; the caller then
// answers its own problem. Otherwise an *Error of kind unavailable, which is what must be answered.
func (g *Gate) Refuse(ctx context.Context, who Subject, a Act, rule string) error {
	t := g.begin(who, a)
	t.entry.Outcome = audit.Refused
	t.entry.Rule = strings.ToUpper(rule)
	if !ruleCode.MatchString(t.entry.Rule) {
		t.entry.Rule = "INVALID"
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	err := db.InTx(ctx, g.o.Pool, func(tx pgx.Tx) error { return audit.Append(ctx, tx, t.entry) })
	if err != nil {
		return Wrap(Unavailable, "", fmt.Errorf("recording that %s was refused: %w", a.Action, err))
	}
	return nil
}
