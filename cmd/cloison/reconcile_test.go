package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/crypto/canonical"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/release"
)

func write(t *testing.T, a account) string {
	t.Helper()
	b, err := canonical.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "account.json")
	if err := os.WriteFile(path, append(b, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) account {
	t.Helper()
	a, err := readAccount(path)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// release appends an event to a dossier and delivers what it released.
func (z *aZone) release(t *testing.T, dossier string, data medical.EventData) {
	t.Helper()
	at := time.Date(2026, 1, 17, 9, 0, 0, 0, time.UTC)
	err := db.InTx(t.Context(), z.Pool, func(tx pgx.Tx) error {
		if _, err := store.AppendEvents(t.Context(), tx, dossier, []medical.Event{{At: at, Actor: "system", Data: data}}, store.With{}); err != nil {
			return err
		}
		next, err := store.NextUndelivered(t.Context(), tx)
		if err != nil {
			return err
		}
		return store.MarkDelivered(t.Context(), tx, next.Seq, at)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The medical zone is restored from before two notices left: it takes neither their numbers nor their notices again.
func TestARestoredMedicalZoneTakesNoNumberTwice(t *testing.T) {
	t.Parallel()
	z := newMedicalZone(t)
	z.release(t, z.dossiers[0], medical.SaisineRecue{})
	z.release(t, z.dossiers[1], medical.SaisineRecue{})
	from := z.backup(t, "backup")
	z.release(t, z.dossiers[0], medical.CertificatRecu{Accepted: true})
	z.release(t, z.dossiers[1], medical.CertificatRecu{Accepted: true})
	list := filepath.Join(z.dir, "sent.json")
	does(t, "reconcile", "--zone", "medical", "--database-url-file", secretFile(t, z.names.OwnerURL), "--out", list)
	sent := read(t, list)
	if len(sent.Releases) != 4 || sent.Numbers["delivered"] != 4 {
		t.Fatalf("sent %+v", sent)
	}
	theirs := account{Version: 1, Zone: "server", Numbers: map[string]int64{"counter.release": 4, "counter.referral_event": 0, "counter.acknowledgement": 0}, Releases: sent.Releases}

	url, open := z.empty(t)
	does(t, "restore", "--zone", "medical", "--database-url-file", url, "--from", from, "--store", filepath.Join(z.dir, "store"), "--custody-socket", z.Keys.CustodySocket())
	reconcile := []string{"reconcile", "--zone", "medical", "--database-url-file", url, "--other"}
	cut := theirs
	cut.Releases = theirs.Releases[:3]
	if _, err := tool(t, append(reconcile, write(t, cut), "--apply")...); err == nil || !strings.Contains(err.Error(), "--after 2") {
		t.Errorf("a list that is cut: %v", err)
	}
	if _, err := tool(t, append(reconcile, list)...); err == nil || !strings.Contains(err.Error(), "l'autre zone") {
		t.Errorf("its own list: %v", err)
	}
	conn := open()
	counter := func() (n int64) {
		t.Helper()
		if err := conn.QueryRow(t.Context(), `SELECT c.value FROM medical.counters c`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	saysAll(t, does(t, append(reconcile, write(t, theirs))...), "release : de 2 à 4", "envoi 3, saisine", "N1")
	if counter() != 2 {
		t.Error("without --apply something was done")
	}
	saysAll(t, does(t, append(reconcile, write(t, theirs), "--apply")...), "Fait.")
	saysAll(t, does(t, append(reconcile, write(t, theirs), "--apply")...), "Rien à réparer")
	if n := counter(); n != 4 {
		t.Errorf("the last number is %d", n)
	}
	err := pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
		_, err := store.AppendEvents(t.Context(), tx, z.dossiers[0], []medical.Event{{At: time.Date(2026, 1, 17, 9, 0, 0, 0, time.UTC), Actor: "system",
			Data: medical.CertificatRecu{Accepted: true}}}, store.With{})
		return err
	})
	if n := counter(); err != nil || n != 4 {
		t.Errorf("the notice left again, as %d: %v", n, err)
	}
}

// The administrative zone is restored from before referrals came and releases were received: no number serves twice, what the medical zone
// delivered since is offered again, and what is of a referral that is gone will be set aside.
func TestARestoredAdministrativeZoneIsOfferedWhatItLost(t *testing.T) {
	t.Parallel()
	z := newMedicalZone(t)
	for _, d := range z.dossiers {
		z.release(t, d, medical.SaisineRecue{})
	}
	names := pgtest.New(t, "server")
	server := secretFile(t, names.OwnerURL)
	mine := filepath.Join(z.dir, "server.json")
	does(t, "reconcile", "--zone", "server", "--database-url-file", server, "--out", mine)
	theirs := filepath.Join(z.dir, "medical.json")
	does(t, "reconcile", "--zone", "medical", "--database-url-file", secretFile(t, z.names.OwnerURL), "--out", theirs)
	a := read(t, theirs)
	a.Numbers["cursor.referrals"], a.Numbers["cursor.acknowledgements"] = 7, 3

	saysAll(t, does(t, "reconcile", "--zone", "server", "--database-url-file", server, "--other", write(t, a), "--apply"), "acknowledgement : de 0 à 3", "referral_event : de 0 à 7")
	conn, err := pgx.Connect(t.Context(), names.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	var counters, lost string
	err = conn.QueryRow(t.Context(), `SELECT (SELECT string_agg(c.name || ' ' || c.value, ', ' ORDER BY c.name) FROM server.counters c), (SELECT count(*)::text FROM server.lost_referrals l)`).Scan(&counters, &lost)
	if err != nil || counters != "acknowledgement 3, referral_event 7, release 0" || lost != "2" {
		t.Errorf("counters %s, %s referrals lost, %v", counters, lost, err)
	}
	said := does(t, "reconcile", "--zone", "medical", "--database-url-file", secretFile(t, z.names.OwnerURL), "--other", mine, "--apply")
	saysAll(t, said, "les envois 1 à 2 sont offerts de nouveau")
	for want := int64(1); want <= 2; want++ {
		next, err := store.NextUndelivered(t.Context(), z.Pool)
		if err != nil || next.Seq != want {
			t.Errorf("offered %d, %v, want %d", next.Seq, err, want)
		}
		err = db.InTx(t.Context(), z.Pool, func(tx pgx.Tx) error {
			return store.MarkDelivered(t.Context(), tx, want, time.Date(2026, 1, 18, 9, 0, 0, 0, time.UTC))
		})
		if err != nil {
			t.Error(fmt.Errorf("delivering %d: %w", want, err))
		}
	}
}

// The medical zone is restored from before a dossier was destroyed, database and keyholder's folder alike; the other zone's log, which that restore could not
// reach, names it.
func TestADestroyedDossierThatComesBackIsTold(t *testing.T) {
	t.Parallel()
	z := newMedicalZone(t)
	owner := secretFile(t, z.names.OwnerURL)
	told := release.Shredding(z.dossiers[0])
	theirs := account{Version: 1, Zone: "server", Numbers: map[string]int64{"counter.release": 0, "counter.referral_event": 0, "counter.acknowledgement": 0}, Releases: []crossed{},
		Shreddings: []string{hex.EncodeToString(told[:]), strings.Repeat("0a", 32)}}
	said, err := tool(t, "reconcile", "--zone", "medical", "--database-url-file", owner, "--other", write(t, theirs), "--apply")
	if err == nil || !strings.Contains(err.Error(), "1 dossiers détruits sont revenus") || !strings.Contains(err.Error(), "tombstones --replay") {
		t.Errorf("restored: %v", err)
	}
	if saysAll(t, said, "dossier "+z.dossiers[0]); strings.Contains(said, z.dossiers[1]) {
		t.Errorf("said %s", said)
	}

	// Destroyed again, it is a destruction among this zone's own, and no news.
	if _, err := pgtest.Open(t, z.names.OwnerURL).Exec(t.Context(), `UPDATE medical.dossiers SET state = 'PURGE', version = version + 1 WHERE id = $1::uuid`, z.dossiers[0]); err != nil {
		t.Fatal(err)
	}
	does(t, "reconcile", "--zone", "medical", "--database-url-file", owner, "--other", write(t, theirs))
	list := filepath.Join(z.dir, "own.json")
	does(t, "reconcile", "--zone", "medical", "--database-url-file", owner, "--out", list)
	if own := read(t, list); !slices.Equal(own.Shreddings, theirs.Shreddings[:1]) {
		t.Errorf("this zone says that it destroyed %v", own.Shreddings)
	}
}

// A restored administrative zone learns again what the medical zone destroyed meanwhile.
func TestARestoredAdministrativeZoneLearnsWhatWasDestroyed(t *testing.T) {
	t.Parallel()
	names := pgtest.New(t, "server")
	owner := secretFile(t, names.OwnerURL)
	told := release.Shredding("6b0e7a52-3c1d-4f5e-9a77-0c2d41e0b6aa")
	theirs := account{Version: 1, Zone: "medical", Numbers: map[string]int64{"delivered": 0, "counter.release": 0, "cursor.referrals": 0, "cursor.acknowledgements": 0}, Releases: []crossed{},
		Shreddings: []string{hex.EncodeToString(told[:])}}
	reconcile := []string{"reconcile", "--zone", "server", "--database-url-file", owner, "--other", write(t, theirs)}
	saysAll(t, does(t, append(reconcile, "--apply")...), "1 destructions que cette zone ne savait plus", "Fait.")
	saysAll(t, does(t, append(reconcile, "--apply")...), "Rien à réparer")
	list := filepath.Join(t.TempDir(), "own.json")
	does(t, "reconcile", "--zone", "server", "--database-url-file", owner, "--out", list)
	if own := read(t, list); !slices.Equal(own.Shreddings, theirs.Shreddings) {
		t.Errorf("this zone knows %v", own.Shreddings)
	}
}
