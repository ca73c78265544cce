-- +goose Up

-- An opinion that left before a restore stands as it left: a head of service closes its dossier upon it, once, with the digest of what the other zone
-- holds. The digest comes with the other zone's list (cloison reconcile).
ALTER TABLE medical.lost_releases ADD COLUMN digest text NOT NULL DEFAULT '';
ALTER TABLE medical.lost_releases ADD COLUMN stood_at timestamptz;
ALTER TABLE medical.lost_releases ADD COLUMN stood_by text;
ALTER TABLE medical.lost_releases ADD COLUMN approval text;
ALTER TABLE medical.lost_releases ADD CONSTRAINT lost_release_digest CHECK (digest ~ '^([0-9a-f]{64})?$' AND (digest = '' OR code = 'N6'));
ALTER TABLE medical.lost_releases ADD CONSTRAINT lost_release_stands CHECK ((stood_at IS NULL) = (stood_by IS NULL) AND (stood_at IS NULL) = (approval IS NULL)
    AND (stood_at IS NULL OR digest <> '') AND stood_by ~ '^[A-Za-z0-9-]{1,64}$' AND octet_length(approval) <= 64);
GRANT UPDATE (stood_at, stood_by, approval) ON medical.lost_releases TO {{app}};

-- +goose StatementBegin
CREATE FUNCTION medical.lost_release_stands_once() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF OLD.stood_at IS NOT NULL AND (NEW.stood_at, NEW.stood_by, NEW.approval) IS DISTINCT FROM (OLD.stood_at, OLD.stood_by, OLD.approval) THEN
        RAISE EXCEPTION 'it stands already' USING ERRCODE = 'check_violation', CONSTRAINT = 'lost_release_stands_once';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER lost_release_stands_once BEFORE UPDATE ON medical.lost_releases FOR EACH ROW EXECUTE FUNCTION medical.lost_release_stands_once();

ALTER TABLE medical.composition_closures DROP CONSTRAINT closure_reason;
ALTER TABLE medical.composition_closures ADD CONSTRAINT closure_reason CHECK (reason IN ('MEMBRE_INDISPONIBLE', 'FIN_INSCRIPTION_MEMBRE', 'CONFLIT_INTERETS', 'REFUS_SIGNATURE',
    'RETRAIT', 'DECES', 'SAISINE_ANNULEE', 'CHANGEMENT_LIBERTE', 'AVIS_RECTIFICATIF', 'AVIS_PARTI_AVANT_RESTAURATION'));

-- +goose Down
ALTER TABLE medical.composition_closures DROP CONSTRAINT closure_reason;
ALTER TABLE medical.composition_closures ADD CONSTRAINT closure_reason CHECK (reason IN ('MEMBRE_INDISPONIBLE', 'FIN_INSCRIPTION_MEMBRE', 'CONFLIT_INTERETS', 'REFUS_SIGNATURE',
    'RETRAIT', 'DECES', 'SAISINE_ANNULEE', 'CHANGEMENT_LIBERTE', 'AVIS_RECTIFICATIF'));
DROP TRIGGER lost_release_stands_once ON medical.lost_releases;
DROP FUNCTION medical.lost_release_stands_once();
REVOKE UPDATE (stood_at, stood_by, approval) ON medical.lost_releases FROM {{app}};
ALTER TABLE medical.lost_releases DROP CONSTRAINT lost_release_stands;
ALTER TABLE medical.lost_releases DROP CONSTRAINT lost_release_digest;
ALTER TABLE medical.lost_releases DROP COLUMN approval, DROP COLUMN stood_by, DROP COLUMN stood_at, DROP COLUMN digest;
