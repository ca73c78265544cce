-- +goose Up

-- Invariant 4: a signed opinion never changes. What is wrong in it is set right by a new version of a new composition, which begins when the
-- composition that signed it is closed for that.

-- A composition whose opinion was issued takes nothing more, ever; and while its opinion stands the dossier has no other.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION medical.opinion_immutable() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE named integer := CASE TG_TABLE_NAME
    WHEN 'compositions' THEN (to_jsonb(NEW) ->> 'version')::integer
    WHEN 'void_signatures' THEN (SELECT s.composition FROM medical.signatures s WHERE s.approval = to_jsonb(NEW) ->> 'approval')
    ELSE (to_jsonb(NEW) ->> 'composition')::integer END;
BEGIN
    IF EXISTS (SELECT 1 FROM medical.opinions o WHERE o.dossier = NEW.dossier AND (o.composition = named OR NOT EXISTS (
            SELECT 1 FROM medical.composition_closures x
            WHERE x.dossier = o.dossier AND x.composition = o.composition AND x.reason = 'AVIS_RECTIFICATIF'))) THEN
        RAISE EXCEPTION 'the opinion was issued' USING ERRCODE = 'check_violation', CONSTRAINT = 'opinion_immutable';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

-- A composition that gave its opinion ends by a correction alone, and nothing else is corrected.
-- +goose StatementBegin
CREATE FUNCTION medical.opinion_corrected() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF (NEW.reason = 'AVIS_RECTIFICATIF') <> EXISTS (SELECT 1 FROM medical.opinions o
        WHERE o.dossier = NEW.dossier AND o.composition = NEW.composition) THEN
        RAISE EXCEPTION 'an opinion is corrected, and nothing else' USING ERRCODE = 'check_violation', CONSTRAINT = 'opinion_corrected';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER opinion_corrected BEFORE INSERT ON medical.composition_closures FOR EACH ROW EXECUTE FUNCTION medical.opinion_corrected();

-- Versions follow one another; that none comes twice is the key's.
-- +goose StatementBegin
CREATE FUNCTION medical.opinion_follows() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.version > 1 + (SELECT count(*) FROM medical.opinions o WHERE o.dossier = NEW.dossier) THEN
        RAISE EXCEPTION 'an opinion takes the next version' USING ERRCODE = 'check_violation', CONSTRAINT = 'opinion_follows';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER opinion_follows BEFORE INSERT ON medical.opinions FOR EACH ROW EXECUTE FUNCTION medical.opinion_follows();

ALTER TABLE medical.tasks DROP CONSTRAINT task_code;
ALTER TABLE medical.tasks ADD CONSTRAINT task_code CHECK (code IN ('CERTIFICAT_NON_RECU', 'SANS_REPONSE_RAPPORT', 'SANS_REPONSE_AVIS', 'AVIS_EN_RETARD',
    'AVIS_URGENT_EN_RETARD', 'ACCES_EN_RETARD', 'DROITS_EN_RETARD', 'MAJORITE_ATTEINTE', 'MEMBRE_NON_INSCRIT', 'GEL_A_REVOIR',
    'DESTRUCTION_A_FAIRE', 'RECTIFICATION_APRES_DECISION', 'LIBERTE_CONNUE_APRES_AVIS'));

-- What else may become of an opinion: withdrawn, as given on somebody else's papers; left, once a change of liberty known too late was looked at.
ALTER TABLE medical.events DROP CONSTRAINT event_type;
ALTER TABLE medical.events ADD CONSTRAINT event_type CHECK (type IN (
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
    'FIN_INSCRIPTION_MEMBRE', 'MAJORITE_ATTEINTE', 'ACHEMINEMENT', 'TOUR_OUVERT', 'SIGNATURE_REFUSEE',
    'SIGNATURE_ANNULEE', 'AVIS_RETIRE', 'AVIS_MAINTENU'));

-- Who is on call for removals, line by line: a direction, a physician, from an instant until another. A line is never changed: where two cover
-- an instant, the one written last counts, and the ones before stay as what was known then.
CREATE TABLE medical.rota_lines (
    position  bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    direction text        NOT NULL,
    physician text        NOT NULL,
    from_at   timestamptz NOT NULL,
    to_at     timestamptz NOT NULL,
    set_at    timestamptz NOT NULL,
    set_by    text        NOT NULL,
    CONSTRAINT rota_lines_pkey PRIMARY KEY (position),
    CONSTRAINT rota_direction CHECK (direction ~ '^DT-[A-Z-]{2,30}$'),
    CONSTRAINT rota_physician CHECK (physician ~ '^[A-Za-z0-9-]{1,64}$'),
    CONSTRAINT rota_set_by CHECK (set_by ~ '^[A-Za-z0-9-]{1,64}$'),
    CONSTRAINT rota_period CHECK (from_at < to_at AND to_at <= from_at + interval '31 days')
);
CREATE INDEX rota_lines_by_direction ON medical.rota_lines (direction, from_at);
GRANT SELECT, INSERT ON medical.rota_lines TO {{app}};

-- +goose Down
DROP TABLE medical.rota_lines;
ALTER TABLE medical.events DROP CONSTRAINT event_type;
ALTER TABLE medical.events ADD CONSTRAINT event_type CHECK (type IN (
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
    'FIN_INSCRIPTION_MEMBRE', 'MAJORITE_ATTEINTE', 'ACHEMINEMENT', 'TOUR_OUVERT', 'SIGNATURE_REFUSEE',
    'SIGNATURE_ANNULEE'));
ALTER TABLE medical.tasks DROP CONSTRAINT task_code;
ALTER TABLE medical.tasks ADD CONSTRAINT task_code CHECK (code IN ('CERTIFICAT_NON_RECU', 'SANS_REPONSE_RAPPORT', 'SANS_REPONSE_AVIS', 'AVIS_EN_RETARD',
    'AVIS_URGENT_EN_RETARD', 'ACCES_EN_RETARD', 'DROITS_EN_RETARD', 'MAJORITE_ATTEINTE', 'MEMBRE_NON_INSCRIT', 'GEL_A_REVOIR',
    'DESTRUCTION_A_FAIRE'));
DROP TRIGGER opinion_follows ON medical.opinions;
DROP FUNCTION medical.opinion_follows();
DROP TRIGGER opinion_corrected ON medical.composition_closures;
DROP FUNCTION medical.opinion_corrected();
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION medical.opinion_immutable() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM medical.opinions o WHERE o.dossier = NEW.dossier) THEN
        RAISE EXCEPTION 'the opinion was issued' USING ERRCODE = 'check_violation', CONSTRAINT = 'opinion_immutable';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
