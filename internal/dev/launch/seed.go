package launch

import (
	"context"
	"fmt"
	"sync"

	"cloison/identity"
	"cloison/internal/db"
	"cloison/internal/dev/postgres"
	"cloison/migrations"

	"github.com/jackc/pgx/v5"
)

// migrate brings both databases up to date and fills their reference data. The
// two have nothing in common, so they go side by side.
func (e *environment) migrate(ctx context.Context) error {
	zones := postgres.Zones()
	failures := make([]error, len(zones))
	var wg sync.WaitGroup
	for i, z := range zones {
		wg.Go(func() { failures[i] = e.prepareZone(ctx, z) })
	}
	wg.Wait()
	for i, err := range failures {
		if err != nil {
			return fmt.Errorf("preparing zone %s: %w", zones[i].Name, err)
		}
	}
	return nil
}

func (e *environment) prepareZone(ctx context.Context, z postgres.Zone) error {
	url := postgres.URL(string(e.folder), postgres.OwnerRole, "", z.Database)
	if err := migrations.Up(ctx, url, z.Name); err != nil {
		return err
	}
	if z.Name == "server" {
		if err := e.loadMachines(ctx, url); err != nil {
			return err
		}
		if err := migrations.UpMissions(ctx, url, installedMissions()...); err != nil {
			return err
		}
	}
	if err := loadDirectory(ctx, url, e.people.directory); err != nil {
		return err
	}
	return e.LoadReference(ctx, z.Name, url, e.peopleFiles())
}

func loadDirectory(ctx context.Context, url string, persons []identity.Person) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connecting as the owner: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return db.InTx(ctx, conn, func(tx pgx.Tx) error { return identity.LoadPeople(ctx, tx, persons) })
}
