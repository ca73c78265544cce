-- +goose Up

-- After a restore: releases that this zone had numbered and delivered, and knows no more. Rows come from the other zone's list, entered by the
-- owner (cloison reconcile). Their numbers are never taken again; a notice among them is not sent a second time (met_at), and an opinion stands.
CREATE TABLE medical.lost_releases (
    seq      bigint      NOT NULL,
    referral text        NOT NULL,
    code     text        NOT NULL,
    found_at timestamptz NOT NULL,
    met_at   timestamptz,
    CONSTRAINT lost_releases_pkey PRIMARY KEY (seq),
    CONSTRAINT lost_release_code CHECK (code IN ('N0', 'N1', 'N2', 'N3', 'N4', 'N5', 'N6', 'N7', 'L1'))
);
CREATE INDEX lost_releases_by_referral ON medical.lost_releases (referral, code);
GRANT SELECT, UPDATE (met_at) ON medical.lost_releases TO {{app}};

-- Deliveries go on after numbers that were lost.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION medical.delivery_in_order() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE last bigint;
BEGIN
    SELECT coalesce(max(d.seq), 0) INTO last FROM medical.deliveries d;
    IF NEW.seq <= last OR EXISTS (SELECT 1 FROM medical.lost_releases l WHERE l.seq = NEW.seq)
        OR NEW.seq - last - 1 <> (SELECT count(*) FROM medical.lost_releases l WHERE l.seq > last AND l.seq < NEW.seq) THEN
        RAISE EXCEPTION 'releases are delivered in order' USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_in_order';
    END IF;
    RETURN NEW;
END $$;

-- The prefecture holds an opinion that this zone no longer knows: another one would contradict it, and a closing without one would be refused there.
CREATE FUNCTION medical.opinion_left_before_restore() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF (NEW.kind = 'opinion' OR NEW.code = 'N7') AND EXISTS (SELECT 1 FROM medical.lost_releases l WHERE l.referral = NEW.referral AND l.code = 'N6') THEN
        RAISE EXCEPTION 'an opinion left before the restore' USING ERRCODE = 'check_violation', CONSTRAINT = 'opinion_left_before_restore';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER opinion_left_before_restore BEFORE INSERT ON medical.releases
    FOR EACH ROW EXECUTE FUNCTION medical.opinion_left_before_restore();

-- +goose Down
DROP TRIGGER opinion_left_before_restore ON medical.releases;
DROP FUNCTION medical.opinion_left_before_restore();
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION medical.delivery_in_order() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.seq <> 1 + coalesce((SELECT max(d.seq) FROM medical.deliveries d), 0) THEN
        RAISE EXCEPTION 'releases are delivered in order' USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_in_order';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
DROP TABLE medical.lost_releases;
