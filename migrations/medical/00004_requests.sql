-- +goose Up

-- Whether the person was a minor at the referral, and the ids of the legal representatives (invariant 14): a summons is addressed to one of
-- them, and the secretariat that sends it opens nothing to know. The birth date stays sealed. A minor whom a referral gives no representative
-- is kept, and cannot be summoned: a referral is never passed over for what its prefecture forgot.
ALTER TABLE medical.dossiers
    ADD COLUMN minor boolean NOT NULL DEFAULT false,
    ADD COLUMN representatives text[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT dossier_representatives CHECK (array_to_string(representatives, ',', '?') ~ '^(rep-[0-9]{1,3}(,rep-[0-9]{1,3})*)?$');

-- Sealed records of requests. Medical: what was asked of a professional or prescribed, and what was answered. Civil: what stands on a letter's
-- face or names a place (a summons as sent, an address, a registered number, a court).
ALTER TABLE medical.records DROP CONSTRAINT record_kind, DROP CONSTRAINT record_compartment;
ALTER TABLE medical.records
    ADD CONSTRAINT record_kind CHECK (kind IN ('applicant', 'referral', 'certificate', 'report', 'draft', 'answers', 'settlement', 'document',
        'manifest', 'approval', 'request', 'reply', 'letter', 'contact')),
    ADD CONSTRAINT record_compartment CHECK (compartment = CASE WHEN kind IN ('applicant', 'letter', 'contact') THEN 'civil' ELSE 'medical' END);

-- ACHEMINEMENT: what was learnt of a letter on its way.
ALTER TABLE medical.events DROP CONSTRAINT event_type;
ALTER TABLE medical.events
    ADD CONSTRAINT event_type CHECK (type IN (
        'SAISINE_RECUE', 'SAISINE_REFUSEE', 'CERTIFICAT_MIS_A_DISPOSITION', 'CERTIFICAT_RECU', 'CERTIFICAT_ECARTE',
        'CONSTAT_NON_RECEPTION', 'COMPLETUDE_DEMANDEE', 'COMPLETUDE_RECUE', 'RAPPORTEUR_DESIGNE', 'COMPLEMENT_DEMANDE',
        'COMPLEMENT_RECU', 'COMPLEMENT_REFUSE', 'CONVOCATION_ENVOYEE', 'CONVOCATION_ANNULEE', 'COURRIER_RETOURNE_NPAI',
        'ADRESSE_VERIFIEE', 'PRESENCE', 'ABSENCE', 'EXAMENS_DEMANDES', 'EXAMENS_PRODUITS', 'IDENTITE_VERIFIEE',
        'DEFAUT_CONSTATE', 'RAPPORT_SIGNE', 'RAPPORT_TRANSMIS', 'COLLEGE_DESIGNE', 'MED1_DESIGNE', 'COMPOSITION_CLOSE',
        'REPONSE_MEMBRE', 'SYNTHESE', 'SIGNATURE', 'AVIS_EMIS', 'AVIS_TRANSMIS', 'ACCUSE_PREFECTURE',
        'CHANGEMENT_LIBERTE', 'CHANGEMENT_PREFECTURE', 'RETRAIT', 'DECES', 'SAISINE_ANNULEE', 'CLOTURE_SANS_AVIS',
        'CLOTURE', 'LEVEE_SECRET', 'RECOURS_DEPOSE', 'DEMANDE_JURIDICTION', 'EXPORT_REALISE', 'DEMANDE_ACCES',
        'ACCES_REMIS', 'GEL_CONSERVATION', 'LEVEE_GEL', 'PURGE_EVALUEE', 'PURGE_EXECUTEE', 'AGDREF_CORRIGE',
        'CONSENTEMENT_RETIRE', 'DECISION_PREFET', 'JUGEMENT', 'PIECE_ECARTEE', 'PIECE_RECUE', 'INFORMATION_DEMANDEUR',
        'FIN_INSCRIPTION_MEMBRE', 'MAJORITE_ATTEINTE', 'ACHEMINEMENT'));

-- A reference names one request of its dossier, and a request has one outcome: two secretaries at once break these, whatever the programs
-- believed. A summons that was cancelled after an absence has both.
CREATE UNIQUE INDEX request_ref_once ON medical.events (dossier, (data ->> 'ref'))
    WHERE type IN ('COMPLEMENT_DEMANDE', 'EXAMENS_DEMANDES', 'CONVOCATION_ENVOYEE', 'COMPLETUDE_DEMANDEE', 'DEMANDE_ACCES');
CREATE UNIQUE INDEX request_outcome_once ON medical.events (dossier, (data ->> 'ref'))
    WHERE type IN ('COMPLEMENT_RECU', 'COMPLEMENT_REFUSE', 'EXAMENS_PRODUITS', 'COMPLETUDE_RECUE', 'PRESENCE', 'ABSENCE');
CREATE UNIQUE INDEX request_default_once ON medical.events (dossier, (data ->> 'ref')) WHERE type = 'DEFAUT_CONSTATE' AND data ->> 'ref' <> '';

-- +goose Down
SELECT 1;
