// Package vaulttest gives tests a medical zone with a real keyholder: the service on its two sockets, a keystore made for the test, one
// issuer whose tokens the test signs, a roster, and the gate and vault in front of it.
package vaulttest

import (
	"crypto/ed25519"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/act"
	"cloison/internal/secret"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
)

// Zone of every test.
const Zone = "medical"

// Clock stands where the test puts it.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the time set last.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// World is a medical zone in a test.
type World struct {
	Pool    *pgxpool.Pool
	Clock   *Clock
	Keys    *Keyholder
	Gate    *act.Gate
	Vault   *vault.Vault
	Objects *vault.Directory
	Folder  string // of the ciphertext store
}

// New makes a zone on pool, whose role is the program's. keyholder is open, with the people of Roster.
func New(t testing.TB, pool *pgxpool.Pool, at time.Time) *World {
	t.Helper()
	engine, err := policy.New()
	check(t, err)
	paris, err := time.LoadLocation("Europe/Paris")
	check(t, err)
	w := &World{Pool: pool, Clock: &Clock{now: at}, Folder: filepath.Join(t.TempDir(), "store")}
	w.Keys = newKeyholder(t, w.Clock, paris)
	w.Gate = act.New(act.Options{Pool: pool, Policy: engine, Clock: w.Clock, Zone: Zone, Location: paris, Constraints: store.Constraints})
	w.Objects, err = vault.NewDirectory(w.Folder)
	check(t, err)
	w.Vault = w.NewVault(t, w.Keys.Public)
	return w
}

// NewVault makes another vault on the same zone, with the public key for recipients given.
func (w *World) NewVault(t testing.TB, recipients ed25519.PublicKey) *vault.Vault {
	t.Helper()
	return w.newVault(t, vault.Options{RecipientKey: recipients})
}

// NewVaultOn makes one on another store of the same zone.
func (w *World) NewVaultOn(t testing.TB, objects vault.Objects) *vault.Vault {
	t.Helper()
	return w.newVault(t, vault.Options{Objects: objects})
}

// NewVaultWith makes one with an inspector.
func (w *World) NewVaultWith(t testing.TB, inspector vault.Inspector) *vault.Vault {
	t.Helper()
	return w.newVault(t, vault.Options{Inspector: inspector})
}

func (w *World) newVault(t testing.TB, o vault.Options) *vault.Vault {
	t.Helper()
	o.Keys, o.Pool, o.Zone = w.Keys, w.Pool, Zone
	if o.RecipientKey == nil {
		o.RecipientKey = w.Keys.Public
	}
	if o.Objects == nil {
		o.Objects = w.Objects
	}
	v, err := vault.New(o)
	check(t, err)
	return v
}

// Physician is a subject who has just signed in, at keyholder too.
func (w *World) Physician(t testing.TB, id string) act.Subject {
	t.Helper()
	return act.Subject{ID: id, Reference: store.NewID(), Session: store.NewID(), Role: "MEDECIN", Profession: "10", Habilitated: true,
		Handle: secret.NewString(w.Keys.SignIn(t, id))}
}

// Secretary is a subject of the direction of Paris who has just signed in.
func (w *World) Secretary(t testing.TB, id string) act.Subject {
	t.Helper()
	return act.Subject{ID: id, Reference: store.NewID(), Session: store.NewID(), Role: "SECRETARIAT_MEDICAL", Habilitated: true,
		Directions: []string{"DT-PARIS"}, Handle: secret.NewString(w.Keys.SignIn(t, id))}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
