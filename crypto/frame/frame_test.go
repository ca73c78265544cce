package frame

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
)

type message struct {
	Text string `json:"text"`
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	var wire bytes.Buffer
	for _, text := range []string{"", "é <>", strings.Repeat("x", 1<<20)} {
		if err := Write(&wire, message{text}); err != nil {
			t.Fatal(err)
		}
		var got message
		if err := Read(&wire, &got); err != nil || got.Text != text {
			t.Errorf("got %d bytes, %v", len(got.Text), err)
		}
	}
	if err := Read(&wire, &message{}); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	announce := func(n uint32, body string) []byte { return append(binary.BigEndian.AppendUint32(nil, n), body...) }
	for name, c := range map[string]struct {
		wire []byte
		want error
	}{
		"beyond the limit":  {announce(Max+1, ""), ErrTooLarge},
		"cut in the value":  {announce(20, `{"text"`), io.ErrUnexpectedEOF},
		"cut in the length": {[]byte{0, 0}, io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			if err := Read(bytes.NewReader(c.wire), &message{}); !errors.Is(err, c.want) {
				t.Errorf("got %v", err)
			}
		})
	}
	if err := Write(io.Discard, message{strings.Repeat("x", Max)}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("writing beyond the limit: %v", err)
	}
}

// A length that lies costs no memory.
func TestAnnouncedLengthIsNotAllocated(t *testing.T) {
	wire := binary.BigEndian.AppendUint32(nil, Max)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 100 {
		_ = Read(bytes.NewReader(wire), &message{})
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > Max {
		t.Errorf("allocated %d bytes for messages that never came", grown)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x0d{\"text\":\"ab\"}"))
	f.Add([]byte("\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var m message
		if Read(bytes.NewReader(b), &m) != nil {
			return
		}
		// What was accepted is the one way to write it.
		var again bytes.Buffer
		if err := Write(&again, m); err != nil || !bytes.HasPrefix(b, again.Bytes()) {
			t.Errorf("accepted another form: %v", err)
		}
	})
}
