-- +goose Up

-- OFII's representations abroad and the medical service that makes the visit of arrival act in a case for themselves. That the visit was made is the
-- medical service's word alone: no agent of the mission says it.
ALTER TABLE family.events DROP CONSTRAINT event_actor;
ALTER TABLE family.events
    ADD CONSTRAINT event_actor CHECK (actor IN ('OFII', 'MAIRE', 'PREFECTURE', 'CONSULAT', 'ECHEANCE', 'REPRESENTATION', 'SERVICE_MEDICAL')),
    ADD CONSTRAINT event_visit_is_the_service CHECK ((type = 'CERTIFICAT_DELIVRE') = (actor = 'SERVICE_MEDICAL')),
    ADD CONSTRAINT event_representation_prepares CHECK ((actor = 'REPRESENTATION') <= (type = 'PREPARATION'));

-- Who is on the way: the list of the medical service.
CREATE INDEX cases_arriving ON family.cases (position) WHERE state IN ('VISA_DEMANDE', 'VISA_DELIVRE', 'ARRIVEE');
-- The log of a partner over all cases, the last exchange first.
CREATE INDEX events_by_type ON family.events (type, at DESC, case_id, seq);
-- Costs by day, for the export.
CREATE INDEX event_costs ON family.events ((data->>'on')) WHERE type = 'COUT';

-- What a change of the law leaves to be computed again, and nothing that is decided.
DROP INDEX family.cases_by_law;
CREATE INDEX cases_stale ON family.cases (law, position)
    WHERE law <> '' AND state IN ('DEPOSE', 'INCOMPLET', 'COMPLET', 'TRANSMIS_MAIRE', 'AVIS_MAIRE', 'AVIS_TACITE', 'ENQUETE_OFII', 'INSTRUCTION_OFII', 'TRANSMIS_PREFET');

-- +goose Down
DROP INDEX family.cases_stale, family.events_by_type, family.event_costs, family.cases_arriving;
CREATE INDEX cases_by_law ON family.cases (law, position) WHERE law <> '';
ALTER TABLE family.events
    DROP CONSTRAINT event_representation_prepares,
    DROP CONSTRAINT event_visit_is_the_service,
    DROP CONSTRAINT event_actor;
ALTER TABLE family.events ADD CONSTRAINT event_actor CHECK (actor IN ('OFII', 'MAIRE', 'PREFECTURE', 'CONSULAT', 'ECHEANCE'));
