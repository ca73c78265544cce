package keystore

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"cloison/crypto/canonical"
	"cloison/internal/secret"
)

// A search tag is a chain: the first key makes it of the value, and each later key of the tag before. So stored tags are brought to a new key from
// themselves, and no dossier is opened for it (TestStoredTagsFollowTheKey). A later tag begins with one byte that says how many keys made it; one of the first
// key, with none, as it always was.
//
// Tags of care stay with the first key: compositions of the past are compared with them, and who has the key learns from them at most who treats whom
// among dossiers that he knows by their random ids.
const (
	firstTagSize = sha256.Size
	laterTagSize = 1 + sha256.Size
	maxSearch    = 20 // later keys: one a year, for as long as a dossier is kept and longer
)

// ErrTag: not a search tag of this keystore.
var ErrTag = errors.New("not a search tag of this keystore")

func (k *Keys) takeSearch(dir string) (*Keys, Public, error) {
	p, s, pass := k.copy()
	if len(s.Search) == maxSearch {
		return nil, Public{}, fmt.Errorf("taking search key %d: %w", maxSearch+1, ErrKey)
	}
	fresh := make([]byte, 32)
	rand.Read(fresh)
	s.Search = append(s.Search[:len(s.Search):len(s.Search)], fresh)
	return renewed(dir, p, s, pass)
}

// CareTag is the tag of a value that is compared and never searched.
func (k *Keys) CareTag(class, value string) []byte { return k.firstTag(class, value) }

// SearchTag is the search tag of a value under the present key, and those that the keys before gave it, the latest first: rows that were not brought to the
// present key bear one of these. Nobody without the keys can compute one to guess a name with, and no two classes share one.
func (k *Keys) SearchTag(class, value string) (tag []byte, former [][]byte) {
	tag = k.firstTag(class, value)
	for key := range k.search {
		former = append([][]byte{tag}, former...)
		tag = k.laterTag(class, key, tag)
	}
	return tag, former
}

// Retag brings a stored tag to the present key; one that is there already stays.
func (k *Keys) Retag(class string, tag []byte) ([]byte, error) {
	made := 0
	switch {
	case len(tag) == laterTagSize && int(tag[0]) >= 1 && int(tag[0]) <= len(k.search):
		made = int(tag[0])
	case len(tag) != firstTagSize:
		return nil, ErrTag
	}
	for key := made; key < len(k.search); key++ {
		tag = k.laterTag(class, key, tag)
	}
	return tag, nil
}

func (k *Keys) firstTag(class, value string) []byte {
	return sum(k.index, canonical.Fields("cloison-index-1", []byte(class), []byte(value)))
}

func (k *Keys) laterTag(class string, key int, before []byte) []byte {
	return append([]byte{byte(key + 1)}, sum(k.search[key], canonical.Fields("cloison-index-2", []byte(class), before))...)
}

func searchKeys(raw [][]byte) []secret.Bytes {
	keys := make([]secret.Bytes, len(raw))
	for i, key := range raw {
		keys[i] = secret.NewBytes(key)
	}
	return keys
}
