package bench

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"filippo.io/age"
	"golang.org/x/sys/unix"

	"cloison/crypto/envelope"
	"cloison/crypto/open"
	"cloison/crypto/seal"
)

// BenchmarkSealing is P1: what parts cost, beside age alone.
func BenchmarkSealing(b *testing.B) {
	for range b.N {
		publish(b, "sealing", sealAndOpen(b))
	}
}

// BenchmarkDocuments is P2 and P3: a document there and back over HTTP.
func BenchmarkDocuments(b *testing.B) {
	for range b.N {
		d := newPortal(b)
		publish(b, "documents", slices.Concat(upload(b, d), firstByte(b, d)))
	}
}

const sealedSize = 256 << 20

// rounds are interleaved with their baseline, and the best of each counts: what disturbs a machine makes things slower only.
const rounds = 9

// best is the shortest time of each of two works, in turn, as measure takes it.
func best(b *testing.B, n int, measure func(func()) time.Duration, work, baseline func()) (workTime, baselineTime time.Duration) {
	b.Helper()
	workTime, baselineTime = time.Hour, time.Hour
	for range n {
		workTime = min(workTime, measure(work))
		baselineTime = min(baselineTime, measure(baseline))
	}
	return workTime, baselineTime
}

// onProcessor is the processor's time of work that is done in memory on one thread: what else the machine does counts for nothing.
func onProcessor(work func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	used := func() time.Duration {
		var u unix.Rusage
		_ = unix.Getrusage(unix.RUSAGE_THREAD, &u) // never fails with these arguments
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	work()
	return used() - before
}

func timed(work func()) time.Duration {
	start := time.Now()
	work()
	return time.Since(start)
}

func rate(size int64, d time.Duration) float64 { return float64(size) / (1 << 20) / d.Seconds() }

// sealAndOpen is P1: sealed to nowhere, opened from memory, on both sides.
func sealAndOpen(b *testing.B) []row {
	b.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	must(b, err)
	identity, err := age.GenerateHybridIdentity()
	must(b, err)
	c := seal.Compartment{Recipient: identity.Recipient().String(), Epoch: "2026"}
	c.Signature = ed25519.Sign(private, envelope.RecipientStatement("bench", "d", envelope.Medical, c.Epoch, c.Recipient))
	recipient, err := seal.CheckRecipient(public, "bench", "d", envelope.Medical, c)
	must(b, err)

	sealParts := func(to func(i int) io.Writer) {
		for i := range sealedSize / envelope.PartSize {
			_, _, err := recipient.Part(to(i), partOf(i), &repeated{size: envelope.PartSize})
			must(b, err)
		}
	}
	sealWhole := func(to io.Writer) {
		w, err := age.Encrypt(to, identity.Recipient())
		must(b, err)
		_, err = io.Copy(w, &repeated{size: sealedSize})
		must(b, err)
		must(b, w.Close())
	}
	sealing, sealingWhole := best(b, rounds, onProcessor,
		func() { sealParts(func(int) io.Writer { return io.Discard }) },
		func() { sealWhole(io.Discard) })

	parts, whole := make([]buffer, sealedSize/envelope.PartSize), buffer{}
	sealParts(func(i int) io.Writer { return &parts[i] })
	sealWhole(&whole)
	opening, openingWhole := best(b, rounds, onProcessor,
		func() {
			for i := range parts {
				header, err := envelope.Header(parts[i].b)
				must(b, err)
				key, err := age.DecryptHeader(header, identity)
				must(b, err)
				r, err := open.Part(key, partOf(i), &parts[i], int64(len(parts[i].b)))
				must(b, err)
				_, err = io.Copy(io.Discard, r)
				must(b, err)
			}
		},
		func() {
			r, size, err := age.DecryptReaderAt(&whole, int64(len(whole.b)), identity)
			must(b, err)
			_, err = io.Copy(io.Discard, io.NewSectionReader(r, 0, size))
			must(b, err)
		})
	return []row{
		atLeast("P1 seal", "256 MiB in parts, beside age whole (processor time)", rate(sealedSize, sealing), rate(sealedSize, sealingWhole), "MiB/s", 0.95),
		atLeast("P1 open", "256 MiB in parts, beside age whole (processor time)", rate(sealedSize, opening), rate(sealedSize, openingWhole), "MiB/s", 0.95),
	}
}

func partOf(i int) envelope.Context {
	return envelope.Context{Zone: "bench", Dossier: "d", Compartment: envelope.Medical, Kind: "part", ID: "p", Version: 1,
		Part: i, Last: i == sealedSize/envelope.PartSize-1}
}

// buffer is a sealed file in memory.
type buffer struct{ b []byte }

func (p *buffer) Write(q []byte) (int, error) { p.b = append(p.b, q...); return len(q), nil }
func (p *buffer) ReadAt(q []byte, off int64) (int, error) {
	if off >= int64(len(p.b)) {
		return 0, io.EOF
	}
	n := copy(q, p.b[off:])
	if n < len(q) {
		return n, io.EOF
	}
	return n, nil
}

// repeated gives size bytes at the cost of a copy.
type repeated struct{ at, size int64 }

var noise = func() []byte {
	b := make([]byte, 1<<20)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return b
}()

func (r *repeated) Read(p []byte) (int, error) {
	if r.at == r.size {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), r.size-r.at)], noise[r.at%int64(len(noise)):])
	r.at += int64(n)
	return n, nil
}

