package vault

import "context"

// RemoveUpload removes the stored parts of an upload of a dossier that was purged: no row names them any more, and no key opens them. Doing
// it again is nothing.
func (v *Vault) RemoveUpload(ctx context.Context, upload string) error {
	return v.o.Objects.Settle(ctx, upload, nil)
}
