package bench

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"cloison/audit"
	"cloison/crypto/checkpoint"
	"cloison/crypto/keyfile"
	"cloison/internal/clock"
)

// logSize is a multiple of a tile; the work is the same per entry at any size.
const logSize = 1 << 20

// BenchmarkLog is P7: a whole log verified from a folder, beside SHA-256 alone over the same bytes, read from the same files on as many threads.
func BenchmarkLog(b *testing.B) {
	dir := b.TempDir()
	verifier := layLog(b, dir)
	fetch := func(_ context.Context, path string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, path)) }
	for range b.N {
		verified, hashed := best(b, 3, elapsed, func() {
			r, err := audit.Verify(b.Context(), fetch, audit.VerifyOptions{Log: verifier})
			if err != nil || r.Broken != nil || r.Entries != logSize {
				b.Fatalf("%+v, %v", r.Broken, err)
			}
		}, func() { hashBundles(b, fetch) })
		rate := func(d time.Duration) float64 { return logSize / d.Seconds() / 1000 }
		publish(b, "log", []row{atLeast("P7", fmt.Sprintf("verify a log of %d entries; SHA-256 over the same bytes", logSize), rate(verified), rate(hashed), "1000 entries/s", 0.5)})
	}
}

func elapsed(work func()) time.Duration {
	begin := clock.Machine{}.Now()
	work()
	return clock.Machine{}.Now().Sub(begin)
}

func hashBundles(b *testing.B, fetch audit.Fetch) {
	var next, threads = make(chan int64), sync.WaitGroup{}
	for range runtime.GOMAXPROCS(0) {
		threads.Go(func() {
			for i := range next {
				content, err := fetch(b.Context(), audit.TilePath(-1, i, audit.TileWidth))
				if err != nil {
					b.Error(err)
				}
				sha256.Sum256(content)
			}
		})
	}
	for i := range int64(logSize / audit.TileWidth) {
		next <- i
	}
	close(next)
	threads.Wait()
}

// layLog writes a signed log of entries as they are in a zone.
func layLog(b *testing.B, dir string) note.Verifier {
	b.Helper()
	put := func(path string, content []byte) {
		full := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(full, content, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	e := audit.Entry{At: time.Date(2026, 3, 2, 9, 0, 0, 123456000, time.UTC), Subject: audit.NewID(), Session: audit.NewID(), Role: "MEDECIN", Purpose: "INSTRUCTION",
		Action: "document.read", ObjectKind: "dossier", Object: audit.NewID(), Item: audit.NewID(), Decision: audit.Allow, Rule: "ALLOW_RAPPORTEUR",
		Policy: strings.Repeat("0a", 32), Outcome: audit.Intent, RequestID: audit.NewID(), Retention: audit.Access}
	level := make([]tlog.Hash, 0, logSize)
	var bundle []byte
	for i := range int64(logSize) {
		e.ID = audit.NewID()
		canonical := e.Canonical()
		level = append(level, tlog.RecordHash(canonical))
		bundle = append(binary.BigEndian.AppendUint16(bundle, uint16(len(canonical))), canonical...)
		if (i+1)%audit.TileWidth == 0 {
			put(audit.TilePath(-1, i/audit.TileWidth, audit.TileWidth), bundle)
			bundle = bundle[:0]
		}
	}
	for n := 0; len(level) > 0; n++ {
		var above []tlog.Hash
		for first := 0; first < len(level); first += audit.TileWidth {
			tile := level[first:min(first+audit.TileWidth, len(level))]
			var content []byte
			for _, h := range tile {
				content = append(content, h[:]...)
			}
			put(audit.TilePath(n, int64(first/audit.TileWidth), len(tile)), content)
			if len(tile) == audit.TileWidth {
				above = append(above, treeOf(tile))
			}
		}
		if len(above) == 0 {
			return sealLog(b, treeOf(level), put)
		}
		level = above
	}
	return nil
}

func treeOf(hashes []tlog.Hash) tlog.Hash {
	if len(hashes) == 1 {
		return hashes[0]
	}
	return tlog.NodeHash(treeOf(hashes[:len(hashes)/2]), treeOf(hashes[len(hashes)/2:]))
}

func sealLog(b *testing.B, root tlog.Hash, put func(string, []byte)) note.Verifier {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	const origin = "cloison.bench.medical"
	signed, err := checkpoint.Sign(checkpoint.Checkpoint{Origin: origin, Size: logSize, Root: root}, checkpoint.NewSigner(origin, keyfile.NewSigner(private)))
	if err != nil {
		b.Fatal(err)
	}
	put(audit.CheckpointPath, signed)
	put("key", []byte(checkpoint.VerifierKey(origin, public)+"\n"))
	verifier, err := checkpoint.NewVerifier(origin, public)
	if err != nil {
		b.Fatal(err)
	}
	return verifier
}
