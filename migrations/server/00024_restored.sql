-- +goose Up

-- After a restore: referrals that the medical zone received, and that this zone knows no more. Rows come from the other zone's list, entered by the
-- owner (cloison reconcile). What is released for one of them is set aside: its number is taken, and nothing else waits behind it.
CREATE TABLE server.lost_referrals (
    id       uuid        NOT NULL,
    found_at timestamptz NOT NULL,
    CONSTRAINT lost_referrals_pkey PRIMARY KEY (id)
);
GRANT SELECT ON server.lost_referrals TO {{app}};

ALTER TABLE server.quarantined_releases DROP CONSTRAINT quarantined_release_of_referral;
-- +goose StatementBegin
CREATE FUNCTION server.quarantined_release_of_referral() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM server.referrals f WHERE f.id = NEW.referral)
        AND NOT EXISTS (SELECT 1 FROM server.lost_referrals l WHERE l.id = NEW.referral) THEN
        RAISE EXCEPTION 'a release is of a referral' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'quarantined_release_of_referral';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER quarantined_release_of_referral BEFORE INSERT ON server.quarantined_releases
    FOR EACH ROW EXECUTE FUNCTION server.quarantined_release_of_referral();

-- +goose Down
DROP TRIGGER quarantined_release_of_referral ON server.quarantined_releases;
DROP FUNCTION server.quarantined_release_of_referral();
ALTER TABLE server.quarantined_releases ADD CONSTRAINT quarantined_release_of_referral FOREIGN KEY (referral) REFERENCES server.referrals (id);
DROP TABLE server.lost_referrals;
