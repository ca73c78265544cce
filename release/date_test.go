package release_test

import (
	"strings"
	"testing"
	"time"

	"cloison/release"
)

func TestDateIsADayOfAPossibleYear(t *testing.T) {
	t.Parallel()
	for d, valid := range map[release.Date]bool{
		"2026-01-05": true, "1900-01-01": true, "2200-12-31": true, "2024-02-29": true,
		"0000-07-14": false, "1899-12-31": false, "2201-01-01": false, "9999-12-31": false, "2025-02-29": false, "2026-1-5": false,
		"": false, "2026-01-05T00:00:00Z": false, " 2026-01-05": false, "-026-01-05": false,
	} {
		if d.Valid() != valid {
			t.Errorf("%q: %t", d, !valid)
		}
	}
}

// TestInstantHasOneForm: what Go's parser takes beside RFC 3339 is no instant here, since other readers refuse it.
func TestInstantHasOneForm(t *testing.T) {
	t.Parallel()
	for i, valid := range map[release.Instant]bool{
		"2026-01-05T10:00:00+01:00": true, "2026-01-05T10:00:00Z": true, "2026-01-05T10:00:00.5+01:00": true,
		"2026-01-05T10:00:00.123456-03:00": true, "2026-01-05T10:00:00+14:00": true,
		"2026-01-05T10:00:00,5+01:00": false, "2026-01-05T10:00:00.1234567Z": false, "2026-01-05T10:00:00.50Z": false,
		"2026-01-05T10:00:00.0Z": false, "2026-01-05T10:00:00+00:00": false, "2026-01-05T10:00:00-00:00": false,
		"2026-01-05T9:00:00Z": false, "2026-01-05t10:00:00z": false, "2026-01-05 10:00:00Z": false, "2026-01-05T10:00:00": false,
		"2026-01-05T10:00:00+15:00": false, "2026-01-05T10:00:00+23:59": false, "0000-07-14T10:00:00Z": false,
		"2201-01-01T00:00:00Z": false, "2026-02-29T10:00:00Z": false, "2026-01-05T24:00:00Z": false, "2026-01-05T23:59:60Z": false,
		"": false, release.Instant("2026-01-05T10:00:00." + strings.Repeat("0", 500) + "Z"): false,
	} {
		if i.Valid() != valid {
			t.Errorf("%q: %t", i, !valid)
		}
	}
	for _, at := range []time.Time{time.Date(2026, 1, 16, 14, 20, 0, 123456789, time.UTC), time.Date(2026, 7, 1, 0, 0, 0, 0, time.FixedZone("", 7200))} {
		if i := release.InstantOf(at); !i.Valid() || !i.Time().Equal(at.Truncate(time.Microsecond)) {
			t.Errorf("%s is not what it was made of", i)
		}
	}
}
