package keyholder

import (
	"context"

	"cloison/crypto/passkey"
)

// ApprovePasskeyArgs gives an assertion over a nonce, and says whose it is said to be: the roster must name that passkey on this person's line.
type ApprovePasskeyArgs struct {
	Nonce     string            `json:"nonce"`
	Issuer    string            `json:"issuer"`
	Subject   string            `json:"subject"`
	Assertion passkey.Assertion `json:"assertion"`
}

// PasskeysArgs asks how the handle's person approves.
type PasskeysArgs struct {
	Handle string `json:"handle"`
}

// PasskeysReply says so: with passkeys alone, these, or with a token of his provider alone.
type PasskeysReply struct {
	Asked bool          `json:"asked"` // his provider does not authenticate anew
	Keys  []passkey.Key `json:"keys"`  // that the roster names for him today
}

// ApprovePasskey gives what an authenticator answered to the nonce, and returns the approval that keyholder keeps.
func (c *Client) ApprovePasskey(ctx context.Context, a ApprovePasskeyArgs) (Approval, error) {
	r, err := call[ApprovalRecord](ctx, c, OpApprovePasskey, a)
	if err != nil {
		return Approval{}, err
	}
	return r.Approval(), nil
}

// Passkeys answers how the handle's person approves. It does not count as a use of the session.
func (c *Client) Passkeys(ctx context.Context, handle string) (PasskeysReply, error) {
	return call[PasskeysReply](ctx, c, OpPasskeys, PasskeysArgs{Handle: handle})
}
