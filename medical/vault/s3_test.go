package vault_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"cloison/crypto/envelope"
	"cloison/internal/dev/child"
	"cloison/internal/secret"
	"cloison/medical/vault"
)

// newS3 runs an S3 server on a folder of the test, with a bucket. tools/setup.sh builds it.
func newS3(t *testing.T) *vault.S3 {
	t.Helper()
	program, err := filepath.Abs("../../.data/tools/versitygw")
	must(t, err)
	if _, err := os.Stat(program); err != nil {
		t.Fatal("no S3 server to test with: tools/setup.sh test builds it")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	address := listener.Addr().String()
	must(t, listener.Close())
	root, side, key := t.TempDir(), t.TempDir(), rand.Text()
	cmd := exec.Command(program, "--access", "test", "--secret", key, "--port", address, "--quiet", "posix", "--sidecar", side, root)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	server, err := child.Start(cmd, syscall.SIGTERM)
	must(t, err)
	t.Cleanup(func() { server.Stop(syscall.SIGTERM) })
	must(t, makeBucket(t.Context(), address, key, server))
	s, err := vault.NewS3(t.Context(), vault.S3Options{Endpoint: address, Region: "us-east-1", Bucket: "parts", AccessKey: "test",
		SecretKey: secret.NewString(key), Insecure: true})
	must(t, err)
	return s
}

func makeBucket(ctx context.Context, address, key string, server *child.Child) error {
	client, err := minio.New(address, &minio.Options{Creds: credentials.NewStaticV4("test", key, ""), Region: "us-east-1"})
	if err != nil {
		return err
	}
	end := time.After(30 * time.Second)
	for {
		if err = client.MakeBucket(ctx, "parts", minio.MakeBucketOptions{Region: "us-east-1"}); err == nil {
			return nil
		}
		select {
		case <-server.Done():
			return errors.New("the S3 server ended")
		case <-end:
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stores are the two kinds: what follows holds for both.
func stores(t *testing.T) map[string]func(*testing.T) vault.Objects {
	return map[string]func(*testing.T) vault.Objects{
		"directory": func(t *testing.T) vault.Objects {
			d, err := vault.NewDirectory(t.TempDir())
			must(t, err)
			return d
		},
		"s3": func(t *testing.T) vault.Objects { return newS3(t) },
	}
}

func TestAStoreKeepsWhatItWasGiven(t *testing.T) {
	t.Parallel()
	for name, open := range stores(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			ctx, upload := t.Context(), strings.Repeat("ab", 24)
			object := func(i int) string { return fmt.Sprintf("%s%016x", upload, i) }
			const size = 12<<20 + 345
			fill := func(w io.Writer) error { _, err := io.Copy(w, &pattern{n: size}); return err }

			must(t, s.Begin(ctx, upload))
			must(t, s.Begin(ctx, upload))
			stored, err := s.Create(ctx, object(0), fill)
			if err != nil || stored != size {
				t.Fatalf("stored %d, %v", stored, err)
			}
			if _, err := s.Create(ctx, object(1), func(w io.Writer) error {
				_, err := w.Write(make([]byte, 6<<20))
				return errors.Join(err, errors.New("the sender went off"))
			}); err == nil || !strings.Contains(err.Error(), "went off") {
				t.Errorf("a failed write: %v", err)
			}
			if _, err := s.Open(ctx, object(1)); !errors.Is(err, vault.ErrNoObject) {
				t.Errorf("what was not written whole: %v", err)
			}
			_, err = s.Create(ctx, object(2), fill)
			must(t, err)
			names, err := s.List(ctx, upload)
			if slices.Sort(names); err != nil || !slices.Equal(names, []string{object(0), object(2)}) {
				t.Errorf("listed %v, %v", names, err)
			}
			if marked, err := s.Unfinished(ctx); err != nil || !slices.Equal(marked, []string{upload}) {
				t.Errorf("unfinished %v, %v", marked, err)
			}

			for range 2 { // settling again changes nothing
				must(t, s.Settle(ctx, upload, map[string]bool{object(2): true}))
				if marked, err := s.Unfinished(ctx); err != nil || len(marked) != 0 {
					t.Errorf("unfinished %v, %v", marked, err)
				}
			}
			if _, err := s.Open(ctx, object(0)); !errors.Is(err, vault.ErrNoObject) {
				t.Errorf("what was not kept: %v", err)
			}
			kept, err := s.Open(ctx, object(2))
			must(t, err)
			defer kept.Close()
			for _, at := range []struct{ from, length int64 }{{size - 10, 10}, {0, 100}, {100, 3 << 20}, {5 << 20, 65536}, {5<<20 + 65536, 65536}, {0, size}} {
				got := make([]byte, at.length)
				if n, err := kept.ReadAt(got, at.from); int64(n) != at.length || err != nil && err != io.EOF || !bytes.Equal(got, patternAt(at.from, at.length)) {
					t.Errorf("reading %+v: %d, %v", at, n, err)
				}
			}
			if n, err := kept.ReadAt(make([]byte, 20), size-10); n != 10 || err != io.EOF || kept.Size() != size {
				t.Errorf("past the end: %d, %v; size %d", n, err, kept.Size())
			}
			must(t, s.Settle(ctx, upload, nil))
			if names, err := s.List(ctx, upload); err != nil || len(names) != 0 {
				t.Errorf("left %v, %v", names, err)
			}
		})
	}
}

// TestAnUploadIntoABucket goes there and back, cut and resumed, in bounded memory.
func TestAnUploadIntoABucket(t *testing.T) {
	d := newDesk(t)
	objects := newS3(t)
	d.Vault = d.NewVaultOn(t, objects)
	dossier := d.open(t)
	const size = 2*envelope.PartSize + 10
	document := d.begin(t, dossier, size)
	if err := d.send(t, vault.Upload{Dossier: dossier, Document: document, Complete: true}, cut(0, envelope.PartSize+100)); !errors.Is(err, vault.ErrCut) {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	must(t, d.send(t, vault.Upload{Dossier: dossier, Document: document, Offset: envelope.PartSize, Complete: true}, &pattern{at: envelope.PartSize, n: size}))
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 24<<20 {
		t.Errorf("sending a part allocated %d bytes", got)
	}
	d.same(t, dossier, document, size)
	if marked, err := objects.Unfinished(t.Context()); err != nil || len(marked) != 0 {
		t.Errorf("unfinished %v, %v", marked, err)
	}
	if swept, err := d.Vault.Sweep(t.Context()); err != nil || swept != (vault.Swept{}) {
		t.Errorf("swept %+v, %v", swept, err)
	}
	got, err := d.download(t, dossier, document, envelope.PartSize-5, 10)
	if err != nil || !bytes.Equal(got, patternAt(envelope.PartSize-5, 10)) {
		t.Errorf("a range across two objects: %v", err)
	}
}
