package e2e_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"flag"
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

// largeDocument is as much as the transport carries, 2 GiB, when a long run asks for it.
var largeDocument = flag.Int64("large", 200<<20, "bytes of the large document")

const growthLimit = 48 << 20 // of the resident memory of medical, while it takes a large document

// An upload of 200 MiB, or of 2 GiB, grows medical by no more than 48 MiB; the rapporteur reads it back whole and by ranges.
func TestALargeDocumentCostsLittleMemory(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock, maxDocument: *largeDocument})
	l := e.line(t, "case-01", false).to(t, "assignRapporteur")
	content := generated{seed: 1, size: *largeDocument}
	whole := content.digest(t)
	medical := memoryOf{t, e.pid("medical")}

	before := medical.now()
	id := l.announce(t, content)
	peak := medical.peak(func() {
		if a := l.send(t, id, content, 0, whole); a.Status != http.StatusOK {
			t.Fatal(a)
		}
	})
	t.Logf("upload of %d MiB: medical at %s before, %s at its highest, %s after: grew by %s", *largeDocument>>20, mib(before), mib(peak), mib(medical.now()), mib(peak-before))
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
		"a range in the middle":                {*largeDocument / 2, 1000},
		"a range that crosses two parts":       {envelope.PartSize - 700, 1500},
		"a range over a whole part and beyond": {envelope.PartSize*2 - 5, envelope.PartSize + 10},
		"the last byte":                        {*largeDocument - 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			got := l.slice(t, id, at.from, at.length)
			if !bytes.Equal(got, content.slice(t, at.from, at.length)) {
				t.Error("the bytes read are not those sent")
			}
		})
	}
	t.Run("a range beyond the end", func(t *testing.T) {
		resp := l.open(t, id, fmt.Sprintf("bytes=%d-", *largeDocument))
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusRequestedRangeNotSatisfiable {
			t.Errorf("want 416, got %d", resp.StatusCode)
		}
	})
}

// Whatever program dies in the middle of an upload, what was acknowledged stays, the upload goes on from there, and the document is whole: one
// document, the bytes that were sent, no part that no document has.
func TestAnUploadGoesOnWhateverProgramIsKilled(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"medical", "keyholder", "postgres"} {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			o := options{clock: sharedClock, maxDocument: 100 << 20}
			e := start(t, o)
			l := e.line(t, "case-01", false).to(t, "assignRapporteur")
			content := generated{seed: 2, size: 100 << 20}
			id, kept := l.announce(t, content), stored(t, e)

			// Two parts and a half are sent; then the program dies, with the rest still to come.
			body, rest := io.Pipe()
			ended := make(chan int, 1)
			go func() {
				status := 0
				if resp, err := l.sending(t, id, body, 0, content.size, nil, true); err == nil {
					status = resp.StatusCode
					resp.Body.Close()
				}
				_ = body.CloseWithError(io.ErrClosedPipe) // the writer below must not wait for a reader that is gone
				ended <- status
			}()
			source := content.reader()
			if _, err := io.CopyN(rest, source, 2*envelope.PartSize+envelope.PartSize/2); err != nil {
				t.Fatal(err)
			}
			eventually(t, "two parts are acknowledged", func() bool { return l.offset(t, id) == 2*envelope.PartSize })
			e.kill(t, program)
			_, err := io.Copy(rest, source)
			rest.CloseWithError(err)
			if status := <-ended; program == "medical" && status != 0 {
				t.Errorf("an upload whose program was killed was answered %d", status)
			}

			l.goOn(t, id, content)
			e.forget() // keyholder's handles died with it
			if !bytes.Equal(l.hash(t, id).Sum(nil), content.digest(t)) {
				t.Error("the bytes read are not those sent")
			}
			if n := e.count(t, medicalZone, "SELECT count(*) FROM medical.uploads WHERE document = $1", id); n != 1 {
				t.Errorf("%d complete documents", n)
			}
			e = again(t, e, o) // what a dead database kept from being settled is swept at the next start
			if now := stored(t, e); len(now) != len(kept)+7 {
				t.Errorf("the store holds %d files more than before, want the 7 parts of the document", len(now)-len(kept))
			}
		})
	}
}

// offset is where an upload goes on, as getUpload says.
func (l *line) offset(t *testing.T, id string) int64 {
	t.Helper()
	a := l.env.persist(t, medicalZone, l.secretary, call{op: "getUpload", path: map[string]string{"dossier": l.dossier, "document": id}}).object(t)
	offset, _ := a["offset"].(float64)
	if size, _ := a["part_size"].(float64); size != envelope.PartSize || a["complete"] != true && int64(offset)%envelope.PartSize != 0 {
		t.Fatalf("getUpload says %v", a)
	}
	return int64(offset)
}

// goOn sends what is missing until the document is complete.
func (l *line) goOn(t *testing.T, id string, content generated) {
	t.Helper()
	eventually(t, "the upload ends", func() bool {
		offset := l.offset(t, id)
		if offset == content.size {
			return true
		}
		if offset < 2*envelope.PartSize {
			t.Fatalf("acknowledged parts are gone: %d", offset)
		}
		resp, err := l.sending(t, id, content.from(t, offset), offset, content.size-offset, nil, true)
		if err == nil {
			resp.Body.Close()
		}
		return false
	})
}

