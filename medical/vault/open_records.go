package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"cloison/act"
	"cloison/audit"
	"cloison/crypto/envelope"
	"cloison/crypto/keyholder"
	"cloison/crypto/open"
	"cloison/medical/store"
)

// Ref names a record of the permit's dossier; Version 0 is the latest.
type Ref struct {
	Kind, ID string
	Version  int
}

// OpenRecords opens records of one dossier, all of them in one call of keyholder or none, and gives each to read, in the order of refs.
// It redeems the permit and closes it: SERVED with the bytes opened, or BROKEN when anything failed, read included. An outcome that
// cannot be recorded is an error, and the caller must then show nothing. The bytes given to read are cleared after it returned. A ref
// that names nothing is store.ErrNotFound.
func (v *Vault) OpenRecords(ctx context.Context, permit *act.Permit, refs []Ref, read func(i int, plain []byte) error) error {
	if err := permit.Redeem(); err != nil {
		return err
	}
	n, err := v.openRecords(ctx, permit, refs, read)
	return errors.Join(err, permit.Close(ctx, err == nil, n))
}

func (v *Vault) openRecords(ctx context.Context, permit *act.Permit, refs []Ref, read func(i int, plain []byte) error) (int64, error) {
	if permit.Object().Kind != "dossier" {
		return 0, errors.New("opening records: the permit is for no dossier")
	}
	dossier := permit.Object().ID
	records := make([]store.Record, 0, len(refs))
	for _, ref := range refs {
		r, err := store.GetRecord(ctx, v.o.Pool, dossier, ref.Kind, ref.ID, ref.Version)
		if err != nil {
			return 0, err
		}
		if r.Compartment != permit.Compartment() {
			return 0, act.Wrap(act.Forbidden, "", fmt.Errorf("opening %s %s: the permit is for the other compartment", r.Kind, r.ID))
		}
		records = append(records, r)
	}
	return v.openAll(ctx, permit, records, read)
}

// OpenCivil opens the applicants of a page of dossiers in one call, with what corrected them since, and gives each to read: names for a list.
// The permit is for the page, and the caller has narrowed the page in SQL to what its subject may list. It redeems and closes the permit as
// OpenRecords does. What was destroyed is left out.
func (v *Vault) OpenCivil(ctx context.Context, permit *act.Permit, dossiers []string, read func(dossier, kind string, plain []byte) error) error {
	if err := permit.Redeem(); err != nil {
		return err
	}
	n, err := v.openCivil(ctx, permit, dossiers, read)
	return errors.Join(err, permit.Close(ctx, err == nil, n))
}

func (v *Vault) openCivil(ctx context.Context, permit *act.Permit, dossiers []string, read func(dossier, kind string, plain []byte) error) (int64, error) {
	if permit.Compartment() != store.Civil {
		return 0, act.Wrap(act.Forbidden, "", errors.New("opening names: the permit is not for the civil compartment"))
	}
	records, err := store.FindCivil(ctx, v.o.Pool, dossiers)
	if err != nil {
		return 0, err
	}
	return v.openAll(ctx, permit, records, func(i int, plain []byte) error {
		return read(records[i].Dossier, records[i].Kind, plain)
	})
}

// openAll checks every header against the log, asks keyholder once, and opens each record for its own context.
func (v *Vault) openAll(ctx context.Context, permit *act.Permit, records []store.Record, read func(i int, plain []byte) error) (n int64, err error) {
	if len(records) == 0 {
		return 0, nil
	}
	items, places, err := v.items(ctx, records)
	if err != nil {
		return 0, err
	}
	opened, err := v.openKeys(ctx, permit, keyholder.OpenRequest{Handle: permit.Subject().Handle.Reveal(), Entry: permit.Entry(), Items: items})
	if err != nil {
		return 0, openError(fmt.Errorf("opening records of dossier %s: %w", records[0].Dossier, err))
	}
	plain := make([][]byte, len(records))
	defer func() {
		for i := range plain {
			clear(plain[i])
		}
	}()
	for i, r := range records {
		if plain[i], err = v.openOne(r, opened.FileKeys, places[i]); err != nil {
			return 0, err
		}
	}
	for i := range plain { // nothing is given before all of them are authentic
		if err := read(i, plain[i]); err != nil {
			return 0, err
		}
		n += int64(len(plain[i]))
	}
	return n, nil
}

func (v *Vault) openOne(r store.Record, keys [][][]byte, p place) ([]byte, error) {
	key, err := fileKey(keys, p)
	if err != nil {
		return nil, err
	}
	plain, err := open.Record(key, v.context(r.Dossier, r.Compartment, r.Kind, r.ID, r.Version), r.Sealed)
	if err != nil {
		return nil, notWhole(fmt.Errorf("opening %s %s of dossier %s: %w", r.Kind, r.ID, r.Dossier, err))
	}
	return plain, nil
}

// place is where a record's file key stands in keyholder's answer.
type place struct{ item, header int }

func fileKey(keys [][][]byte, p place) ([]byte, error) {
	if p.item >= len(keys) || p.header >= len(keys[p.item]) {
		return nil, act.Wrap(act.Unavailable, "", errors.New("keyholder answered another number of keys"))
	}
	return keys[p.item][p.header], nil
}

// items groups the records' headers by dossier.
func (v *Vault) items(ctx context.Context, records []store.Record) ([]keyholder.OpenItem, []place, error) {
	var items []keyholder.OpenItem
	index := map[string]int{}
	places := make([]place, len(records))
	for i, r := range records {
		header, err := v.knownHeader(ctx, r)
		if err != nil {
			return nil, nil, err
		}
		at, ok := index[r.Dossier]
		if !ok {
			k, err := store.GetKey(ctx, v.o.Pool, r.Dossier, r.Compartment)
			if err != nil {
				return nil, nil, err
			}
			at = len(items)
			index[r.Dossier] = at
			items = append(items, keyholder.OpenItem{Dossier: r.Dossier, Compartment: r.Compartment, Wrapped: k.Wrapped})
		}
		places[i] = place{at, len(items[at].Headers)}
		items[at].Headers = append(items[at].Headers, header)
	}
	return items, places, nil
}

// knownHeader is the header of a record, if it is the one the row says and an act on that dossier has recorded it.
func (v *Vault) knownHeader(ctx context.Context, r store.Record) ([]byte, error) {
	header, err := envelope.Header(r.Sealed)
	if err != nil {
		return nil, notWhole(fmt.Errorf("reading %s %s of dossier %s: %w", r.Kind, r.ID, r.Dossier, err))
	}
	digest := envelope.HeaderDigest(header)
	if !bytes.Equal(digest[:], r.HeaderDigest) {
		return nil, notWhole(fmt.Errorf("%s %s of dossier %s: the header is not the row's", r.Kind, r.ID, r.Dossier))
	}
	known, err := audit.HasDigest(ctx, v.o.Pool, r.Dossier, digest[:])
	if err != nil {
		return nil, act.Wrap(act.Unavailable, "", err)
	}
	if !known {
		return nil, notWhole(fmt.Errorf("%s %s of dossier %s: no act has recorded this header", r.Kind, r.ID, r.Dossier))
	}
	return header, nil
}
