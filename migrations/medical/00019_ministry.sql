-- +goose Up

-- The minister of the interior refers and receives like a prefecture, under a code of its own (L. 631-3, R. 632-2).
ALTER TABLE medical.dossiers DROP CONSTRAINT dossier_prefecture;
ALTER TABLE medical.dossiers ADD CONSTRAINT dossier_prefecture CHECK (prefecture ~ '^([0-9AB]{2,3}|MI)$');
ALTER TABLE medical.dossier_referrals DROP CONSTRAINT referral_prefecture;
ALTER TABLE medical.dossier_referrals ADD CONSTRAINT referral_prefecture CHECK (prefecture ~ '^([0-9AB]{2,3}|MI)$');

-- +goose Down
ALTER TABLE medical.dossier_referrals DROP CONSTRAINT referral_prefecture;
ALTER TABLE medical.dossier_referrals ADD CONSTRAINT referral_prefecture CHECK (prefecture ~ '^[0-9AB]{2,3}$');
ALTER TABLE medical.dossiers DROP CONSTRAINT dossier_prefecture;
ALTER TABLE medical.dossiers ADD CONSTRAINT dossier_prefecture CHECK (prefecture ~ '^[0-9AB]{2,3}$');
