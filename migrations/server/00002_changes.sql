-- +goose Up

-- What happens to a referral after it was opened. The event is the record (referral_events, insert-only); the columns updated
-- here are where it stands now: its number, its prefecture, and what is known of the person.
ALTER TABLE server.referral_events DROP CONSTRAINT referral_event_type;
ALTER TABLE server.referral_events ADD CONSTRAINT referral_event_type CHECK (type IN (
    'REFERRAL', 'CORRECTION', 'TRANSFER', 'LIBERTY', 'WITHDRAWAL', 'DECISION', 'APPEAL', 'APPEAL_CLOSED', 'ATTESTATION'));
CREATE INDEX referral_events_by_referral ON server.referral_events (referral, seq);

-- One file of a group may go to another prefecture than the others.
ALTER TABLE server.referrals DROP CONSTRAINT referral_of_group;
ALTER TABLE server.referrals ADD CONSTRAINT referral_of_group FOREIGN KEY (group_id) REFERENCES server.referral_groups (id);
ALTER TABLE server.referrals ADD CONSTRAINT referral_in_charge CHECK (prefecture ~ '^[0-9]{2,3}$');
GRANT UPDATE (agdref, prefecture) ON server.referrals TO {{app}};
GRANT UPDATE (civil, liberty_history) ON server.referral_groups TO {{app}};

-- Who was in charge when a release came: a prefecture keeps what it received, and sees nothing that came after it gave the referral away.
ALTER TABLE server.releases ADD COLUMN received_by text;
UPDATE server.releases r SET received_by = f.prefecture FROM server.referrals f WHERE f.id = r.referral;
ALTER TABLE server.releases ALTER COLUMN received_by SET NOT NULL;
ALTER TABLE server.releases ADD CONSTRAINT release_received_by CHECK (received_by ~ '^[0-9]{2,3}$');

-- A third kind crosses: the attestation of the procedure, asked for with a court's case number.
ALTER TABLE server.releases DROP CONSTRAINT release_kind;
ALTER TABLE server.releases ADD CONSTRAINT release_kind CHECK (kind IN ('notice', 'opinion', 'attestation'));
ALTER TABLE server.releases DROP CONSTRAINT release_code;
ALTER TABLE server.releases ADD CONSTRAINT release_code CHECK (CASE kind WHEN 'opinion' THEN code = 'N6' WHEN 'attestation' THEN code = 'L1'
    ELSE code IN ('N0', 'N1', 'N2', 'N3', 'N4', 'N5', 'N7') END);
CREATE INDEX releases_by_receiver ON server.releases (received_by, seq);

-- Every prefecture that was ever in charge: an opinion on its way names the one of the day it was written.
CREATE TABLE server.referral_charges (
    referral   uuid        NOT NULL,
    prefecture text        NOT NULL,
    until_at   timestamptz NOT NULL,
    event      bigint      NOT NULL,
    CONSTRAINT referral_charges_pkey PRIMARY KEY (event),
    CONSTRAINT charge_of_referral FOREIGN KEY (referral) REFERENCES server.referrals (id),
    CONSTRAINT charge_of_event FOREIGN KEY (event) REFERENCES server.referral_events (seq),
    CONSTRAINT charge_prefecture CHECK (prefecture ~ '^[0-9]{2,3}$')
);
CREATE INDEX referral_charges_by_referral ON server.referral_charges (referral, prefecture);
GRANT SELECT, INSERT ON server.referral_charges TO {{app}};

-- The court and its number stay in this zone. No text but these two is kept.
CREATE TABLE server.appeals (
    event       bigint NOT NULL,
    referral    uuid   NOT NULL,
    court       text   NOT NULL,
    case_number text,
    CONSTRAINT appeals_pkey PRIMARY KEY (event),
    CONSTRAINT appeal_of_event FOREIGN KEY (event) REFERENCES server.referral_events (seq),
    CONSTRAINT appeal_of_referral FOREIGN KEY (referral) REFERENCES server.referrals (id),
    CONSTRAINT appeal_court CHECK (length(court) BETWEEN 1 AND 200 AND court !~ '[[:cntrl:]]'),
    CONSTRAINT appeal_case_number CHECK (case_number ~ '^[0-9]{2}[A-Z]{0,2}[0-9]{4,6}$')
);
CREATE INDEX appeals_by_referral ON server.appeals (referral, event);
GRANT SELECT, INSERT ON server.appeals TO {{app}};

-- The number may come after the appeal, with the request for the attestation.
CREATE TABLE server.attestation_requests (
    event       bigint NOT NULL,
    referral    uuid   NOT NULL,
    appeal      bigint NOT NULL,
    case_number text   NOT NULL,
    CONSTRAINT attestation_requests_pkey PRIMARY KEY (event),
    CONSTRAINT attestation_of_event FOREIGN KEY (event) REFERENCES server.referral_events (seq),
    CONSTRAINT attestation_of_referral FOREIGN KEY (referral) REFERENCES server.referrals (id),
    CONSTRAINT attestation_of_appeal FOREIGN KEY (appeal) REFERENCES server.appeals (event),
    CONSTRAINT attestation_asked_once UNIQUE (appeal),
    CONSTRAINT attestation_case_number CHECK (case_number ~ '^[0-9]{2}[A-Z]{0,2}[0-9]{4,6}$')
);
GRANT SELECT, INSERT ON server.attestation_requests TO {{app}};

-- +goose Down
DROP TABLE server.attestation_requests, server.appeals, server.referral_charges;
ALTER TABLE server.releases DROP COLUMN received_by;
ALTER TABLE server.releases DROP CONSTRAINT release_kind;
ALTER TABLE server.releases ADD CONSTRAINT release_kind CHECK (kind IN ('notice', 'opinion'));
ALTER TABLE server.releases DROP CONSTRAINT release_code;
ALTER TABLE server.releases ADD CONSTRAINT release_code CHECK (code IN ('N0', 'N1', 'N2', 'N3', 'N4', 'N5', 'N6', 'N7') AND (kind = 'opinion') = (code = 'N6'));
REVOKE UPDATE (civil, liberty_history) ON server.referral_groups FROM {{app}};
REVOKE UPDATE (agdref, prefecture) ON server.referrals FROM {{app}};
ALTER TABLE server.referrals DROP CONSTRAINT referral_in_charge;
ALTER TABLE server.referrals DROP CONSTRAINT referral_of_group;
ALTER TABLE server.referrals ADD CONSTRAINT referral_of_group FOREIGN KEY (group_id, prefecture) REFERENCES server.referral_groups (id, prefecture);
DROP INDEX server.referral_events_by_referral;
ALTER TABLE server.referral_events DROP CONSTRAINT referral_event_type;
ALTER TABLE server.referral_events ADD CONSTRAINT referral_event_type CHECK (type IN ('REFERRAL'));
