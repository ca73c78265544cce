package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

// transmitReport sends the signed report to the college. The prefecture is told the day it happened (N3), once per administrative file:
// R. 425-12; CE 5 April 2024, n° 488821.
func (k *Desk) transmitReport(c *web.Call, in dossierInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, on(c, in.Dossier, "", &d), &d, func(w work) error {
		return w.append(store.With{}, event(c, w.Now, medical.StageReport, medical.RapportTransmis{}))
	})
}
