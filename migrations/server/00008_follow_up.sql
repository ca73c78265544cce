-- +goose Up

-- When a prefecture first opened an opinion. The first time alone counts.
CREATE TABLE server.opinion_readings (
    release    bigint      NOT NULL,
    prefecture text        NOT NULL,
    at         timestamptz NOT NULL,
    CONSTRAINT opinion_readings_pkey PRIMARY KEY (release, prefecture),
    CONSTRAINT opinion_reading_of_opinion FOREIGN KEY (release) REFERENCES server.opinions (release),
    CONSTRAINT opinion_reading_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|MI)$')
);
GRANT SELECT, INSERT ON server.opinion_readings TO {{app}};

-- A message handed to another bureau of the prefecture that received it. The last row counts; without one the bureau follows from the referral.
CREATE TABLE server.hand_overs (
    position   bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    release    bigint      NOT NULL,
    prefecture text        NOT NULL,
    bureau     text        NOT NULL,
    at         timestamptz NOT NULL,
    author     text        NOT NULL,
    CONSTRAINT hand_overs_pkey PRIMARY KEY (position),
    CONSTRAINT hand_over_of_release FOREIGN KEY (release) REFERENCES server.releases (seq),
    CONSTRAINT hand_over_bureau CHECK (bureau IN ('SEJOUR', 'ELOIGNEMENT', 'CONTENTIEUX')),
    CONSTRAINT hand_over_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|MI)$'),
    CONSTRAINT hand_over_author CHECK (author ~ '^[A-Za-z0-9-]{1,64}$')
);
CREATE INDEX hand_overs_by_release ON server.hand_overs (release, position);
GRANT SELECT, INSERT ON server.hand_overs TO {{app}};

-- An urgent opinion that nobody had opened in time: said once.
CREATE TABLE server.unread_alarms (
    release bigint      NOT NULL,
    at      timestamptz NOT NULL,
    CONSTRAINT unread_alarms_pkey PRIMARY KEY (release),
    CONSTRAINT unread_alarm_of_opinion FOREIGN KEY (release) REFERENCES server.opinions (release)
);
GRANT SELECT, INSERT ON server.unread_alarms TO {{app}};

-- +goose Down
DROP TABLE server.unread_alarms, server.hand_overs, server.opinion_readings;
