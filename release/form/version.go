package form

import (
	"errors"
	"fmt"
	"slices"

	"cloison/release"
)

// ErrNoRenderer: this program has no form for such an opinion. It is not guessed.
var ErrNoRenderer = errors.New("no renderer for this form")

// Version is one version of a form, and how sure we are of it: what is to be confirmed is never printed, it is said here.
type Version struct {
	Code      string         `json:"code"`
	Annexe    release.Annexe `json:"annexe"`
	ValidFrom release.Date   `json:"valid_from"`
	ValidTo   *release.Date  `json:"valid_to"`
	Source    string         `json:"source"`
	Certainty string         `json:"certainty"` // of the version: verified, inferred, unclear
	Layout    string         `json:"layout"`    // of the page's own lay-out
	Note      string         `json:"note"`

	kinds []release.Kind // of the referrals that it is for
	words wording
}

// Layouts. No facsimile of the Journal officiel was read: the items are those of art. 6, their place on the page is ours.
const layoutToConfirm = "to_confirm"

func versions() []Version {
	endOf2017 := release.Date("2021-04-30")
	stay := []release.Kind{release.KindFirst, release.KindRenewal, release.KindAPS, release.KindParent, release.KindAlgerian}
	return append([]Version{
		{
			Code: "C-2017", Annexe: release.AnnexeC, ValidFrom: "2017-01-01", ValidTo: &endOf2017,
			Source: "arrêté du 27 décembre 2016, art. 6 et annexe C", Certainty: "verified", Layout: layoutToConfirm, words: annexeC, kinds: stay,
		},
		{
			Code: "C-2021", Annexe: release.AnnexeC, ValidFrom: "2021-05-01",
			Source: "arrêté du 27 décembre 2016, art. 6 et annexe C, modifié le 29 avril 2021", Certainty: "verified", Layout: layoutToConfirm,
			Note: "l'arrêté du 28 juillet 2025 a pu remplacer l'annexe C : version à vérifier", words: annexeC, kinds: stay,
		},
	}, removalVersions()...)
}

// VersionOf finds the version that an opinion is on, if there is a renderer for it: of that form, in force on the day of issue, for that
// kind of referral (TestWhatHasNoRendererIsRefused).
func VersionOf(o release.Unsealed) (Version, error) {
	all := versions()
	i := slices.IndexFunc(all, func(v Version) bool {
		return v.Annexe == o.Form.Annexe && v.Code == o.Form.Version && slices.Contains(v.kinds, o.Kind)
	})
	if i < 0 {
		return Version{}, fmt.Errorf("form %s for a referral %s: %w", o.Form.Version, o.Kind, ErrNoRenderer)
	}
	v := all[i]
	if o.IssuedOn.Before(v.ValidFrom) || v.ValidTo != nil && v.ValidTo.Before(o.IssuedOn) {
		return Version{}, fmt.Errorf("form %s on %s: %w", v.Code, o.IssuedOn, ErrNoRenderer)
	}
	return v, nil
}
