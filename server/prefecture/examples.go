package prefecture

// What the OpenAPI document shows. The persons are fictitious, and none of the sample's (TestTheWallKeepsEveryCanary); the stories of the machine API send these very bodies
// (TestTheExamplesAreAccepted).

const createExample = `{
 "referral": {"kind": "SEJ_L4259_PREMIERE", "channel": "ANEF", "request_registered_on": "2026-01-16", "certificate_available_on": "2026-01-16",
  "asylum": null, "removal_decision": null, "prefecture": "69", "agdref": "9969100012",
  "reference_country": {"role": "PAYS_ORIGINE", "country": "CIV"},
  "administrative_files": [{"agdref": "9969100012", "requester": "patient", "prefecture": "69"}], "previous_case": null},
 "applicant": {"patient": {"id": "patient", "family_name": "FICTIVAUX", "usage_name": null, "given_names": ["Exempline", "Modeline"], "sex": "F",
  "birth_date": "1980-07-08", "birth_place": "Korhogo", "birth_country": "CIV", "nationality": "CIV", "language": "fr",
  "address": "7 passage Fictif, 69003 Lyon", "phone": null, "email": null, "identity_documents": []}, "legal_representatives": []},
 "liberty_history": [{"status": "LIBRE", "from": null, "place": null, "reported_by": null}]
}`

const importExample = `cle;kind;channel;prefecture;agdref;country;request_registered_on;family_name;given_names;sex;birth_date;birth_place;birth_country;nationality;language;address
2026-0001;SEJ_L4259_PREMIERE;ANEF;69;9969100029;CIV;2026-01-16;FICTIVAUX;Exempline, Modeline;F;1980-07-08;Korhogo;CIV;CIV;fr;7 passage Fictif, 69003 Lyon
2026-0002;SEJ_L4259_PREMIERE;GUICHET;69;9969100036;GIN;2026-01-16;MODELAUX;Exemplin;M;1990-02-03;Kindia;GIN;GIN;fr;"12 rue du Modèle ; 69007 Lyon"
`

const (
	correctExample  = `{"agdref_old": "9969100012", "agdref_new": "9969100043"}`
	libertyExample  = `{"liberty": "ASSIGNE_EXECUTION"}`
	decideExample   = `{"outcome": "ACCORD"}`
	appealExample   = `{"court": "Tribunal administratif de Lyon", "case_number": "2601234"}`
	attestExample   = `{"case_number": "2601234"}`
	closeExample    = `{"outcome": "REJET"}`
	transferExample = `{"prefecture_new": "75"}`
	handOverExample = `{"bureau": "ELOIGNEMENT"}`
	withdrawExample = `{"reason_code": "RETRAIT"}`
)
