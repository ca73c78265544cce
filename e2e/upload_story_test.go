package e2e_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"cloison/crypto/envelope"
)

const (
	largeDocument = 100 << 20
	growthLimit   = 48 << 20 // of the resident memory of medical, while it takes a large document
)

// An upload of 100 MiB grows medical by no more than 48 MiB; the rapporteur reads it back whole and by ranges.
func TestALargeDocumentCostsLittleMemory(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock})
	l := e.line(t, "case-01", false).to(t, "assignRapporteur")
	content := generated{seed: 1, size: largeDocument}
	whole := content.digest(t)
	medical := memoryOf{t, e.pid("medical")}

	before := medical.now()
	id := l.announce(t, content)
	peak := medical.peak(func() {
		if a := l.send(t, id, content.reader(), content.size, whole); a.Status != http.StatusOK {
			t.Fatal(a)
		}
	})
	t.Logf("upload of %d MiB: medical at %s before, %s at its highest, %s after: grew by %s", largeDocument>>20, mib(before), mib(peak), mib(medical.now()), mib(peak-before))
	if peak-before > growthLimit {
		t.Errorf("medical grew by %s, more than %s", mib(peak-before), mib(growthLimit))
	}

	t.Run("the rapporteur reads the same bytes", func(t *testing.T) {
		started := medical.now()
		var got hash.Hash
		highest := medical.peak(func() { got = l.hash(t, id) })
		t.Logf("reading it back: medical at %s before, %s at its highest", mib(started), mib(highest))
		if !bytes.Equal(got.Sum(nil), whole) {
			t.Error("the bytes read are not those sent")
		}
		if highest-before > growthLimit {
			t.Errorf("medical grew by %s since before the upload, more than %s", mib(highest-before), mib(growthLimit))
		}
	})
	for name, at := range map[string]struct{ from, length int64 }{
		"a range in the middle":                {largeDocument / 2, 1000},
		"a range that crosses two parts":       {envelope.PartSize - 700, 1500},
		"a range over a whole part and beyond": {envelope.PartSize*2 - 5, envelope.PartSize + 10},
		"the last byte":                        {largeDocument - 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			got := l.slice(t, id, at.from, at.length)
			if !bytes.Equal(got, content.slice(t, at.from, at.length)) {
				t.Error("the bytes read are not those sent")
			}
		})
	}
	t.Run("a range beyond the end", func(t *testing.T) {
		resp := l.open(t, id, fmt.Sprintf("bytes=%d-", largeDocument))
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusRequestedRangeNotSatisfiable {
			t.Errorf("want 416, got %d", resp.StatusCode)
		}
	})
}

// Killing medical in the middle of an upload leaves no document; the next start removes the parts; the same document is then taken.
func TestAKilledUploadLeavesNothing(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock, noRestart: true})
	l := e.line(t, "case-01", false).to(t, "assignRapporteur")
	content := generated{seed: 2, size: 40 << 20}
	whole := content.digest(t)
	id := l.announce(t, content)
	kept := stored(t, e)

	// Two parts and a half are sent, then medical dies with the rest still to come.
	body, rest := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		resp, err := l.sending(t, id, body, content.size, whole)
		if err == nil {
			resp.Body.Close()
			err = fmt.Errorf("the upload was answered %d", resp.StatusCode)
		}
		ended <- err
	}()
	if _, err := io.CopyN(rest, content.reader(), 2*envelope.PartSize+envelope.PartSize/2); err != nil {
		t.Fatal(err)
	}
	eventually(t, "two parts rest in the store", func() bool { return len(stored(t, e)) >= len(kept)+3 }) // and the mark
	e.kill(t, "medical")
	rest.CloseWithError(io.ErrClosedPipe)
	if err := <-ended; err == nil || strings.Contains(err.Error(), "answered") {
		t.Fatalf("the upload did not break: %v", err)
	}
	if n := documentRows(t, e, id); n != 0 {
		t.Errorf("%d rows of an upload that never ended", n)
	}
	if orphans := len(stored(t, e)) - len(kept); orphans < 3 {
		t.Fatalf("%d orphans: nothing was there to be removed", orphans)
	}

	e = again(t, e, options{clock: sharedClock})
	l.env = e
	if now := stored(t, e); len(now) != len(kept) {
		t.Errorf("the store holds %d files, %d before the upload", len(now), len(kept))
	}
	if said := logText(t, e, "medical"); !strings.Contains(said, `"msg":"unfinished uploads settled"`) || !strings.Contains(said, `"destroyed":1`) {
		t.Error("medical did not say that it removed an unfinished upload")
	}
	if a := e.as(t, "med-12").call(t, reading(l, id)); a.Status != http.StatusNotFound {
		t.Errorf("a document without content: %s", a)
	}
	if a := l.send(t, id, content.reader(), content.size, whole); a.Status != http.StatusOK {
		t.Fatal(a)
	}
	if !bytes.Equal(l.hash(t, id).Sum(nil), whole) {
		t.Error("the bytes read are not those sent")
	}
	// Parts of 16 MiB: three of them, and no mark is left.
	if now := stored(t, e); len(now) != len(kept)+3 {
		t.Errorf("the store holds %d files more than before, want 3 parts", len(now)-len(kept))
	}
}

// generated are random bytes that nobody keeps: drawn anew each time they are read.
type generated struct {
	seed uint64
	size int64
}

func (g generated) reader() io.Reader {
	var seed [32]byte
	seed[0] = byte(g.seed)
	return io.LimitReader(rand.NewChaCha8(seed), g.size)
}

func (g generated) digest(t *testing.T) []byte {
	t.Helper()
	sum := sha256.New()
	if _, err := io.Copy(sum, g.reader()); err != nil {
		t.Fatal(err)
	}
	return sum.Sum(nil)
}

