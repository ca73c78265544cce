package layout

import (
	"strings"
	"testing"
)

// R. 425-12; CE, 5 April 2024, n° 488821 (SC1, SC2): on a renewal the receipt of the certificate opens the receipt; on a first application the
// transmission of the report does, and a default closes it.
func TestWhatOpensTheReceiptIsSaid(t *testing.T) {
	t.Parallel()
	fields := map[string]string{"received_on": "2026-01-26", "transmitted_on": "2026-02-25", "convocation_on": "2026-02-01", "due_on": "2026-02-01"}
	for _, c := range []struct {
		code    string
		renewal bool
		says    string
	}{
		{"N1", true, "récépissé est dû dès cette réception"},
		{"N1", false, "pas encore de récépissé"},
		{"N3", false, "récépissé peut être délivré dès maintenant"},
		{"N4", false, "pas de récépissé. L’avis sera tout de même rendu"},
		{"N5", false, "pas de récépissé. L’avis sera tout de même rendu"},
		{"N4", true, "L’avis sera tout de même rendu"},
	} {
		if _, effect := NoticeWords(c.code, fields, c.renewal); !strings.Contains(effect, c.says) || c.renewal && strings.Contains(effect, "pas") {
			t.Errorf("%s, renewal %t: %q", c.code, c.renewal, effect)
		}
	}
}
