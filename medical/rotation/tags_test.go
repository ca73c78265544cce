package rotation_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/crypto/custody/operator"
	"cloison/internal/db"
	"cloison/medical/rotation"
	"cloison/medical/store"
)

func retagger(socket string) rotation.Retagger {
	return func(ctx context.Context, class string, tags [][]byte) ([][]byte, error) {
		return operator.Retag(ctx, socket, class, tags)
	}
}

const laterTags = `SELECT count(*) FROM medical.search_tags t WHERE octet_length(t.tag) = 33`

// killedRetagging runs the retagging in a process of its own, and kills it with SIGKILL once that many tags are moved.
func (z *zone) killedRetagging(t *testing.T, moved int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestRetaggingProcess$", "-test.timeout=10m")
	cmd.Env = append(os.Environ(), "CLOISON_RETAG_DSN="+z.owner.Config().ConnString(), "CLOISON_RETAG_SOCKET="+z.Keys.CustodySocket())
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	must(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		var n int
		must(t, z.owner.QueryRow(t.Context(), laterTags).Scan(&n))
		if n >= moved {
			_ = cmd.Process.Kill()
			<-ended
			return
		}
		select {
		case err := <-ended:
			t.Fatalf("the retagging ended by itself at %d tags: %v\n%s", n, err, said.String())
		case <-time.After(time.Millisecond):
		}
	}
}

// TestRetaggingProcess is the process that killedRetagging kills.
func TestRetaggingProcess(t *testing.T) {
	dsn := os.Getenv("CLOISON_RETAG_DSN")
	if dsn == "" {
		return // run as a test of its own it has nothing to do
	}
	pool, err := pgxpool.New(t.Context(), dsn)
	must(t, err)
	defer pool.Close()
	_, err = rotation.Retag(t.Context(), pool, retagger(os.Getenv("CLOISON_RETAG_SOCKET")), 3)
	must(t, err)
	// Whoever runs it meant to kill it before.
	_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
}

// Killed twice on the way, with a referral that is filed in between: at every moment each dossier is found, by a search as a person makes it; at the end
// each tag is of the present key, and none of a former one is left.
func TestARetaggingThatIsKilledGoesOn(t *testing.T) {
	t.Parallel()
	const count = 400
	z := newZone(t)
	ids := make([]string, count)
	must(t, db.InTx(t.Context(), z.owner, func(tx pgx.Tx) error {
		for i := range ids {
			ids[i] = store.NewID()
			if err := store.CreateDossier(t.Context(), tx, newDossier(ids[i], start)); err != nil {
				return err
			}
		}
		return nil
	}))
	number := func(i int) string { return fmt.Sprintf("75%08d", i) }
	filed := func(from, to int) {
		t.Helper()
		must(t, db.InTx(t.Context(), z.owner, func(tx pgx.Tx) error {
			for i := from; i < to; i++ {
				for class, value := range map[string]string{store.TagAGDREF: number(i), store.TagName: store.NameValue("Diallo", fmt.Sprint(i))} {
					tag, err := z.Keys.Index(t.Context(), class, value)
					if err != nil {
						return err
					}
					if err := store.InsertTag(t.Context(), tx, ids[i], class, tag); err != nil {
						return err
					}
				}
			}
			return nil
		}))
	}
	found := func(when string, numbers ...int) {
		t.Helper()
		for _, i := range numbers {
			tags, err := z.Keys.SearchTags(t.Context(), store.TagAGDREF, number(i))
			must(t, err)
			if list, err := store.FindByTag(t.Context(), z.Pool, store.TagAGDREF, tags...); err != nil || !slices.Equal(list, []string{ids[i]}) {
				t.Fatalf("%s, dossier %d is found as %v, %v", when, i, list, err)
			}
		}
	}
	filed(0, count-1)
	z.Keys.TakeSearchKey(t)
	found("before any tag moved", 0, 200, count-2)
	z.killedRetagging(t, count/4)
	found("killed once", 0, 200, count-2)
	filed(count-1, count)
	z.killedRetagging(t, count/2)
	found("killed twice", 0, 200, count-2, count-1)
	moved, err := rotation.Retag(t.Context(), z.owner, retagger(z.Keys.CustodySocket()), 50)
	must(t, err)
	if moved == 0 || moved >= 2*count {
		t.Errorf("the last run moved %d tags of %d", moved, 2*count)
	}
	var all, later int
	must(t, z.owner.QueryRow(t.Context(), `SELECT count(*), count(*) FILTER (WHERE octet_length(t.tag) = 33) FROM medical.search_tags t`).Scan(&all, &later))
	if all != 2*count || later != all {
		t.Errorf("%d tags, %d of the present key, want %d", all, later, 2*count)
	}
	found("at the end", 0, 200, count-2, count-1)
	if moved, err = rotation.Retag(t.Context(), z.owner, retagger(z.Keys.CustodySocket()), 50); err != nil || moved != 0 {
		t.Errorf("a further run moved %d, %v", moved, err)
	}
}
