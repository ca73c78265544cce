package inspect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"cloison/internal/dev/hostile"
	"cloison/medical/inspect/wire"
)

// real is the inspector as production has it.
var real = sync.OnceValues(func() (*Inspector, error) {
	return New(context.Background(), Options{Program: program, Strict: true, Log: slog.New(slog.DiscardHandler), Time: 2 * time.Minute})
})

func inspector(t *testing.T) *Inspector {
	t.Helper()
	i, err := real()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// actor is an inspector that misbehaves.
func actor(t *testing.T, part string, args ...string) *Inspector {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	i, err := New(t.Context(), Options{Program: self, Args: append([]string{"act", part}, args...), Strict: true, Log: slog.New(slog.DiscardHandler), Time: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func verdictOf(t *testing.T, i *Inspector, content []byte, declared string) (wire.Verdict, error) {
	t.Helper()
	x, err := i.Begin(int64(len(content)), declared)
	if err != nil {
		return wire.Verdict{}, err
	}
	defer x.Close()
	if _, err := io.Copy(x, bytes.NewReader(content)); err != nil {
		return wire.Verdict{}, err
	}
	return x.Verdict(t.Context())
}

// TestHostileUploads is the manifest's table, against the real process, within its bounds.
func TestHostileUploads(t *testing.T) {
	t.Parallel()
	i := inspector(t)
	count := map[string]int{}
	for _, u := range hostile.Load(t) {
		content := u.Content(t)
		x, err := i.Begin(int64(len(content)), u.Declared)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.Write(content); err != nil {
			t.Errorf("%s: %v", u.ID, err)
		}
		v, err := x.Verdict(t.Context())
		if err != nil {
			t.Errorf("%s: %v", u.ID, err)
		}
		v = Judge(v, u.Name)
		c := x.c
		x.Close()
		if !u.Allows(string(v.Outcome), string(v.Reason)) {
			t.Errorf("%s: %s %s, expected %+v", u.ID, v.Outcome, v.Reason, u.Expected)
		}
		if used := c.cmd.ProcessState.SysUsage().(*syscall.Rusage); used.Maxrss > 512<<10 || used.Utime.Sec > 60 {
			t.Errorf("%s: %d KiB, %d s", u.ID, used.Maxrss, used.Utime.Sec)
		}
		count[string(v.Outcome)+" "+string(v.Reason)]++
	}
	var lines []string
	for outcome, n := range count {
		lines = append(lines, fmt.Sprintf("%3d %s", n, outcome))
	}
	slices.Sort(lines)
	t.Log("\n" + strings.Join(lines, "\n"))
}

// TestConfinedProcess tries from inside what a parser that was taken over would try. The same attempts from an unconfined process
// succeed: they are attempts.
func TestConfinedProcess(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	t.Setenv("CLOISON_SECRET", "x")
	scratch := t.TempDir()
	leaked, err := os.Create(filepath.Join(scratch, "open"))
	if err != nil {
		t.Fatal(err)
	}
	defer leaked.Close()
	if _, err := unix.FcntlInt(leaked.Fd(), unix.F_SETFD, 0); err != nil { // as a careless library leaves it
		t.Fatal(err)
	}
	var inode unix.Stat_t
	if err := unix.Fstat(int(leaked.Fd()), &inode); err != nil {
		t.Fatal(err)
	}
	try := func(part string, apart bool) []string {
		i := &Inspector{o: Options{Program: mustExecutable(t), Args: []string{"act", part, listener.Addr().String(), scratch, strconv.FormatUint(inode.Ino, 10)}, Time: 20 * time.Second}, apart: apart}
		could, err := i.check()
		if err != nil {
			t.Fatalf("%s: %v", part, err)
		}
		return could
	}
	if could := try("try", true); len(could) > 0 {
		t.Errorf("a confined inspector could %q", could)
	}
	if could := try("try", false); len(could) > 0 {
		t.Errorf("without namespaces, the filter alone leaves %q", could)
	}
	if could := try("try namespace", true); len(could) > 0 {
		t.Errorf("without the filter, namespaces alone leave %q", could)
	}
	could := try("try unconfined", false)
	for _, attempt := range []string{"connect", "read a file", "write a file", "run a program", "fork", "make a socket", "make code"} {
		if !slices.Contains(could, attempt) {
			t.Errorf("%q does not succeed even where nothing forbids it: the attempt proves nothing", attempt)
		}
	}
}

// What ends otherwise than by an answer is an error, soon, and never a verdict.
func TestMisbehavingInspector(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("%PDF-1.7\n"), 1<<16)
	for part, want := range map[string]error{
		"die early": ErrEnded, "hang": ErrTime, "garbage": wire.ErrAnswer, "huge": wire.ErrAnswer, "greedy": ErrEnded, "lie": wire.ErrAnswer,
	} {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			v, err := verdictOf(t, actor(t, part), content, "")
			if !errors.Is(err, want) {
				t.Errorf("%+v, %v", v, err)
			}
			if err != nil && strings.Contains(err.Error(), "patient") {
				t.Errorf("the error repeats what the process said: %v", err)
			}
		})
	}
}

func TestMisbehavingRendition(t *testing.T) {
	t.Parallel()
	for part, want := range map[string]error{"hang": ErrTime, "garbage": wire.ErrAnswer, "lie": wire.ErrAnswer, "lie about content": wire.ErrAnswer} {
		if _, err := actor(t, part).Render(t.Context(), strings.NewReader("x"), 1, 1); !errors.Is(err, want) {
			t.Errorf("%s: %v", part, err)
		}
	}
	r, err := actor(t, "cut").Render(t.Context(), strings.NewReader("x"), 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if b, err := io.ReadAll(r); int64(len(b)) == r.Size || err == nil {
		t.Errorf("%d of %d bytes, and %v", len(b), r.Size, err)
	}
}

// A process that reads nothing does not hold whoever feeds it.
func TestDeafInspector(t *testing.T) {
	t.Parallel()
	_, err := New(t.Context(), Options{Program: mustExecutable(t), Args: []string{"act", "deaf"}, Strict: true, Time: 200 * time.Millisecond})
	if !errors.Is(err, ErrTime) {
		t.Errorf("%v", err)
	}
}

// A piece costs this process a buffer, whatever its size, and the inspector no more than its bound.
func TestLargestPiece(t *testing.T) {
	t.Parallel()
	i := inspector(t)
	x, err := i.Begin(wire.MaxBytes, "")
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	chunk := make([]byte, 1<<16)
	copy(chunk, "%PDF-1.7\n")
	for range wire.MaxBytes / len(chunk) {
		if _, err := x.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	v, err := x.Verdict(t.Context())
	if err != nil || v.Outcome != wire.Reject {
		t.Errorf("%+v, %v", v, err)
	}
	c := x.c
	x.Close()
	if used := c.cmd.ProcessState.SysUsage().(*syscall.Rusage); used.Maxrss > 512<<10 {
		t.Errorf("the inspector took %d KiB", used.Maxrss)
	}
}

// Inspections that wait for the rest of their piece are bounded: the one that has waited longest makes place.
func TestPlaces(t *testing.T) {
	t.Parallel()
	i, err := New(t.Context(), Options{Program: program, Strict: true, Log: slog.New(slog.DiscardHandler), Open: 2})
	if err != nil {
		t.Fatal(err)
	}
	var open []*Inspection
	for n := range 3 {
		x, err := i.Begin(10, "")
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		open = append(open, x)
		if n == 1 { // the first is fed again: the second has waited longest
			if _, err := open[0].Write([]byte("12345")); err != nil {
				t.Fatal(err)
			}
		}
	}
	for n, want := range []bool{true, false, true} {
		_, err := open[n].Write([]byte("12345"))
		if err == nil && n > 0 {
			_, err = open[n].Write([]byte("67890"))
		}
		if err == nil {
			_, err = open[n].Verdict(t.Context())
		}
		if (err == nil) != want {
			t.Errorf("inspection %d: %v", n, err)
		}
	}
}

// What an operator's limits allow beyond the bound is looked at by its beginning: images only.
func TestBeyondTheBound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		start string
		want  wire.Verdict
	}{
		{"%PDF-1.7\n", wire.Verdict{Outcome: wire.Reject, Reason: wire.DimensionsTooLarge, Type: wire.PDF}},
		{strings.Repeat("\x00", 128) + "DICM", wire.Verdict{Outcome: wire.Accept, Type: wire.DICOM}},
		{"MZ" + strings.Repeat("\x00", 126) + "DICM", wire.Verdict{Outcome: wire.Reject, Reason: wire.Polyglot, Type: wire.DICOM}},
		{"zzz", wire.Verdict{Outcome: wire.Reject, Reason: wire.Unrecognised}},
	} {
		x, err := inspector(t).Begin(wire.MaxBytes+1<<20, "")
		if err != nil {
			t.Fatal(err)
		}
		chunk := make([]byte, 1<<20)
		copy(chunk, c.start)
		for range wire.MaxBytes>>20 + 1 {
			if _, err := x.Write(chunk); err != nil {
				t.Fatal(err)
			}
		}
		if v, err := x.Verdict(t.Context()); err != nil || v != c.want {
			t.Errorf("%.8q: %+v, %v", c.start, v, err)
		}
		x.Close()
	}
}

// A piece that was cut on its way gets no verdict.
func TestCutPiece(t *testing.T) {
	t.Parallel()
	x, err := inspector(t).Begin(100, "")
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if _, err := x.Write([]byte("%PDF-")); err != nil {
		t.Fatal(err)
	}
	if v, err := x.Verdict(t.Context()); !errors.Is(err, ErrEnded) {
		t.Errorf("%+v, %v", v, err)
	}
}

// TestMissingConfinement: a machine that refuses a measure is told of at the start; production does not start there.
func TestMissingConfinement(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	o := Options{Program: mustExecutable(t), Args: []string{"act", "weak"}, Log: slog.New(slog.NewTextHandler(&said, nil))}
	if _, err := New(t.Context(), o); err != nil || !strings.Contains(said.String(), "seccomp") {
		t.Errorf("development: %v, %q", err, said.String())
	}
	o.Strict = true
	if _, err := New(t.Context(), o); err == nil || !strings.Contains(err.Error(), "seccomp") {
		t.Errorf("production: %v", err)
	}
}

// The copies that a viewer gets, made by the real process from a stream.
func TestRenditions(t *testing.T) {
	t.Parallel()
	i := inspector(t)
	for file, want := range map[string]wire.Content{
		"c01-certificat-CNRYZKEOOVHHHO.pdf":       {Type: wire.PDF, Pages: 2},
		"c22-certificat-CNRYEGK4N34EXK.JPG":       {Type: wire.JPEG, Pages: 1},
		"c03-passeport-specimen.png":              {Type: wire.PNG, Pages: 1},
		"c05-certificat-fax-CNRYCN7IRRMPUF.tif":   {Type: wire.PNG, Pages: 2},
		"c10-scanner-CT_small.dcm":                {Type: wire.PNG, Pages: 1},
		"c12-certificat-CNRYMUNQ4IUUXY.docx":      {Type: wire.Text},
		"c14-dossier-60-pages-CNRYUEAUNQTJSW.pdf": {Type: wire.PDF, Pages: 60},
	} {
		content, err := os.ReadFile("../../sample/documents/" + file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := i.Render(t.Context(), bytes.NewReader(content), int64(len(content)), 1)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		made, err := io.ReadAll(r)
		if err != nil || int64(len(made)) != r.Size || r.Size == 0 || r.Type != want.Type || r.Pages != want.Pages {
			t.Errorf("%s: %d bytes of %+v, %v", file, len(made), r.Content, err)
		}
		r.Close()
	}
}

func mustExecutable(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return self
}

// What is made of a piece for a court, or of some of its pages, is made by the real process too, where no file can be opened.
func TestCopiesForACourtAreMadeInConfinement(t *testing.T) {
	t.Parallel()
	i := inspector(t)
	for file, make := range map[string]func(io.Reader, int64) (*Rendition, error){
		"c22-certificat-CNRYEGK4N34EXK.JPG":       func(r io.Reader, size int64) (*Rendition, error) { return i.Print(t.Context(), r, size) },
		"c05-certificat-fax-CNRYCN7IRRMPUF.tif":   func(r io.Reader, size int64) (*Rendition, error) { return i.Print(t.Context(), r, size) },
		"c14-dossier-60-pages-CNRYUEAUNQTJSW.pdf": func(r io.Reader, size int64) (*Rendition, error) { return i.Extract(t.Context(), r, size, 2, 3) },
	} {
		content, err := os.ReadFile("../../sample/documents/" + file)
		if err != nil {
			t.Fatal(err)
		}
		made, err := make(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		copied, err := io.ReadAll(made)
		if err != nil || !bytes.HasPrefix(copied, []byte("%PDF-")) || made.Type != wire.PDF {
			t.Errorf("%s: %d bytes of %+v, %v", file, len(copied), made.Content, err)
		}
		made.Close()
	}
}
