package audit_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"golang.org/x/mod/sumdb/tlog"

	"cloison/audit"
	"cloison/crypto/keyfile"
)

// A second implementation, from RFC 6962 and docs/log.md alone: the canonical form is written field by field from what SQL gives, and the tree is
// hashed by the recursive definition. It shares nothing with the first but SHA-256.

const oracleRows = `
select e.id::text, pg_catalog.to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), e.subject, e.session, e.role, e.purpose, e.action, e.object_kind,
	e.object, e.item, e.decision, e.rule, e.policy, e.outcome, e.intent, e.request_id, e.digests, e.bytes, e.retention
from audit.entries e order by e.xid, e.seq`

func oracleLeaves(t testing.TB, q audit.Querier) [][32]byte {
	t.Helper()
	rows, err := q.Query(context.WithoutCancel(t.Context()), oracleRows)
	if err != nil {
		t.Fatal(err)
	}
	leaves, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) ([32]byte, error) {
		text := make([]string, 16)
		var digests [][]byte
		var size int64
		var retention string
		into := make([]any, 0, 19)
		for i := range text {
			into = append(into, &text[i])
		}
		if err := row.Scan(append(into, &digests, &size, &retention)...); err != nil {
			return [32]byte{}, err
		}
		return oracleLeaf(oracleCanonical(text, digests, size, retention)), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return leaves
}

var oracleNames = strings.Fields("id at subject session role purpose action object_kind object item decision rule policy outcome intent request_id")

func oracleCanonical(text []string, digests [][]byte, size int64, retention string) string {
	var b strings.Builder
	b.WriteString("cloison-entry-1\n{")
	for i, name := range oracleNames {
		value := text[i]
		if name == "at" {
			// Fractions of a second without closing zeros, and no point without one.
			value = strings.TrimSuffix(strings.TrimRight(value, "0"), ".")
			if len(value) < len("2006-01-02T15:04:05") {
				value = text[i][:len("2006-01-02T15:04:05")]
			}
			value += "Z"
		}
		fmt.Fprintf(&b, `"%s":"%s",`, name, value)
	}
	b.WriteString(`"digests":[`)
	for i, d := range digests {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString(`"` + base64.StdEncoding.EncodeToString(d) + `"`)
	}
	fmt.Fprintf(&b, `],"bytes":%d,"retention":"%s"}`, size, retention)
	return b.String()
}

func oracleLeaf(canonical string) [32]byte { return sha256.Sum256([]byte("\x00" + canonical)) }

func oracleNode(left, right [32]byte) [32]byte {
	return sha256.Sum256(bytes.Join([][]byte{{1}, left[:], right[:]}, nil))
}

// oracleRoot is MTH of RFC 6962, 2.1.
func oracleRoot(leaves [][32]byte) tlog.Hash {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := below(len(leaves))
	return oracleNode(oracleRoot(leaves[:k]), oracleRoot(leaves[k:]))
}

// below is the largest power of two below n.
func below(n int) int {
	k := 1
	for k*2 < n {
		k *= 2
	}
	return k
}

func oracleTile(leaves [][32]byte, level int, index int64, width int) []byte {
	span := int64(1)
	for range level {
		span *= 256
	}
	var tile []byte
	for i := range int64(width) {
		first := (index*256 + i) * span
		root := oracleRoot(leaves[first : first+span])
		tile = append(tile, root[:]...)
	}
	return tile
}

// oracleIncluded follows RFC 9162, 2.1.3.2.
func oracleIncluded(proof []tlog.Hash, size, position int64, leaf [32]byte, root tlog.Hash) bool {
	fn, sn, r := position, size-1, leaf
	for _, p := range proof {
		if sn == 0 {
			return false
		}
		if fn&1 == 1 || fn == sn {
			r = oracleNode(p, r)
			for fn&1 == 0 && fn != 0 {
				fn, sn = fn>>1, sn>>1
			}
		} else {
			r = oracleNode(r, p)
		}
		fn, sn = fn>>1, sn>>1
	}
	return sn == 0 && tlog.Hash(r) == root
}

// oracleConsistent follows RFC 9162, 2.1.4.2.
func oracleConsistent(proof []tlog.Hash, older, newer int64, first, second tlog.Hash) bool {
	if older&(older-1) == 0 {
		proof = append([]tlog.Hash{first}, proof...)
	}
	fn, sn := older-1, newer-1
	for fn&1 == 1 {
		fn, sn = fn>>1, sn>>1
	}
	fr, sr := [32]byte(proof[0]), [32]byte(proof[0])
	for _, c := range proof[1:] {
		if sn == 0 {
			return false
		}
		if fn&1 == 1 || fn == sn {
			fr, sr = oracleNode(c, fr), oracleNode(c, sr)
			for fn&1 == 0 && fn != 0 {
				fn, sn = fn>>1, sn>>1
			}
		} else {
			sr = oracleNode(sr, c)
		}
		fn, sn = fn>>1, sn>>1
	}
	return sn == 0 && tlog.Hash(fr) == first && tlog.Hash(sr) == second
}

func newKey(t testing.TB) *keyfile.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return keyfile.NewSigner(key)
}

// refusedFor is PostgreSQL's code of an error.
func refusedFor(err error) string {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}
