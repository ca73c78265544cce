package matrix

import (
	"net/http"
	"strings"
)

// statesOf are the objects that an action is about. An operation says it by its path; an action that no operation is named for, by its own
// name. What neither tells is asked of a dossier, or of a referral.
func statesOf(zone, action string, operations []Operation) []state {
	if family, _, _ := strings.Cut(action, "."); family == "disclosure" && action != "disclosure.list" {
		return exits()
	}
	if family, _, _ := strings.Cut(action, "."); family == "habilitation" || family == "succession" || family == "absence" || family == "decision" {
		return habilitations()
	}
	for _, op := range operations {
		switch {
		case strings.Contains(op.Path, ":document"):
			return pieces()
		case strings.Contains(op.Path, ":dossier"):
			return dossiers()
		case strings.Contains(op.Path, ":release"):
			return releases()
		case strings.Contains(op.Path, ":referral"):
			return referrals()
		case op.Method == http.MethodGet:
			return portal(zone)
		}
	}
	return byName(zone, action)
}

func byName(zone, action string) []state {
	family, verb, _ := strings.Cut(action, ".")
	switch {
	case action == "release.deliver":
		return outgoing()
	case action == "document.inspect":
		return pieces()
	case family == "rota":
		return rotas()
	case family == "budget":
		return budgets()
	case verb == "search" || verb == "names" || verb == "import":
		return portal(zone)
	case verb == "receive" || verb == "quarantine" || verb == "forget" || verb == "raise" || verb == "send" || action == "purge.files" || action == "majority.record":
		return portal(zone)
	case family == "alarm" || family == "sample" || action == "access.justify":
		return portal(zone)
	case family == "session" || family == "passkey" || family == "step_up" || family == "cursor" || family == "acknowledgement" || family == "referral_event" && zone == "server":
		return portal(zone)
	case zone == "medical":
		return dossiers()
	case family == "release":
		return releases()
	}
	return referrals()
}

func dossiers() []state { return append(residence(), removal()...) }