// uploadSize is P2's; BENCH_UPLOAD_MIB makes it smaller where there is no time or no disk.
func uploadSize(b *testing.B) int64 {
	b.Helper()
	asked := os.Getenv("BENCH_UPLOAD_MIB")
	if asked == "" {
		return 2 << 30
	}
	n, err := strconv.ParseInt(asked, 10, 64)
	must(b, err)
	return n << 20
}

// upload is P2: one call over HTTP, decided, sealed, recorded and synced, beside the age program writing one file of the same disk, synced.
func upload(b *testing.B, d *portal) []row {
	b.Helper()
	size, program := uploadSize(b), ageProgram(b)
	identity, err := age.GenerateHybridIdentity()
	must(b, err)
	memory := grown(b, func() { d.upload(b, d.announce(b, size), size) })
	work, baseline := best(b, 3, timed,
		func() { d.upload(b, d.announce(b, size), size) },
		func() {
			out := filepath.Join(d.Folder, "by-age")
			cmd := exec.Command(program, "-r", identity.Recipient().String(), "-o", out)
			cmd.Stdin = &repeated{size: size}
			said, err := cmd.CombinedOutput()
			if err != nil {
				b.Fatalf("age: %v: %s", err, said)
			}
			f, err := os.OpenFile(out, os.O_WRONLY, 0)
			must(b, err)
			must(b, f.Sync())
			must(b, f.Close())
			must(b, os.Remove(out))
		})
	return []row{
		atLeast("P2 upload", fmt.Sprintf("%d MiB over HTTP to sealed parts on disk, beside age -r", size>>20), rate(size, work), rate(size, baseline), "MiB/s", 0.8),
		atMost("P2 memory", fmt.Sprintf("resident memory that %d MiB add, the sender's too, beside 48 MiB", size>>20), float64(memory)/(1<<20), 48, "MiB", 1),
	}
}

// ageProgram is the command of age; tools/setup.sh builds it.
func ageProgram(b *testing.B) string {
	b.Helper()
	program, err := filepath.Abs("../.data/tools/age")
	must(b, err)
	if _, err := os.Stat(program); err != nil {
		b.Fatal("no age program: tools/setup.sh bench builds it")
	}
	return program
}

// firstByte is P3: the first byte of a range in the middle, of a large document and of a small one in turn.
func firstByte(b *testing.B, d *portal) []row {
	b.Helper()
	const large, small = 200 << 20, 1 << 20
	of := map[int64]string{}
	for _, size := range []int64{large, small} {
		of[size] = d.announce(b, size)
		d.upload(b, of[size], size)
	}
	var times [2][]time.Duration
	for range 60 {
		for i, size := range []int64{large, small} {
			times[i] = append(times[i], timed(func() { d.first(b, of[size], size/2) }))
		}
	}
	for i := range times {
		slices.Sort(times[i])
	}
	value, baseline := times[0][len(times[0])/2], times[1][len(times[1])/2]
	return []row{atMost("P3 first byte", "middle of 200 MiB, beside the middle of 1 MiB (median of 60)",
		value.Seconds()*1e3, baseline.Seconds()*1e3, "ms", 1.3)}
}

// first reads the first byte of a range.
func (d *portal) first(b *testing.B, document string, at int64) {
	b.Helper()
	req, err := http.NewRequest(http.MethodGet, d.url(document)+"?purpose=INSTRUCTION", nil)
	must(b, err)
	req.Header.Set("X-Bench", "physician")
	req.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", at, at+65535))
	resp, err := d.client.Do(req)
	must(b, err)
	defer resp.Body.Close()
	if _, err := io.ReadFull(resp.Body, make([]byte, 1)); err != nil || resp.StatusCode != http.StatusPartialContent {
		b.Fatalf("reading a range: %d, %v", resp.StatusCode, err)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	must(b, err)
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
