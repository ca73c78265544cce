package desk

import (
	"context"
	"encoding/base64"
	"time"

	"cloison/act"
	"cloison/audit"
	"cloison/crypto/passkey"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/vault"
	"cloison/web"
)

func (k *Desk) passkeyOperations() []web.Operation {
	return []web.Operation{
		web.Op("listPasskeys", "GET", "/passkeys", "passkey.list", k.listPasskeys, web.Page(PasskeysPath, "passkeys", k.passkeysPage)),
		web.Op("proposePasskey", "POST", "/passkeys", "passkey.propose", k.proposePasskey, k.passkeyForm()),
		web.Op("listApprovals", "GET", "/dossiers/:dossier/approvals", "dossier.open", k.listApprovals),
	}
}

// Passkey is one that a person made for himself.
type Passkey struct {
	ID          string    `json:"id"`
	Fingerprint string    `json:"fingerprint"` // what he tells the custodians
	ProposedAt  time.Time `json:"proposed_at"`
	Confirmed   bool      `json:"confirmed"` // the custodians' roster names it: it signs

	credential []byte
}

// Passkeys are one's own, and what an authenticator is asked for another.
type Passkeys struct {
	Asked        bool                 `json:"asked"` // acts are confirmed with one: the provider does not authenticate anew
	Items        []Passkey            `json:"items"`
	Registration *PasskeyRegistration `json:"registration"` // null where none can be made
}

// PasskeyRegistration is what goes into navigator.credentials.create.
type PasskeyRegistration struct {
	Challenge  string  `json:"challenge"` // base64url, as user
	RPID       string  `json:"rp_id"`
	User       string  `json:"user"`
	Algorithms []int64 `json:"algorithms"`
}

// listPasskeys shows a person his own passkeys, and which of them sign.
func (k *Desk) listPasskeys(c *web.Call, _ web.None) (web.Reply[Passkeys], error) {
	door, err := k.door(c)
	if err != nil {
		return web.Reply[Passkeys]{}, err
	}
	var own Passkeys
	_, err = k.Gate.Do(c.Context(), c.Who, c.Act(act.Object{Kind: "portal"}), func(ctx context.Context, tx *act.Tx) error {
		proposed, err := identity.PasskeysOf(ctx, tx, c.Who.ID)
		own = k.passkeysOf(c.Who, door, proposed)
		return err
	})
	return web.OK(own), err
}

// door is how keyholder lets the person approve. Who has no handle approves nothing.
func (k *Desk) door(c *web.Call) (identity.Door, error) {
	if c.Who.Handle.Reveal() == "" {
		return identity.Door{}, nil
	}
	door, err := k.Keys.Passkeys(c.Context(), c.Who.Handle.Reveal())
	return identity.Door{Asked: door.Asked, Keys: door.Keys}, vault.KeyError(err)
}

func (k *Desk) passkeysOf(who act.Subject, door identity.Door, proposed []identity.ProposedPasskey) Passkeys {
	named := map[string]bool{}
	for _, key := range door.Keys {
		named[key.Fingerprint()] = true
	}
	own := Passkeys{Asked: door.Asked, Items: []Passkey{}}
	for _, p := range proposed {
		own.Items = append(own.Items, Passkey{ID: p.ID, Fingerprint: p.Key.Fingerprint(), ProposedAt: p.ProposedAt,
			Confirmed: named[p.Key.Fingerprint()], credential: p.Key.Credential})
	}
	if rpID := passkey.RPIDOf(k.Identity.PublicURL); door.Asked && rpID != "" {
		own.Registration = &PasskeyRegistration{Challenge: identity.RegistrationChallenge(who), RPID: rpID,
			User: base64.RawURLEncoding.EncodeToString([]byte(who.Reference)), Algorithms: passkey.Algorithms()}
	}
	return own
}

type proposePasskeyInput struct {
	Credential        string `json:"credential" validate:"required,max=1400"` // base64url, as the others
	AttestationObject string `json:"attestation_object" validate:"required,max=6000"`
	ClientData        string `json:"client_data" validate:"required,max=6000"`
}

func (in proposePasskeyInput) registration() (r passkey.Registration, err error) {
	for from, into := range map[string]*[]byte{in.Credential: &r.Credential, in.AttestationObject: &r.AttestationObject, in.ClientData: &r.ClientData} {
		if *into, err = base64.RawURLEncoding.DecodeString(from); err != nil {
			return passkey.Registration{}, err
		}
	}
	return r, nil
}

const (
	sayPasskeyNotAsked = "Votre fournisseur d’identité vous authentifie à chaque signature : aucune clé d’accès ne vous est demandée."
	sayPasskeyUnread   = "Cette réponse n’est pas celle d’une clé qui vous a vérifié, pour cette page. Rouvrez la page de vos clés, puis recommencez."
	sayPasskeyKnown    = "Cette clé est déjà enregistrée. Si la vôtre n’est pas dans la liste, enregistrez-en une autre."
)

// proposePasskey keeps a passkey that the person's authenticator just made. It signs nothing: custodians confirm it on their roster, which this
// program can neither read nor write (TestAnOpinionIsSignedWithAPasskey).
func (k *Desk) proposePasskey(c *web.Call, in proposePasskeyInput) (web.Reply[Passkey], error) {
	door, err := k.door(c)
	if err != nil {
		return web.Reply[Passkey]{}, err
	}
	var made Passkey
	result, err := k.Gate.Do(c.Context(), c.Who, c.Act(act.Object{Kind: "person", ID: c.Who.Reference}), func(ctx context.Context, tx *act.Tx) error {
		tx.SetStatus(201)
		made, err = k.keepPasskey(ctx, tx, c.Who, door, in)
		return err
	})
	if err == nil && result.Replayed {
		made, err = k.ownPasskey(c, result.Object.Item, door)
	}
	return web.Created("/passkeys/"+made.ID, made), err
}

func (k *Desk) keepPasskey(ctx context.Context, tx *act.Tx, who act.Subject, door identity.Door, in proposePasskeyInput) (Passkey, error) {
	if !door.Asked {
		return Passkey{}, act.NewError(act.Conflict, sayPasskeyNotAsked)
	}
	given, err := in.registration()
	if err != nil {
		return Passkey{}, refusal(&medical.FieldError{Field: "credential", Sentence: sayPasskeyUnread})
	}
	key, err := passkey.Register(identity.RegistrationChallenge(who), k.Identity.PublicURL, given)
	if err != nil {
		return Passkey{}, refusal(&medical.FieldError{Field: "attestation_object", Sentence: sayPasskeyUnread})
	}
	p := identity.ProposedPasskey{ID: audit.NewID(), Key: key, ProposedAt: tx.Now}
	kept, err := identity.ProposePasskey(ctx, tx, who.ID, p)
	if err != nil {
		return Passkey{}, err
	}
	if !kept {
		return Passkey{}, act.NewError(act.Conflict, sayPasskeyKnown)
	}
	tx.SetItem(p.ID)
	return Passkey{ID: p.ID, Fingerprint: key.Fingerprint(), ProposedAt: p.ProposedAt}, nil
}

// ownPasskey is one that a repeated request proposed before.
func (k *Desk) ownPasskey(c *web.Call, id string, door identity.Door) (Passkey, error) {
	proposed, err := identity.PasskeysOf(c.Context(), k.Pool, c.Who.ID)
	if err != nil {
		return Passkey{}, err
	}
	for _, one := range k.passkeysOf(c.Who, door, proposed).Items {
		if one.ID == id {
			return one, nil
		}
	}
	return Passkey{}, act.NotFound()
}
