// Package launch is the development environment: a private PostgreSQL, the
// provider, the three programs, the control address, all from one folder.
//
// It plays the custodians and knows every secret of the folder: it is linked by
// cmd/cloison under tag dev alone, and everything it starts listens on loopback
// or on unix sockets of the folder.
package launch

import (
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strconv"
	"time"

	"cloison/crypto/custody/wire"
	"cloison/identity"
)

// Environment is the one word that keystore, databases and configuration carry.
const Environment = "development"

// Options of Run.
type Options struct {
	Data       string     // the folder; made if missing
	Port       int        // the first of six, of seven with Machines
	Sample     string     // a folder with people.json; may be empty
	People     []string   // more people files, later ones add
	Clock      *time.Time // starts the testclock builds at this time
	QuickLogin bool
	NoRestart  bool
	Machines   bool     // the prefectures' own systems may call, on the seventh port
	Passkeys   bool     // Pro Santé Connect is marked as a provider that does not authenticate anew: physicians confirm with passkeys
	Crash      []string // points at which the programs die, once each ("*": all); starts the crashpoints builds
	// MaxDocument is how many bytes a document may have, whatever its kind; 0 keeps the default.
	MaxDocument int64
	Programs    string // folder with server, medical, keyholder (and testclock/)
	PgBin       string // PostgreSQL's programs; may be empty
	Out         io.Writer

	// What `cloison reference load` does too, given by the command.
	ReadPeople    func(files []string) (identity.People, error)
	LoadReference func(ctx context.Context, zone, url string, files []string) error
	// What `cloison machines load` does too.
	LoadMachines func(ctx context.Context, url, file string) error
	// Listings by national id, as `cloison keys listings` prints them.
	ReadListings func(files []string) (map[string][]wire.Listing, error)
}

// Ports, as offsets from the first.
const (
	portProvider = iota
	portMedical
	portServer
	portRelay
	portControl
	portDocuments
	portMachines
)

func (o Options) lastPort() int {
	if o.Machines {
		return portMachines
	}
	return portDocuments
}

func (o Options) address(offset int) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(o.Port+offset))
}

func (o Options) url(offset int) string { return "http://" + o.address(offset) }

// portalURL is where browsers reach a portal. They make no passkey for an address that is a number.
func (o Options) portalURL(offset int) string {
	if o.Passkeys && offset == portMedical {
		return o.named(offset)
	}
	return o.url(offset)
}

// viewerURL has another host than the portal's: a cookie knows no port, and the session's must not come along.
func (o Options) viewerURL() string {
	if o.Passkeys {
		return o.url(portDocuments)
	}
	return o.named(portDocuments)
}

func (o Options) named(offset int) string {
	return "http://" + net.JoinHostPort("localhost", strconv.Itoa(o.Port+offset))
}

func (o Options) check() error {
	if o.Data == "" {
		return fmt.Errorf("--data est obligatoire : donnez le dossier où l'environnement vivra")
	}
	if o.Port < 1 || o.Port+o.lastPort() > 65535 {
		return fmt.Errorf("--port %d : donnez un port entre 1 et %d", o.Port, 65535-o.lastPort())
	}
	return nil
}

// program answers the executable of one of the three.
func (o Options) program(name string) string {
	if len(o.Crash) > 0 {
		return filepath.Join(o.Programs, "crashpoints", name)
	}
	if o.Clock != nil {
		return filepath.Join(o.Programs, "testclock", name)
	}
	return filepath.Join(o.Programs, name)
}

// peopleFiles lists what to load, in the order that numbers the lines of decisions.
func (o Options) peopleFiles() []string {
	var files []string
	if o.Sample != "" {
		files = append(files, filepath.Join(o.Sample, "people.json"))
	}
	return append(files, o.People...)
}
