-- +goose Up

-- Where a physician was put in charge of a report: read when he asks in which dossiers somebody replaced him.
CREATE INDEX events_by_rapporteur ON medical.events ((data ->> 'rapporteur')) WHERE type = 'RAPPORTEUR_DESIGNE';

-- +goose Down
DROP INDEX medical.events_by_rapporteur;