func (g generated) slice(t *testing.T, from, length int64) []byte {
	t.Helper()
	r := g.reader()
	if _, err := io.CopyN(io.Discard, r, from); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, length)
	if _, err := io.ReadFull(r, b); err != nil {
		t.Fatal(err)
	}
	return b
}

// announce creates the document that the content is for.
func (l *line) announce(t *testing.T, content generated) string {
	t.Helper()
	body := l.given.Documents[0].Body()
	body["size"] = content.size
	delete(body, "sha256")
	a := l.env.as(t, l.secretary).do(t, l.call("createDocument", body))
	id, _ := a.object(t)["id"].(string)
	return id
}

// send streams a content to uploadDocument.
func (l *line) send(t *testing.T, id string, content io.Reader, size int64, digest []byte) answer {
	t.Helper()
	resp, err := l.sending(t, id, content, size, digest)
	if err != nil {
		t.Fatalf("uploading: %v", err)
	}
	a, err := l.env.as(t, l.secretary).read(resp, "uploadDocument")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (l *line) sending(t *testing.T, id string, content io.Reader, size int64, digest []byte) (*http.Response, error) {
	p := l.env.as(t, l.secretary)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, l.contentURL(p, id)+"?offset=0&complete=true", io.NopCloser(content))
	if err != nil {
		return nil, err
	}
	req.ContentLength = size
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(digest)+":")
	return p.client.Do(req)
}

func (l *line) contentURL(p *person, id string) string {
	path := strings.NewReplacer("{dossier}", l.dossier, "{document}", id).Replace(p.portal.ops["uploadDocument"].path)
	return p.portal.base + path
}

// reading is a call for the content of any document of the dossier.
func reading(l *line, id string) call {
	return call{op: "getDocumentContent", path: map[string]string{"dossier": l.dossier, "document": id}, query: url.Values{"purpose": {"INSTRUCTION"}}}
}

// open begins to read a document as the rapporteur.
func (l *line) open(t *testing.T, id, span string) *http.Response {
	t.Helper()
	p := l.env.as(t, l.who("saveReport"))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, l.contentURL(p, id)+"?purpose=INSTRUCTION", nil)
	if err != nil {
		t.Fatal(err)
	}
	if span != "" {
		req.Header.Set("Range", span)
	}
	resp, err := p.client.Do(req)
	if err != nil {
		t.Fatalf("reading a document: %v", err)
	}
	return resp
}

func (l *line) hash(t *testing.T, id string) hash.Hash {
	t.Helper()
	resp := l.open(t, id, "")
	defer resp.Body.Close()
	sum := sha256.New()
	if n, err := io.Copy(sum, resp.Body); err != nil || resp.StatusCode != http.StatusOK || n != resp.ContentLength {
		t.Fatalf("reading a document: %d, %d of %d bytes, %v", resp.StatusCode, n, resp.ContentLength, err)
	}
	return sum
}

func (l *line) slice(t *testing.T, id string, from, length int64) []byte {
	t.Helper()
	resp := l.open(t, id, fmt.Sprintf("bytes=%d-%d", from, from+length-1))
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusPartialContent {
		t.Fatalf("reading a range: %d, %v", resp.StatusCode, err)
	}
	if got, want := resp.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-%d/%d", from, from+length-1, int64(largeDocument)); got != want {
		t.Errorf("Content-Range %q, want %q", got, want)
	}
	return b
}

// memoryOf reads the resident memory of a process from /proc.
type memoryOf struct {
	t   *testing.T
	pid int
}

func (m memoryOf) now() int64 { return m.status("VmRSS") }

// peak is the highest resident memory while work is done. The kernel keeps the mark; it is put back to the present first.
func (m memoryOf) peak(work func()) int64 {
	m.t.Helper()
	if err := os.WriteFile(m.file("clear_refs"), []byte("5"), 0); err != nil {
		m.t.Fatalf("resetting the peak of resident memory (root, or the owner of the process, may): %v", err)
	}
	if reset, now := m.status("VmHWM"), m.now(); reset > now+growthLimit/4 {
		m.t.Fatalf("the peak was not reset: %s, now %s", mib(reset), mib(now))
	}
	work()
	return m.status("VmHWM")
}

func (m memoryOf) file(name string) string { return filepath.Join("/proc", strconv.Itoa(m.pid), name) }

func (m memoryOf) status(field string) int64 {
	m.t.Helper()
	text, err := os.ReadFile(m.file("status"))
	if err != nil {
		m.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, field+":"); ok {
			kib, err := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			if err != nil {
				m.t.Fatal(err)
			}
			return kib << 10
		}
	}
	m.t.Fatalf("no %s in the status of the process", field)
	return 0
}

func mib(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }

// stored lists the files of the store, marks included.
func stored(t *testing.T, e *environment) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(filepath.Join(e.dir, "store"), func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && entry.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// documentRows counts what says that a document has content.
func documentRows(t *testing.T, e *environment, id string) int {
	t.Helper()
	const rows = `SELECT (SELECT count(*) FROM medical.uploads WHERE document = $1) + (SELECT count(*) FROM medical.document_parts WHERE document = $1)
		+ (SELECT count(*) FROM medical.records WHERE kind = 'manifest' AND id = $1::text)`
	return e.count(t, medicalZone, rows, id)
}

// again starts an environment on the folder of one that it stops first.
func again(t *testing.T, e *environment, o options) *environment {
	t.Helper()
	if err := e.stop(); err != nil {
		t.Fatal(err)
	}
	next, err := theWorld.launch(e.dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := next.stop(); err != nil {
			t.Error(err)
		}
	})
	return next
}

func logText(t *testing.T, e *environment, program string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(e.dir, "log", program+".log"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
