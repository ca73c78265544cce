-- +goose Up

-- Until when the court awaits the prefect's observations, where the prefecture says so. It stays in this zone, as the court and its number do.
ALTER TABLE server.appeals ADD COLUMN answer_due_on date;

-- Every département's authority may refer: those of Corsica have a letter in their code.
ALTER TABLE server.referral_groups DROP CONSTRAINT referral_prefecture;
ALTER TABLE server.referral_groups ADD CONSTRAINT referral_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|2[AB]|MI)$');
ALTER TABLE server.referrals DROP CONSTRAINT referral_in_charge;
ALTER TABLE server.referrals ADD CONSTRAINT referral_in_charge CHECK (prefecture ~ '^([0-9]{2,3}|2[AB]|MI)$');
ALTER TABLE server.releases DROP CONSTRAINT release_received_by;
ALTER TABLE server.releases ADD CONSTRAINT release_received_by CHECK (received_by ~ '^([0-9]{2,3}|2[AB]|MI)$');
ALTER TABLE server.referral_charges DROP CONSTRAINT charge_prefecture;
ALTER TABLE server.referral_charges ADD CONSTRAINT charge_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|2[AB]|MI)$');
ALTER TABLE server.mail_notices DROP CONSTRAINT mail_notice_prefecture;
ALTER TABLE server.mail_notices ADD CONSTRAINT mail_notice_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|2[AB]|MI)$');
ALTER TABLE server.imported_lines DROP CONSTRAINT imported_prefecture;
ALTER TABLE server.imported_lines ADD CONSTRAINT imported_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|2[AB]|MI)$');
ALTER TABLE server.machines DROP CONSTRAINT machine_prefecture;
ALTER TABLE server.machines ADD CONSTRAINT machine_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|2[AB]|MI)$');
ALTER TABLE server.opinion_readings DROP CONSTRAINT opinion_reading_prefecture;
ALTER TABLE server.opinion_readings ADD CONSTRAINT opinion_reading_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|2[AB]|MI)$');
ALTER TABLE server.hand_overs DROP CONSTRAINT hand_over_prefecture;
ALTER TABLE server.hand_overs ADD CONSTRAINT hand_over_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|2[AB]|MI)$');
ALTER TABLE server.referral_groups DROP CONSTRAINT referral_direction;
ALTER TABLE server.referral_groups ADD CONSTRAINT referral_direction CHECK (direction ~ '^DT-[A-Z-]{2,30}$');

-- The opinions that nobody has acknowledged, so that what waits is counted without reading what was dealt with (TestOnlyWhatWaitsIsCounted).
CREATE TABLE server.waiting_opinions (
    release bigint NOT NULL,
    CONSTRAINT waiting_opinions_pkey PRIMARY KEY (release),
    CONSTRAINT waiting_opinion_of_opinion FOREIGN KEY (release) REFERENCES server.opinions (release)
);
INSERT INTO server.waiting_opinions (release)
SELECT o.release FROM server.opinions o WHERE NOT EXISTS (SELECT 1 FROM server.acknowledgements k WHERE k.release = o.release);
GRANT SELECT, INSERT, DELETE ON server.waiting_opinions TO {{app}};

-- Twins are looked for by their number.
CREATE INDEX referrals_by_number ON server.referrals (prefecture, agdref);

-- +goose Down
DROP INDEX server.referrals_by_number;
DROP TABLE server.waiting_opinions;
ALTER TABLE server.referral_groups DROP CONSTRAINT referral_direction;
ALTER TABLE server.referral_groups ADD CONSTRAINT referral_direction CHECK (direction ~ '^DT-[A-Z]{2,30}$');
ALTER TABLE server.referral_groups DROP CONSTRAINT referral_prefecture;
ALTER TABLE server.referral_groups ADD CONSTRAINT referral_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|MI)$');
ALTER TABLE server.referrals DROP CONSTRAINT referral_in_charge;
ALTER TABLE server.referrals ADD CONSTRAINT referral_in_charge CHECK (prefecture ~ '^([0-9]{2,3}|MI)$');
ALTER TABLE server.releases DROP CONSTRAINT release_received_by;
ALTER TABLE server.releases ADD CONSTRAINT release_received_by CHECK (received_by ~ '^([0-9]{2,3}|MI)$');
ALTER TABLE server.referral_charges DROP CONSTRAINT charge_prefecture;
ALTER TABLE server.referral_charges ADD CONSTRAINT charge_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|MI)$');
ALTER TABLE server.mail_notices DROP CONSTRAINT mail_notice_prefecture;
ALTER TABLE server.mail_notices ADD CONSTRAINT mail_notice_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|MI)$');
ALTER TABLE server.imported_lines DROP CONSTRAINT imported_prefecture;
ALTER TABLE server.imported_lines ADD CONSTRAINT imported_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|MI)$');
ALTER TABLE server.machines DROP CONSTRAINT machine_prefecture;
ALTER TABLE server.machines ADD CONSTRAINT machine_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|MI)$');
ALTER TABLE server.opinion_readings DROP CONSTRAINT opinion_reading_prefecture;
ALTER TABLE server.opinion_readings ADD CONSTRAINT opinion_reading_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|MI)$');
ALTER TABLE server.hand_overs DROP CONSTRAINT hand_over_prefecture;
ALTER TABLE server.hand_overs ADD CONSTRAINT hand_over_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|MI)$');
ALTER TABLE server.appeals DROP COLUMN answer_due_on;
