package store

import (
	"context"

	"cloison/audit"
	"cloison/internal/db"
)

// WasOpened says whether a physician has opened a document: the log is what knows.
func WasOpened(ctx context.Context, q db.Querier, dossier, document string) (bool, error) {
	return audit.WasRead(ctx, q, "document.read", dossier, document)
}
