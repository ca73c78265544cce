// Package mail tells the people of a prefecture, where its configuration names an address, that something waits for them on the portal, and nothing
// else: the same words for every message, no name, no number, no kind (TestAMailSaysNothing). What is read in a mailbox, or on the way to it,
// is that the prefecture uses Cloison.
package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"time"

	"cloison/act"
	"cloison/internal/clock"
	"cloison/server/store"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Options of the notices. Addresses has one for each prefecture that wants them.
type Options struct {
	Pool      *pgxpool.Pool
	Gate      *act.Gate
	Clock     clock.Clock
	Server    string // host:port
	From      string
	PublicURL string
	Addresses map[string]string
}

// Notices tell. Safe for concurrent use.
type Notices struct{ Options }

// New checks the options.
func New(o Options) (*Notices, error) {
	if o.Pool == nil || o.Gate == nil || o.Clock == nil || o.PublicURL == "" {
		return nil, errors.New("building the mail notices: an option is missing")
	}
	if _, _, err := net.SplitHostPort(o.Server); err != nil {
		return nil, fmt.Errorf("building the mail notices: %w", err)
	}
	for _, address := range append([]string{o.From}, values(o.Addresses)...) {
		if parsed, err := mail.ParseAddress(address); err != nil || parsed.Address != address {
			return nil, errors.New("building the mail notices: an address is not one")
		}
	}
	return &Notices{o}, nil
}

func values(m map[string]string) (all []string) {
	for _, v := range m {
		all = append(all, v)
	}
	return all
}

// Tell is the sweep: one mail for all that came to a prefecture since the last. Crash state: a mail that left before its act was committed leaves
// again a minute later; none is lost.
func (n *Notices) Tell(ctx context.Context) (int, error) {
	told := 0
	var failed error
	for prefecture, address := range n.Addresses {
		did, err := n.tell(ctx, prefecture, address)
		failed = errors.Join(failed, err) // one mailbox that is full keeps no other from being told
		told += did
	}
	return told, failed
}

func (n *Notices) tell(ctx context.Context, prefecture, address string) (int, error) {
	last, err := store.LastUntold(ctx, n.Pool, prefecture)
	if err != nil || last == 0 {
		return 0, err
	}
	_, err = n.Gate.Do(ctx, act.System("sweep"), act.Act{Action: "mail.send", Object: act.Object{Kind: "portal"}}, func(ctx context.Context, tx *act.Tx) error {
		if err := store.TellUpTo(ctx, tx, prefecture, last, tx.Now); err != nil {
			return err
		}
		return n.send(ctx, address)
	})
	if err != nil {
		return 0, fmt.Errorf("telling prefecture %s by mail: %w", prefecture, err)
	}
	return 1, nil
}

// patience bounds a server that does not answer.
const patience = 15 * time.Second

// send speaks to the mail server. Off this machine it must offer TLS.
func (n *Notices) send(ctx context.Context, to string) error {
	host, _, err := net.SplitHostPort(n.Server)
	if err != nil {
		return fmt.Errorf("reading the mail server's address: %w", err)
	}
	conn, err := (&net.Dialer{Timeout: patience}).DialContext(ctx, "tcp", n.Server)
	if err != nil {
		return fmt.Errorf("reaching the mail server: %w", err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(clock.Deadline(patience)); err != nil {
		return fmt.Errorf("bounding the mail server: %w", err)
	}
	client, err := smtp.NewClient(conn, host)
	if err != nil {
		return fmt.Errorf("greeting the mail server: %w", err)
	}
	if ok, _ := client.Extension("STARTTLS"); ok {
		if err := client.StartTLS(&tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}); err != nil {
			return fmt.Errorf("securing the mail server: %w", err)
		}
	} else if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return errors.New("the mail server offers no TLS")
	}
	return n.hand(client, to)
}

func (n *Notices) hand(client *smtp.Client, to string) error {
	if err := client.Mail(n.From); err != nil {
		return fmt.Errorf("naming the sender: %w", err)
	}
	if err := client.Rcpt(to); err != nil {
		return errors.New("the mail server refuses the address") // its words may repeat it
	}
	w, err := client.Data()
	if err != nil {
		return fmt.Errorf("handing the mail over: %w", err)
	}
	message, err := n.message(to)
	if err != nil {
		return err
	}
	if _, err := w.Write(message); err != nil {
		return fmt.Errorf("handing the mail over: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("handing the mail over: %w", err)
	}
	return client.Quit()
}

const (
	subject = "Un message vous attend sur Cloison"
	words   = "Bonjour,\r\n\r\nUn message vous attend sur le portail des préfectures. Connectez-vous pour le lire :\r\n%s\r\n\r\n" +
		"Ce courriel ne dit rien de plus, volontairement. N’y répondez pas.\r\n"
)

func (n *Notices) message(to string) ([]byte, error) {
	var m bytes.Buffer
	fmt.Fprintf(&m, "From: Cloison <%s>\r\nTo: <%s>\r\nSubject: %s\r\nDate: %s\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"+
		"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
		n.From, to, mime.QEncoding.Encode("utf-8", subject), n.Clock.Now().Format(time.RFC1123Z))
	body := quotedprintable.NewWriter(&m)
	if _, err := fmt.Fprintf(body, words, n.PublicURL); err != nil {
		return nil, fmt.Errorf("writing the mail: %w", err)
	}
	if err := body.Close(); err != nil {
		return nil, fmt.Errorf("writing the mail: %w", err)
	}
	return m.Bytes(), nil
}
