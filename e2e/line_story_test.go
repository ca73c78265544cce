package e2e_test

import "testing"

// The whole line, once, on the environment that others share.
func TestADossierGoesThereAndBack(t *testing.T) {
	t.Parallel()
	l := shared(t).line(t, "case-01", false)
	l.to(t, "acknowledgeRelease")
	eventually(t, "the dossier closes", func() bool { return l.shown(t)["state"] == "CLOS" })
}
