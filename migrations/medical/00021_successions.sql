-- +goose Up

-- Who is proposed to go on, dossier by dossier, when a physician's duty ends. A proposal designates nobody.
CREATE TABLE medical.successions (
    duty_end    uuid        NOT NULL,              -- identity.duty_ends
    dossier     uuid        NOT NULL,
    capacity    text        NOT NULL,
    composition integer     NOT NULL,              -- 0 for the author of the report
    predecessor text        NOT NULL,
    owed        text        NOT NULL,              -- what the predecessor still had to do; RIEN where his signature stands
    proposed    text        NOT NULL,              -- '' where nobody could be
    proposed_at timestamptz NOT NULL,
    CONSTRAINT successions_pkey PRIMARY KEY (duty_end, dossier, capacity),
    CONSTRAINT succession_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id),
    CONSTRAINT succession_capacity CHECK (capacity IN ('RAPPORTEUR', 'MEMBRE') AND (capacity = 'RAPPORTEUR') = (composition = 0)),
    CONSTRAINT succession_owed CHECK (owed IN ('RAPPORT', 'TRANSMISSION', 'COMPLEMENT', 'REPONSE', 'SIGNATURE', 'RIEN')),
    CONSTRAINT succession_of_another CHECK (proposed <> predecessor),
    CONSTRAINT succession_persons CHECK (predecessor ~ '^[A-Za-z0-9-]{1,64}$' AND proposed ~ '^[A-Za-z0-9-]{0,64}$')
);
CREATE INDEX successions_by_predecessor ON medical.successions (predecessor);
GRANT SELECT, INSERT ON medical.successions TO {{app}};

ALTER TABLE medical.tasks DROP CONSTRAINT task_code;
ALTER TABLE medical.tasks ADD CONSTRAINT task_code CHECK (code IN ('CERTIFICAT_NON_RECU', 'SANS_REPONSE_RAPPORT', 'SANS_REPONSE_AVIS', 'AVIS_EN_RETARD',
    'AVIS_URGENT_EN_RETARD', 'ACCES_EN_RETARD', 'DROITS_EN_RETARD', 'MAJORITE_ATTEINTE', 'MEMBRE_NON_INSCRIT', 'GEL_A_REVOIR',
    'DESTRUCTION_A_FAIRE', 'RECTIFICATION_APRES_DECISION', 'LIBERTE_CONNUE_APRES_AVIS', 'SECOND_APPELE', 'SUCCESSEUR_A_DESIGNER'));

-- +goose Down
ALTER TABLE medical.tasks DROP CONSTRAINT task_code;
ALTER TABLE medical.tasks ADD CONSTRAINT task_code CHECK (code IN ('CERTIFICAT_NON_RECU', 'SANS_REPONSE_RAPPORT', 'SANS_REPONSE_AVIS', 'AVIS_EN_RETARD',
    'AVIS_URGENT_EN_RETARD', 'ACCES_EN_RETARD', 'DROITS_EN_RETARD', 'MAJORITE_ATTEINTE', 'MEMBRE_NON_INSCRIT', 'GEL_A_REVOIR',
    'DESTRUCTION_A_FAIRE', 'RECTIFICATION_APRES_DECISION', 'LIBERTE_CONNUE_APRES_AVIS', 'SECOND_APPELE'));
DROP TABLE medical.successions;
