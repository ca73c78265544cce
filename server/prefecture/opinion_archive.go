package prefecture

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"time"

	"cloison/act"
	"cloison/server/store"
	"cloison/web"
)

// archiveOpinions bounds one archive; whoever has more goes on after the number of the last.
const archiveOpinions = 1000

type getOpinionArchiveIn struct {
	After int64  `query:"after" validate:"min=0"`
	Only  string `query:"only" validate:"omitempty,eq=a_accuser"`
}

func (d *Desk) archiveOperations() []web.Operation {
	return []web.Operation{
		web.Op("getOpinionArchive", "GET", "/opinions.zip", "opinion.archive", d.getOpinionArchive, web.Gives("application/zip")),
	}
}

// getOpinionArchive gives many opinions as one file: their sealed documents, and a table of them. It lists them in one act; each is then read by
// an act of its own, as if it were opened alone, while the file is sent: memory holds one document.
func (d *Desk) getOpinionArchive(c *web.Call, in getOpinionArchiveIn) (web.Reply[web.Binary], error) {
	var listed []store.ArchivedOpinion
	_, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), func(ctx context.Context, tx *act.Tx) (err error) {
		listed, err = store.FindOpinionsToArchive(ctx, tx, c.Who.Prefecture, in.After, in.Only != "", archiveOpinions)
		return err
	})
	if err != nil {
		return web.Reply[web.Binary]{}, err
	}
	a := &archive{desk: d, call: c, left: listed, modified: d.Clock.Now()}
	a.zip = zip.NewWriter(&a.ready)
	a.table = csv.NewWriter(&a.rows)
	a.table.Comma = ';'
	if err := a.table.Write(archiveHead); err != nil {
		return web.Reply[web.Binary]{}, fmt.Errorf("beginning the table of an archive: %w", err)
	}
	return web.Bytes(web.Content{Size: -1, MediaType: "application/zip", Name: "avis.zip", Source: a}), nil
}

var archiveHead = []string{"envoi", "saisine", "agdref", "nom", "version", "date", "sens", "duree_mois", "accuse", "fichier", "sha256", "verification"}

// archive is a file that is made as it is read. A document that is not the one that was taken is not in it: its row says so.
type archive struct {
	desk     *Desk
	call     *web.Call
	left     []store.ArchivedOpinion
	modified time.Time

	ready bytes.Buffer // what was made and not read yet: one document at most
	zip   *zip.Writer
	rows  bytes.Buffer
	table *csv.Writer
	ended bool
}

// Section is the whole file: its size is not known before it is made.
func (a *archive) Section(int64, int64) (io.Reader, error) { return a, nil }
func (a *archive) Close() error                            { return nil }

func (a *archive) Read(p []byte) (int, error) {
	for a.ready.Len() == 0 {
		if a.ended {
			return 0, io.EOF
		}
		if err := a.next(); err != nil {
			return 0, err
		}
	}
	return a.ready.Read(p)
}

func (a *archive) next() error {
	if len(a.left) == 0 {
		return a.end()
	}
	one := a.left[0]
	a.left = a.left[1:]
	found, document, err := a.desk.findDocument(a.call, "opinion.document", one.Referral)
	if err != nil {
		return fmt.Errorf("reading opinion %d for an archive: %w", one.Release, err)
	}
	file, _, broken := a.desk.document(*found.Opinion, document)
	name, state := "", "ne concorde pas"
	if broken == nil {
		document = store.DocumentOf(file, document.Names)
		name, state = "avis-"+found.Opinion.ID+".pdf", "concorde"
		if err := a.add(name, file); err != nil {
			return err
		}
	}
	return a.table.Write(archiveRow(found, document, name, state))
}

func archiveRow(found store.Release, document store.Document, name, state string) []string {
	o, months, acknowledged := found.Opinion, "", "non"
	if o.DurationMonths != nil {
		months = strconv.Itoa(*o.DurationMonths)
	}
	if found.Acknowledgement != nil {
		acknowledged = "oui"
	}
	p := found.Civil.Patient
	return []string{strconv.FormatInt(found.Seq, 10), o.Referral, found.AGDREF, plainCell(personName(p.FamilyName, p.GivenNames)), strconv.Itoa(o.Version),
		string(o.IssuedOn), string(o.Outcome), months, acknowledged, name, hex.EncodeToString(document.Digest), state}
}

// plainCell keeps a spreadsheet from taking a name for a formula.
func plainCell(text string) string {
	if text != "" && (text[0] == '=' || text[0] == '+' || text[0] == '-' || text[0] == '@') {
		return "'" + text
	}
	return text
}

func (a *archive) add(name string, content []byte) error {
	w, err := a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: a.modified})
	if err != nil {
		return fmt.Errorf("adding to an archive: %w", err)
	}
	if _, err := w.Write(content); err != nil {
		return fmt.Errorf("adding to an archive: %w", err)
	}
	return a.zip.Flush()
}

func (a *archive) end() error {
	a.ended = true
	a.table.Flush()
	if err := a.table.Error(); err != nil {
		return fmt.Errorf("ending the table of an archive: %w", err)
	}
	// A spreadsheet reads UTF-8 where a mark says so.
	if err := a.add("avis.csv", append([]byte("\ufeff"), a.rows.Bytes()...)); err != nil {
		return err
	}
	return a.zip.Close()
}
