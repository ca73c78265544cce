package form

import (
	"slices"

	"cloison/release"
)

// reference is a line of the legal references of the form, between two days. The texts were renumbered on 1 May 2021 (recodification of
// the CESEDA); a change of law is a new line here, and the line before it gets its last day.
type reference struct {
	kinds    []release.Kind
	from, to release.Date // to is empty while the text is in force
	text     string
}

const (
	numberedUntil = release.Date("2021-04-30")
	renumberedOn  = release.Date("2021-05-01")
	removalOn     = release.Date("2025-07-31") // décret n° 2025-715 and arrêté of 28 July 2025
	asylumCode    = "du code de l'entrée et du séjour des étrangers et du droit d'asile"
	arrete2016    = "Arrêté du 27 décembre 2016 modifié relatif aux conditions d'établissement et de transmission des certificats médicaux, rapports médicaux et avis"
)

func references() []reference {
	ordinary := []release.Kind{release.KindFirst, release.KindRenewal}
	stay := []release.Kind{release.KindFirst, release.KindRenewal, release.KindAPS, release.KindParent, release.KindAlgerian}
	expulsion := []release.Kind{release.KindExpFree, release.KindExpDetained}
	otherRemoval := []release.Kind{release.KindOQTFFree, release.KindOQTFAssigned, release.KindOQTFRetained, release.KindOQTFDetained, release.KindAssigned}
	return []reference{
		{ordinary, "2017-01-01", numberedUntil, "Articles L. 313-11 (11°), R. 313-22 et R. 313-23 " + asylumCode},
		{ordinary, renumberedOn, "", "Articles L. 425-9 et R. 425-11 à R. 425-13 " + asylumCode},
		{[]release.Kind{release.KindAPS}, "2017-01-01", numberedUntil, "Articles L. 313-11 (11°) et R. 313-22 à R. 313-24 " + asylumCode},
		{[]release.Kind{release.KindAPS}, renumberedOn, "", "Articles L. 425-9 et R. 425-11 à R. 425-14 " + asylumCode},
		{[]release.Kind{release.KindParent}, "2017-01-01", numberedUntil, "Articles L. 311-12, R. 313-22 et R. 313-23 " + asylumCode},
		{[]release.Kind{release.KindParent}, renumberedOn, "", "Articles L. 425-10 et R. 425-11 à R. 425-13 " + asylumCode},
		{[]release.Kind{release.KindAlgerian}, "2017-01-01", "", "Accord franco-algérien du 27 décembre 1968, article 6 (7°)"},
		{[]release.Kind{release.KindAlgerian}, "2017-01-01", numberedUntil, "Articles R. 313-22 et R. 313-23 " + asylumCode},
		{[]release.Kind{release.KindAlgerian}, renumberedOn, "", "Articles R. 425-11 à R. 425-13 " + asylumCode},
		{expulsion, removalOn, "", "Articles L. 631-3 (5°), R. 631-1 et R. 631-2 " + asylumCode},
		{otherRemoval, removalOn, "", "Articles L. 731-3, L. 731-4 et R. 731-1 à R. 731-3 " + asylumCode},
		{stay, "2017-01-01", "", arrete2016 + ", article 6"},
		{slices.Concat(expulsion, otherRemoval), removalOn, "", arrete2016 + ", articles 6 et 11"},
	}
}

// lawOn are the references of a kind on a day, in their order.
func lawOn(kind release.Kind, on release.Date) []string {
	var found []string
	for _, r := range references() {
		if slices.Contains(r.kinds, kind) && !on.Before(r.from) && (r.to == "" || !r.to.Before(on)) {
			found = append(found, r.text)
		}
	}
	return found
}
