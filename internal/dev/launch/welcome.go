package launch

import (
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"cloison/internal/dev/provider"
)

// portals says which roles sign in where; the policy decides, this only tells.
func (e *environment) portals() []provider.Portal {
	return []provider.Portal{
		{Name: "Portail médical", URL: e.portalURL(portMedical), Roles: []string{"MEDECIN", "SECRETARIAT_MEDICAL", "AUDITEUR_CONFORMITE", "DPO"}},
		{Name: "Portail administratif", URL: e.url(portServer), Roles: []string{"PREFECTURE", "AUDITEUR_CONFORMITE", "DPO"}},
	}
}

// welcome says where to sign in and as whom.
func (e *environment) welcome(took time.Duration) {
	e.supervisor.mu.Lock()
	defer e.supervisor.mu.Unlock()
	fmt.Fprintf(e.Out, "\nCloison est prêt (%.1f s). Démonstration : toutes les personnes sont fictives.\n\n", took.Seconds())
	t := tabwriter.NewWriter(e.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "COMPTE\tRÔLE\tPERSONNE\tTERRITOIRE\tPORTAIL")
	for _, portal := range e.portals() {
		for _, p := range e.people.provider {
			if slices.Contains(portal.Roles, p.Role) {
				fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", p.Login, p.Role, p.Name(), p.Where(), portal.URL)
			}
		}
	}
	_ = t.Flush()
	for _, portal := range e.portals() {
		fmt.Fprintf(e.Out, "\n%-22s %s", portal.Name, portal.URL)
	}
	fmt.Fprintf(e.Out, "\n%-22s %s\n", "Qui se connecte où", e.url(portProvider))
	if e.QuickLogin {
		fmt.Fprintf(e.Out, "%-22s %s/login?login_hint=COMPTE\n", "Connexion directe", e.portalURL(portMedical))
	}
	if e.test != nil {
		fmt.Fprintf(e.Out, "%-22s %s ; PUT %s/clock la déplace\n", "Horloge d'essai", e.test.Now().Format(time.RFC3339), e.url(portControl))
	}
	fmt.Fprintf(e.Out, "%-22s %s\nCtrl-C arrête tout.\n\n", "Journaux", e.at("log"))
}
