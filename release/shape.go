package release

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxVersion = 999
	maxLines   = 999
)

var (
	idShape     = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	hexDigest   = regexp.MustCompile(`^[0-9a-f]{64}$`)
	keyID       = regexp.MustCompile(`^[0-9a-f]{32}$`)
	decisionRef = regexp.MustCompile(`^[A-Z]{3}-[0-9]{4}-[0-9]{2}$`)
	country     = regexp.MustCompile(`^[A-Z]{3}$`)
	agdref      = regexp.MustCompile(`^[0-9]{10}$`)
	rpps        = regexp.MustCompile(`^[0-9]{11}$`)
	language    = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)
	person      = regexp.MustCompile(`^(patient|rep-[1-9][0-9]?)$`)
	previousRef = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)
)

func validID(s string) bool      { return idShape.MatchString(s) }
func validCountry(s string) bool { return country.MatchString(s) }

// derivedID formats the first 16 bytes of a digest as an RFC 9562 version 8 UUID.
func derivedID(of string) string {
	sum := sha256.Sum256([]byte(of))
	sum[6] = sum[6]&0x0f | 0x80
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// validText is administrative text that crosses towards medical: names, addresses, places. Bounded,
// one line, no control or formatting character.
func validText(s string, max int) bool {
	if s == "" || len(s) > max || !utf8.ValidString(s) || strings.TrimSpace(s) != s {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.C, r) || r == utf8.RuneError })
}

func optionalText(s *string, max int) bool { return s == nil || validText(*s, max) }
func optionalDate(d *Date) bool            { return d == nil || d.Valid() }
func optionalInstant(i *Instant) bool      { return i == nil || i.Valid() }
