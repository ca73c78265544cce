package form

import "cloison/release"

// The forms of a removal procedure (arrêté of 27 December 2016, art. 9 and 11, modified on 28 July 2025): annexe D of one physician, annexe E
// of the college on an expulsion, annexe C of the college on another removal. They ask what annexe C asks of a residence permit, about
// the country of return, and have no stage of the report.
var (
	annexeD = wording{
		title: "Avis du médecin de l'OFII", country: "Pays de renvoi", designates: "qui désigne le médecin", deliberates: "le médecin de l'OFII",
		system: "du pays de renvoi", rendered: "par le médecin de l'OFII", approved: "Le médecin l'a approuvé ; l'Office l'a scellé.",
	}
	annexeE = wording{
		title: ofCollege, country: "Pays de renvoi", designates: annexeC.designates, deliberates: annexeC.deliberates,
		system: annexeD.system, rendered: annexeC.rendered, approved: annexeC.approved,
	}
)

// What is not read in the Journal officiel is said here, not printed.
const (
	noteAfterQuestion2 = "la rédaction après la question 2 n'a pas été lue dans le texte publié : à vérifier"
	noteCollegeForm    = "formulaire du collège hors expulsion : annexe C, ou E, à vérifier"
)

// removalVersions are in force since the arrêté of 28 July 2025. An opinion on a removal given before has no renderer.
func removalVersions() []Version {
	const since = release.Date("2025-07-31")
	return []Version{
		{
			Code: "C-2021", Annexe: release.AnnexeC, ValidFrom: since, Source: "arrêté du 27 décembre 2016, art. 11 et annexe C",
			Certainty: "unclear", Layout: layoutToConfirm, Note: noteCollegeForm, words: annexeE,
			kinds: []release.Kind{release.KindOQTFFree, release.KindAssigned},
		},
		{
			Code: "D-2025", Annexe: release.AnnexeD, ValidFrom: since, Source: "arrêté du 27 décembre 2016, art. 11 et annexe D, modifié le 28 juillet 2025",
			Certainty: "verified", Layout: layoutToConfirm, Note: noteAfterQuestion2, words: annexeD,
			kinds: []release.Kind{release.KindOQTFAssigned, release.KindOQTFRetained, release.KindOQTFDetained, release.KindExpDetained, release.KindAssigned},
		},
		{
			Code: "E-2025", Annexe: release.AnnexeE, ValidFrom: since, Source: "arrêté du 27 décembre 2016, art. 11 et annexe E, modifié le 28 juillet 2025",
			Certainty: "verified", Layout: layoutToConfirm, Note: noteAfterQuestion2, words: annexeE,
			kinds: []release.Kind{release.KindExpFree},
		},
	}
}
