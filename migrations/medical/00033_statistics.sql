-- +goose Up

-- One coded record of each opinion, sealed to a key that only an order of custodians uses, once a year (L. 425-9, last paragraph). No dossier, no referral,
-- no day: slot is a keyed hash that keyholder alone computes. A corrected opinion of the same year takes the place of the one before. The program writes
-- and reads back nothing but that a slot is taken.
CREATE TABLE medical.statistics (
    slot   bytea NOT NULL,
    year   integer NOT NULL,
    mark   bytea NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT statistics_pkey PRIMARY KEY (slot),
    CONSTRAINT statistic_is_of_one_length CHECK (octet_length(slot) = 32 AND octet_length(mark) = 32 AND octet_length(sealed) BETWEEN 512 AND 16384),
    CONSTRAINT statistic_is_of_a_year CHECK (year BETWEEN 2000 AND 2999)
);
CREATE INDEX statistics_year ON medical.statistics (year, slot);
GRANT SELECT (slot), INSERT, UPDATE (mark, sealed) ON medical.statistics TO {{app}};

-- +goose Down
DROP TABLE medical.statistics;
