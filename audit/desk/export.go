package desk

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/url"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/audit"
	"cloison/policy"
	"cloison/web"
	"cloison/web/layout"
)

// exportOperations let an auditor take away what a search found.
func (d *Desk) exportOperations() []web.Operation {
	return []web.Operation{
		web.Op("exportAudit", "GET", "/audit/export", "audit.export", d.exportAudit, web.Gives("text/csv", "application/fhir+ndjson", "text/plain")),
	}
}

// maxExports run at once: each holds a connection for as long as its reader takes.
const maxExports = 2

type exportAuditIn struct {
	Criteria
	Format string `query:"format" validate:"required,oneof=csv fhir bundle"`
}

var exportForms = map[string]struct{ name, media, words string }{
	audit.CSV:         {"journal.csv", "text/csv; charset=utf-8", "Tableau (CSV)"},
	audit.FHIR:        {"journal.ndjson", "application/fhir+ndjson", "FHIR AuditEvent"},
	audit.ProofBundle: {"journal.bundle", "text/plain; charset=utf-8", "Dossier de preuve signé"},
}

// exportAudit streams what a search found, each entry once, in the order of the log. Its intent is recorded before the first byte, and how it ended after
// the last (TestAnExportIsRecordedToItsEnd).
func (d *Desk) exportAudit(c *web.Call, in exportAuditIn) (web.Reply[web.Binary], error) {
	var s audit.Search
	a := c.Act(act.Object{Kind: "search", Item: in.Object})
	a.Purpose = in.Ground
	if reference.MatchString(in.Account) {
		a.Object.ID = in.Account
	}
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		if in.Account != "" && !reference.MatchString(in.Account) && !program.MatchString(in.Account) {
			return nil, act.NewError(act.Invalid, "Un export désigne un compte par la référence qui figure au journal. Prenez celle que donne la recherche.")
		}
		var err error
		s, err = in.narrow(ctx, tx, d.Location)
		return policy.Portal{Kind: "portal", Zone: d.Zone}, err
	}
	permit, err := d.Gate.Read(c.Context(), c.Who, a)
	if err != nil {
		return web.Reply[web.Binary]{}, err
	}
	source, err := d.beginExport(c.Context(), permit, s, in.Format)
	if err != nil {
		return web.Reply[web.Binary]{}, errors.Join(err, permit.Close(c.Context(), false, 0))
	}
	form := exportForms[in.Format]
	return web.Bytes(web.Content{Size: -1, MediaType: form.media, Name: form.name, Source: source}), nil
}

func (d *Desk) beginExport(ctx context.Context, permit *act.Permit, s audit.Search, format string) (*exportSource, error) {
	if _, err := audit.LatestHead(ctx, d.Pool); errors.Is(err, audit.ErrNoHead) {
		return nil, act.NewError(act.Conflict, "Le journal n’a pas encore de point de contrôle signé. Recommencez dans un instant.")
	} else if err != nil {
		return nil, err
	}
	if err := permit.Redeem(); err != nil {
		return nil, err
	}
	select {
	case d.exports <- struct{}{}:
	default:
		return nil, act.NewError(act.RateLimited, "D’autres exports du journal sont en cours. Attendez la fin de l’un d’eux, puis recommencez.")
	}
	ctx, cancel := context.WithCancel(ctx)
	return &exportSource{desk: d, ctx: ctx, cancel: cancel, permit: permit, search: s, format: format}, nil
}

// exportSource writes an export into the response while it is read.
type exportSource struct {
	desk   *Desk
	ctx    context.Context
	cancel context.CancelFunc
	permit *act.Permit
	search audit.Search
	format string

	reader *io.PipeReader
	done   chan struct{} // closed when the writer has ended
	bytes  int64
	whole  bool // read to its end
}

// Section starts the export. It has one, the whole.
func (e *exportSource) Section(int64, int64) (io.Reader, error) {
	reader, writer := io.Pipe()
	e.reader, e.done = reader, make(chan struct{})
	go func() {
		defer close(e.done)
		buffered := bufio.NewWriterSize(writer, 64<<10)
		_, err := e.search.Export(e.ctx, e.desk.Pool, e.desk.Zone, e.format, buffered)
		if err == nil {
			err = buffered.Flush()
		}
		writer.CloseWithError(err) // nil is the end of the file
	}()
	return e, nil
}

// Read counts what was given.
func (e *exportSource) Read(p []byte) (int, error) {
	n, err := e.reader.Read(p)
	e.bytes += int64(n)
	e.whole = e.whole || errors.Is(err, io.EOF)
	return n, err
}

// Close ends the writer, wherever it is, and records how the export ended.
func (e *exportSource) Close() error {
	ctx := context.WithoutCancel(e.ctx)
	e.cancel()
	if e.reader != nil {
		_ = e.reader.Close()
		<-e.done
	}
	<-e.desk.exports
	return e.permit.Close(ctx, e.whole, e.bytes)
}

// exportLinks are the same search in each form. The account goes by the reference that the search found.
func exportLinks(asked url.Values, found []Entry) []layout.Action {
	if len(found) == 0 {
		return nil
	}
	if asked.Has("account") {
		asked.Set("account", found[0].Subject)
	}
	var links []layout.Action
	for _, format := range []string{audit.CSV, audit.FHIR, audit.ProofBundle} {
		asked.Set("format", format)
		links = append(links, layout.Action{Label: exportForms[format].words, Href: web.Prefix + "/audit/export?" + asked.Encode()})
	}
	return links
}
