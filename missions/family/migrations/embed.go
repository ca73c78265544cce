// Package migrations holds the schema of family reunification. The owner's tool runs it (cloison/migrations); the program never does.
package migrations

import "embed"

//go:embed *.sql
var Files embed.FS