// A network that is cut in the middle of a part loses that part alone; what is sent again, or at the same time, or from another place,
// changes nothing.
func TestAnUploadWhoseNetworkIsCutGoesOn(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "assignRapporteur")
	content := generated{seed: 3, size: 40 << 20}
	id := l.announce(t, content)
	ctx, cut := context.WithCancel(t.Context())
	body, rest := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		req := l.request(t, id, body, 0, content.size, nil, true)
		_, err := e.as(t, l.secretary).client.Do(req.WithContext(ctx))
		ended <- err
	}()
	if _, err := io.CopyN(rest, content.reader(), envelope.PartSize+5<<20); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a part is acknowledged", func() bool { return l.offset(t, id) == envelope.PartSize })
	cut()
	rest.CloseWithError(io.ErrClosedPipe)
	if err := <-ended; err == nil {
		t.Fatal("the upload did not break")
	}
	for what, offset := range map[string]int64{"the call replayed": 0, "past what is kept": 2 * envelope.PartSize, "within a part": envelope.PartSize + 5<<20} {
		a := l.send(t, id, content, offset, nil)
		if a.Status != http.StatusConflict || !strings.Contains(a.Problem.Detail, "offset=16777216") {
			t.Errorf("%s: %s", what, a)
		}
	}
	results := make(chan answer, 2) // the same call twice at once
	for range 2 {
		go func() { results <- l.send(t, id, content, envelope.PartSize, nil) }()
	}
	one, other := <-results, <-results
	if one.Status != http.StatusOK && other.Status != http.StatusOK {
		t.Errorf("neither of two writers won: %s, %s", one, other)
	}
	if lost := max(one.Status, other.Status); lost != http.StatusOK && lost != http.StatusConflict {
		t.Errorf("one of two writers: %s, %s", one, other)
	}
	if a := l.send(t, id, content, envelope.PartSize, nil); a.Status != http.StatusConflict {
		t.Errorf("a complete document: %s", a)
	}
	if !bytes.Equal(l.hash(t, id).Sum(nil), content.digest(t)) {
		t.Error("the bytes read are not those sent")
	}
	if n := e.count(t, medicalZone, "SELECT count(*) FROM medical.document_parts WHERE document = $1", id); n != 3 {
		t.Errorf("%d parts, want 3", n)
	}
}

// What is larger, or declares more pages, than the policy allows is refused before a byte is sent.
func TestADocumentTooLargeIsRefusedWhenAnnounced(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "assignRapporteur")
	body := l.given.Documents[0].Body()
	for sentence, c := range map[string]call{
		"50 Mio":    l.call("createDocument", with(body, "size", 50<<20+1)),
		"500 pages": l.call("createDocument", with(body, "pages", 501)),
	} {
		if a := e.as(t, "sec-01").call(t, c); a.Status != http.StatusRequestEntityTooLarge || a.Problem.Code != "too_large" || !strings.Contains(a.Problem.Detail, sentence) {
			t.Errorf("%s: %s", sentence, a)
		}
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
	head := g.head()
	return io.MultiReader(strings.NewReader(head), io.LimitReader(rand.NewChaCha8(seed), g.size-int64(len(head))))
}

// head makes them a piece that an inspection admits: a DICOM file, whose one element is all the rest.
func (g generated) head() string {
	head := string(make([]byte, 128)) + "DICM\x02\x00\x10\x00UI\x14\x001.2.840.10008.1.2.1\x00\x09\x00\x01\x10UN\x00\x00"
	return string(binary.LittleEndian.AppendUint32([]byte(head), uint32(g.size-int64(len(head))-4)))
}

func (g generated) from(t *testing.T, offset int64) io.Reader {
	t.Helper()
	r := g.reader()
	if _, err := io.CopyN(io.Discard, r, offset); err != nil {
		t.Error(err)
	}
	return r
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
	body["size"], body["declared_name"], body["media_type"] = content.size, "serie.dcm", "application/dicom"
	delete(body, "sha256")
	a := l.env.as(t, l.secretary).do(t, l.call("createDocument", body))
	id, _ := a.object(t)["id"].(string)
	return id
}

// send streams what a content has from an offset on, and completes the document.
func (l *line) send(t *testing.T, id string, content generated, offset int64, digest []byte) answer {
	t.Helper()
	resp, err := l.sending(t, id, content.from(t, offset), offset, content.size-offset, digest, true)
	if err != nil {
		t.Errorf("uploading: %v", err)
		return answer{}
	}
	a, err := l.env.as(t, l.secretary).read(resp, "uploadDocument")
	if err != nil {
		t.Error(err)
	}
	return a
}

func (l *line) sending(t *testing.T, id string, content io.Reader, offset, size int64, digest []byte, complete bool) (*http.Response, error) {
	return l.env.as(t, l.secretary).client.Do(l.request(t, id, content, offset, size, digest, complete))
}

func (l *line) request(t *testing.T, id string, content io.Reader, offset, size int64, digest []byte, complete bool) *http.Request {
	target := fmt.Sprintf("%s?offset=%d&complete=%t", l.contentURL(l.env.as(t, l.secretary), id), offset, complete)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, target, io.NopCloser(content))
	if err != nil {
		t.Error(err)
		return nil
	}
	req.ContentLength = size
	req.Header.Set("Content-Type", "application/octet-stream")
	if digest != nil {
		req.Header.Set("Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(digest)+":")
	}
	return req
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
	if got, want := resp.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-%d/%d", from, from+length-1, *largeDocument); got != want {
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
