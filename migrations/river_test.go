package migrations

import (
	"log/slog"
	"testing"

	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// The version is part of the digest of a template: a library that brings a migration must not be taken in silence.
func TestTheQueueIsAtItsLastVersion(t *testing.T) {
	t.Parallel()
	migrator, err := rivermigrate.New(riverpgxv5.New(nil), &rivermigrate.Config{Schema: jobsSchema, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	all := migrator.AllVersions()
	if last := all[len(all)-1].Version; last != jobsVersion {
		t.Errorf("the library's last migration is %d, ours is %d", last, jobsVersion)
	}
}
