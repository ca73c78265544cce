// Package module is family reunification as the plug takes it.
package module

import (
	"cloison/missions"
	"cloison/missions/family"
	"cloison/missions/family/desk"
	"cloison/missions/family/migrations"
	"cloison/missions/family/policy"
)

// Module of the mission.
func Module() missions.Module {
	return missions.Module{
		Name: "family", Label: "Regroupement familial", Sensitivity: missions.Ordinary,
		Migrations: migrations.Files, Policy: policy.Rules, Law: family.CurrentLaw,
		Retention: []missions.Retention{{Class: "dossier", Months: "60", Source: "à fixer avec les archives ; cinq ans après la clôture par défaut", Status: missions.ToConfirm}},
		Menu: []missions.Entry{
			{Role: "AGENT_MISSION/REGROUPEMENT_FAMILIAL", Label: "Dossiers", Path: "/regroupement"}, {Role: "AGENT_MISSION/REGROUPEMENT_FAMILIAL", Label: "Nouvelle demande", Path: "/regroupement/nouvelle"},
			{Role: "AGENT_MISSION/REGROUPEMENT_FAMILIAL", Label: "Chercher", Path: "/regroupement/recherche"}, {Role: "AGENT_MISSION/REGROUPEMENT_FAMILIAL", Label: "Convoquer", Path: "/regroupement/convocations"},
			{Role: "AGENT_MISSION/REGROUPEMENT_FAMILIAL", Label: "Statistiques", Path: "/regroupement/statistiques"}, {Role: "AGENT_MISSION/REGROUPEMENT_FAMILIAL", Label: "Droit", Path: "/regroupement/droit"},
			{Role: "PREFECTURE", Label: "Regroupement familial", Path: "/regroupement"}, {Role: "AGENT_MISSION/POSTE_CONSULAIRE", Label: "Demandes", Path: "/consulat"},
			{Role: "AGENT_MISSION/REPRESENTATION_OFII", Label: "Demandes", Path: "/representation"}, {Role: "AGENT_MISSION/VISITE_ARRIVEE", Label: "Visites d’arrivée", Path: "/visite"},
			{Role: "AGENT_MISSION/SIEGE_REGROUPEMENT", Label: "Toute la France", Path: "/siege"}, {Role: "AGENT_MISSION/SIEGE_REGROUPEMENT", Label: "Ressort", Path: "/siege/ressort"},
			{Role: "AGENT_MISSION/SIEGE_REGROUPEMENT", Label: "Droit", Path: "/regroupement/droit"},
		},
		Open: func(h missions.Host) (missions.Desk, error) {
			d, err := desk.New(h, family.CurrentLaw, family.SampleZones())
			if err != nil {
				return missions.Desk{}, err
			}
			return missions.Desk{Operations: d.Operations(), Sweeps: d.Sweeps(), Guest: d.Guest}, nil
		},
	}
}
