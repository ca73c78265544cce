package audit_test

import (
	"errors"
	"strings"
	"testing"

	"cloison/audit"
	"cloison/crypto/checkpoint"
	"cloison/internal/dev/pgtest"
)

// A witness countersigns what continues what it saw, and nothing else; what it answers of a fork names the size at which it stands.
func TestAWitnessFollowsOneLog(t *testing.T) {
	t.Parallel()
	_, ours := pgtest.Database(t, "medical")
	_, forked := pgtest.Database(t, "medical")
	_, theirs := pgtest.Database(t, "server")
	ownKey := newKey(t)
	log, err := checkpoint.NewVerifier(origin, ownKey.Public())
	if err != nil {
		t.Fatal(err)
	}
	signer := audit.NewOwnSigner(origin, ownKey)
	key := newKey(t)
	name := origin + "/witness"
	w := audit.Witnessing{Pool: theirs, Log: log, Witness: checkpoint.NewWitness(name, key)}
	witness := checkpoint.NewWitnessVerifier(name, key.Public())

	ask := func(old int64) (audit.AddRequest, audit.Head) {
		r, head, err := audit.AddRequestFor(t.Context(), ours, old)
		if err != nil {
			t.Fatal(err)
		}
		return r, head
	}
	fill(t, ours, 5)
	signHead(t, ours, signer, log)
	first, head := ask(0)
	line, err := w.Add(t.Context(), first.Format(), noon)
	if err != nil {
		t.Fatal(err)
	}
	if err := audit.KeepCosignature(t.Context(), ours, head, line, log, witness); err != nil {
		t.Fatal(err)
	}
	signed, err := audit.Cosigned(t.Context(), ours, head)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := checkpoint.Open(signed, log, witness)
	if err != nil || len(opened.Witnesses) != 1 || !opened.Witnesses[0].At.Equal(noon) {
		t.Errorf("countersigned: %+v, %v", opened.Witnesses, err)
	}
	if oracle := "— " + name + " "; !strings.HasPrefix(line, oracle) {
		t.Errorf("line %q", line)
	}

	// The same again is countersigned again; an older place of the proof is refused, and the right one is said.
	again, _ := ask(5)
	if _, err := w.Add(t.Context(), again.Format(), noon); err != nil {
		t.Errorf("the same head: %v", err)
	}
	fill(t, ours, 300)
	signHead(t, ours, signer, log)
	stale, _ := ask(0)
	var at *audit.StaleError
	if _, err := w.Add(t.Context(), stale.Format(), noon); !errors.As(err, &at) || at.Size != 5 {
		t.Errorf("a proof from the beginning: %v", err)
	}
	next, _ := ask(5)
	if _, err := w.Add(t.Context(), next.Format(), noon); err != nil {
		t.Errorf("a continuation: %v", err)
	}

	// Another log of the same name and key: a fork.
	other := audit.NewOwnSigner(origin, newKey(t))
	sameKey := func(c checkpoint.Checkpoint) []byte { return ownerOf(t, audit.NewOwnSigner(origin, ownKey), c) }
	fill(t, forked, 400)
	fork := signHead(t, forked, signer, log)
	proof, err := audit.ProveConsistency(t.Context(), forked, fork.Size, 305)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		request audit.AddRequest
		want    error
	}{
		"a fork":           {audit.AddRequest{Old: 305, Proof: proof, Note: fork.Note}, audit.ErrAddProof},
		"no proof":         {audit.AddRequest{Old: 305, Note: fork.Note}, audit.ErrAddProof},
		"a smaller tree":   {audit.AddRequest{Old: 305, Note: first.Note}, audit.ErrAddMalformed},
		"another's key":    {audit.AddRequest{Old: 305, Note: signedBy(t, other, 400)}, audit.ErrAddUnknown},
		"half of its note": {audit.AddRequest{Old: 305, Note: fork.Note[:len(fork.Note)/2]}, audit.ErrAddUnknown},
	} {
		if _, err := w.Add(t.Context(), c.request.Format(), noon); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	// A second root of the size that it knows.
	_, second := pgtest.Database(t, "medical")
	fill(t, second, 305)
	root, err := audit.Root(t.Context(), second, 305)
	if err != nil {
		t.Fatal(err)
	}
	twice := checkpoint.Checkpoint{Origin: origin, Size: 305, Root: root}
	if _, err := w.Add(t.Context(), audit.AddRequest{Old: 305, Note: sameKey(twice)}.Format(), noon); !errors.As(err, &at) || at.Size != 305 {
		t.Errorf("a second root of one size: %v", err)
	}
	for _, body := range []string{"", "old 5", "old 05\n\nx", "old -1\n\nx", "old 1\nnot a hash\n\nx", "new 1\n\nx"} {
		if _, err := w.Add(t.Context(), []byte(body), noon); !errors.Is(err, audit.ErrAddMalformed) {
			t.Errorf("%q: %v", body, err)
		}
	}
	if err := audit.KeepCosignature(t.Context(), ours, head, strings.Replace(line, "A", "B", 1), log, witness); err == nil {
		t.Error("a changed cosignature was kept")
	}
}

func signedBy(t *testing.T, signer *audit.OwnSigner, size int64) []byte {
	t.Helper()
	return ownerOf(t, signer, checkpoint.Checkpoint{Origin: origin, Size: size})
}

func ownerOf(t *testing.T, signer *audit.OwnSigner, c checkpoint.Checkpoint) []byte {
	t.Helper()
	signed, err := signer.SignCheckpoint(t.Context(), []byte(c.Text()))
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func TestTilePathsAreReadInTheirOneForm(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"tile/0/000", "tile/1/x001/234", "tile/entries/273.p/112"} {
		level, index, width, err := audit.ParseTilePath(path)
		if err != nil || audit.TilePath(level, index, width) != path {
			t.Errorf("%s: %d %d %d, %v", path, level, index, width, err)
		}
	}
	for _, path := range []string{"", "tile/0/0", "tile/0/00", "tile/0/000.p/256", "tile/0/000.p/0", "tile/00/000", "tile/-1/000", "tile/0/x000/001", "tile/0/001/001", "tile/0/..", "tile/0/000.p/1.p/1"} {
		if level, _, width, err := audit.ParseTilePath(path); err == nil && level >= 0 && width > 0 {
			t.Errorf("%q was read", path)
		}
	}
}
