package release_test

import (
	"strings"

	"cloison/release"
)

const referralID = "5b0e7a52-3c1d-4f5e-9a77-0c2d41e0b6aa"

func ptr[T any](v T) *T { return &v }

func boxes(requested bool, done *bool) *release.Stage {
	b := release.Box{Requested: requested, Done: done}
	return &release.Stage{Convocation: b, Exams: b, Identity: b}
}

func favourable() release.Unsealed {
	return release.Unsealed{IssuedOn: "2026-03-12", OpinionBody: release.OpinionBody{
		ID: release.OpinionID(referralID, 1), Referral: referralID, ReferralVersion: 1, Version: 1,
		Receiver: "75", Kind: release.KindFirst, Form: release.Form{Annexe: release.AnnexeC, Version: "C-2021"},
		Country:     release.Country{Role: release.Origin, Country: "CIV"},
		StageReport: boxes(false, nil), StageOpinion: boxes(true, ptr(false)),
		CareNeeded: release.CareIsNeeded, ExceptionalGravity: ptr(release.GravityPossible),
		TreatmentAvailable: ptr(release.TreatmentUnreachable), DurationMonths: ptr(12),
		Outcome:  release.Favourable,
		Decision: release.DecisionRef{Ref: "DEC-2026-01", Digest: strings.Repeat("ab", 32)},
		Authors:  []int{2, 3, 6},
	}}
}

// sealed has a seal of the right shape; what a seal must be, release/form checks.
func sealed(u release.Unsealed) release.Opinion {
	return release.Opinion{Unsealed: u, Seal: release.NewSeal(strings.Repeat("ab", 16), make([]byte, 1600))}
}

func referral() release.Referral {
	return release.Referral{
		ID: referralID, Version: 1, Group: "6b0e7a52-3c1d-4f5e-9a77-0c2d41e0b6aa", Kind: release.KindFirst,
		Prefecture: "75", Channel: release.ChannelANEF, RequestRegisteredOn: ptr(release.Date("2026-01-16")),
		CertificateAvailableOn: ptr(release.Date("2026-01-16")), AGDREF: "9975100017",
		ReferenceCountry: release.Country{Role: release.Origin, Country: "CIV"}, Requester: "patient",
		LibertyHistory: []release.LibertyPeriod{{Status: release.Free}},
		Civil: release.Civil{
			Patient: release.Patient{
				ID: "patient", FamilyName: "MARTINET-D'ESSAI", GivenNames: []string{"Aïcha"}, Sex: "F", BirthDate: "1987-05-14",
				BirthPlace: "Bouaké", BirthCountry: "CIV", Nationality: "CIV", Language: "fr", Address: "7 passage Fictif, 75018 Paris",
				IdentityDocuments: []release.IdentityDocument{},
			},
			LegalRepresentatives: []release.LegalRepresentative{},
		},
	}
}
