package server_test

import (
	"bufio"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net"
	"strings"
	"sync"
	"testing"

	"cloison/server/mail"
)

// mailbox is a mail server of the test's own: it keeps what it is handed.
type mailbox struct {
	mu    sync.Mutex
	mails []string
	full  bool // it refuses every address
	at    string
}

func newMailbox(t *testing.T) *mailbox {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	b := &mailbox{at: listener.Addr().String()}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go b.serve(conn)
		}
	}()
	return b
}

func (b *mailbox) serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	fmt.Fprint(conn, "220 test\r\n")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.TrimSpace(line)); {
		case strings.HasPrefix(verb, "RCPT") && b.isFull():
			fmt.Fprint(conn, "452 full\r\n")
		case verb == "DATA":
			fmt.Fprint(conn, "354 go on\r\n")
			var mail strings.Builder
			for {
				line, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				mail.WriteString(line)
			}
			b.mu.Lock()
			b.mails = append(b.mails, mail.String())
			b.mu.Unlock()
			fmt.Fprint(conn, "250 kept\r\n")
		case verb == "QUIT":
			fmt.Fprint(conn, "221 bye\r\n")
			return
		default:
			fmt.Fprint(conn, "250 ok\r\n")
		}
	}
}

func (b *mailbox) isFull() bool { b.mu.Lock(); defer b.mu.Unlock(); return b.full }

func (b *mailbox) got() []string { b.mu.Lock(); defer b.mu.Unlock(); return b.mails }

// TestAMailSaysNothing: one for all that came since the last, to the prefectures that asked for it, in the same words whatever came; a mailbox that
// is full is tried again, and nothing of the person or of the opinion is in any.
func TestAMailSaysNothing(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id, other := z.create("pref-75", caseOne).ID, z.create("pref-75", caseOne).ID
	z.clock.set("2026-03-12T10:02:00+01:00")
	z.taken(z.notice(1, id))
	z.taken(z.opinion(2, id))
	box := newMailbox(t)
	notices, err := mail.New(mail.Options{Pool: z.pool, Gate: z.gate, Clock: z.clock, Server: box.at, From: "cloison@ofii.example", PublicURL: "https://cloison.example",
		Addresses: map[string]string{"75": "etrangers@pref-75.example", "69": "etrangers@pref-69.example"}})
	if err != nil {
		t.Fatal(err)
	}
	box.full = true
	if n, err := notices.Tell(t.Context()); n != 0 || err == nil || strings.Contains(err.Error(), "etrangers@") {
		t.Errorf("a full mailbox: %d %v", n, err)
	}
	box.mu.Lock()
	box.full = false
	box.mu.Unlock()
	for _, want := range []int{1, 0} { // told, and then nothing is new
		if n, err := notices.Tell(t.Context()); n != want || err != nil {
			t.Errorf("%d told, want %d: %v", n, want, err)
		}
	}
	z.clock.set("2026-03-12T10:03:00+01:00")
	z.taken(z.notice(3, other))
	if n, err := notices.Tell(t.Context()); n != 1 || err != nil {
		t.Errorf("a notice: %d told, %v", n, err)
	}
	mails := box.got()
	if len(mails) != 2 {
		t.Fatalf("%d mails", len(mails))
	}
	without := func(m string) string {
		head, body, _ := strings.Cut(m, "\r\n\r\n")
		plain, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(body)))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(head, "\r\n")
		kept := lines[:0]
		for _, l := range lines {
			if !strings.HasPrefix(l, "Date: ") {
				kept = append(kept, l)
			}
		}
		return strings.Join(kept, "\n") + "\n" + string(plain)
	}
	if without(mails[0]) != without(mails[1]) {
		t.Errorf("an opinion and a notice are told in other words:\n%s\n%s", without(mails[0]), without(mails[1]))
	}
	if !strings.Contains(without(mails[0]), "https://cloison.example") || !strings.Contains(mails[0], "To: <etrangers@pref-75.example>") {
		t.Errorf("the mail: %s", without(mails[0]))
	}
	for _, mark := range (everything{z, id}).marks() {
		if strings.Contains(without(mails[0]), mark) {
			t.Errorf("the mail holds %q", mark)
		}
	}
	for _, wrong := range []mail.Options{{}, {Pool: z.pool, Gate: z.gate, Clock: z.clock, Server: box.at, From: "x", PublicURL: "u"},
		{Pool: z.pool, Gate: z.gate, Clock: z.clock, Server: box.at, From: "a@b.example", PublicURL: "u", Addresses: map[string]string{"75": "a@b.example\r\nBcc: c@d.example"}}} {
		if _, err := mail.New(wrong); err == nil {
			t.Errorf("%+v is taken", wrong.Addresses)
		}
	}
}
