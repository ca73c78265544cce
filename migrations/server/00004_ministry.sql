-- +goose Up

-- The minister of the interior refers and receives like a prefecture, under a code of its own (L. 631-3, R. 632-2).
ALTER TABLE server.referral_groups DROP CONSTRAINT referral_prefecture;
ALTER TABLE server.referral_groups ADD CONSTRAINT referral_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|MI)$');
ALTER TABLE server.referrals DROP CONSTRAINT referral_in_charge;
ALTER TABLE server.referrals ADD CONSTRAINT referral_in_charge CHECK (prefecture ~ '^([0-9]{2,3}|MI)$');
ALTER TABLE server.releases DROP CONSTRAINT release_received_by;
ALTER TABLE server.releases ADD CONSTRAINT release_received_by CHECK (received_by ~ '^([0-9]{2,3}|MI)$');
ALTER TABLE server.referral_charges DROP CONSTRAINT charge_prefecture;
ALTER TABLE server.referral_charges ADD CONSTRAINT charge_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|MI)$');

-- +goose Down
ALTER TABLE server.referral_charges DROP CONSTRAINT charge_prefecture;
ALTER TABLE server.referral_charges ADD CONSTRAINT charge_prefecture CHECK (prefecture ~ '^[0-9]{2,3}$');
ALTER TABLE server.releases DROP CONSTRAINT release_received_by;
ALTER TABLE server.releases ADD CONSTRAINT release_received_by CHECK (received_by ~ '^[0-9]{2,3}$');
ALTER TABLE server.referrals DROP CONSTRAINT referral_in_charge;
ALTER TABLE server.referrals ADD CONSTRAINT referral_in_charge CHECK (prefecture ~ '^[0-9]{2,3}$');
ALTER TABLE server.referral_groups DROP CONSTRAINT referral_prefecture;
ALTER TABLE server.referral_groups ADD CONSTRAINT referral_prefecture CHECK (prefecture ~ '^[0-9]{2,3}$');
