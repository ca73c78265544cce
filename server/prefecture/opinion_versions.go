package prefecture

import (
	"strconv"

	"cloison/release"
	"cloison/server/store"
	"cloison/web/layout"
)

// OpinionVersionView is one version of the opinion, linked to the one it replaces.
type OpinionVersionView struct {
	ID              string       `json:"id"`
	Version         int          `json:"version"`
	Release         int64        `json:"release"`
	Replaces        *string      `json:"replaces"`
	IssuedOn        release.Date `json:"issued_on"`
	Acknowledged    bool         `json:"acknowledged"`
	DecidedBeforeIt bool         `json:"decided_before_it"` // the prefect had decided on the version before: the alarm of both sides
}

func viewVersions(found []store.OpinionVersion) []OpinionVersionView {
	list := []OpinionVersionView{}
	for _, v := range found {
		list = append(list, OpinionVersionView{v.ID, v.Version, v.Release, v.Replaces, v.IssuedOn, v.Acknowledged, v.Decided})
	}
	return list
}

// correctedPanel says on the page of an opinion that it replaces another; nil for an opinion that was not corrected.
func correctedPanel(versions []OpinionVersionView) *layout.Panel {
	if len(versions) < 2 {
		return nil
	}
	panel := layout.Panel{Title: "Avis rectificatif"}
	last := versions[len(versions)-1]
	if last.DecidedBeforeIt {
		panel.Lines = append(panel.Lines, layout.Line{Mark: "barred", Text: "Une décision est déjà enregistrée sur l’avis remplacé.",
			Note: "Réexaminez-la au vu de cette version : elle se fonde sur un avis qui n’est plus le dernier."})
	}
	for _, v := range versions {
		line := layout.Line{Mark: "ok", Text: "Version " + strconv.Itoa(v.Version) + ", du " + layout.SayDate(string(v.IssuedOn))}
		switch {
		case v.Version < last.Version:
			line.Note = "Remplacée, et conservée"
		default:
			line.Note = "En vigueur ; elle remplace la version " + strconv.Itoa(v.Version-1)
		}
		panel.Lines = append(panel.Lines, line)
	}
	return &panel
}
