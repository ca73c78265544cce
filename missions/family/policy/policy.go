// Package policy holds who may do what in family reunification: rules about its own actions, compiled with the zone's.
package policy

import (
	"embed"

	"cloison/policy"
)

//go:embed *.rego
var files embed.FS

// Rules of the mission, and the sentence of each of its refusals.
var Rules = policy.Mission{Name: "family", Files: files, Rules: []policy.RuleInfo{
	{Code: "FAMILY_OTHER_DIRECTION", Kind: policy.Forbidden, Source: "R. 434-7",
		Sentence: "Ce dossier relève d’une autre direction territoriale ou d’une autre préfecture. Adressez-vous à elle."},
	{Code: "FAMILY_PREFECT_DECIDES", Kind: policy.Forbidden, Source: "R. 434-26",
		Sentence: "Le préfet seul décide. Transmettez-lui le dossier avec votre proposition."},
	{Code: "FAMILY_LINK_ENDED", Kind: policy.Forbidden, Source: "R. 434-15, R. 434-23",
		Sentence: "Ce lien n’ouvre plus rien : il est fermé, son terme est passé, ou la demande n’attend plus la mairie. Demandez-en un autre à la direction territoriale de l’Office."},
	{Code: "FAMILY_NO_VISIT", Kind: policy.Forbidden, Source: "R. 434-31",
		Sentence: "Cette famille n’est pas attendue à votre visite. Adressez-vous à la direction territoriale de l’Office."},
	{Code: "FAMILY_OTHER_POST", Kind: policy.Forbidden, Source: "R. 434-14",
		Sentence: "Votre poste n’a pas été informé de cette demande. Adressez-vous à la direction territoriale de l’Office."},
}}
