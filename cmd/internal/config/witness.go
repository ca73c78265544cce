package config

import (
	"errors"

	"golang.org/x/mod/sumdb/note"

	"cloison/cmd/internal/program"
	"cloison/crypto/checkpoint"
)

// Witness is the part of both portals' configuration that says how the two zones witness each other's log. All of it, or, in development only, nothing.
type Witness struct {
	PrivateKeyFile string `toml:"witness_private_key_file"`        // with which this zone countersigns the other's checkpoints
	PeerKeyFile    string `toml:"peer_witness_public_key_file"`    // of the other zone's witness
	PeerLogKeyFile string `toml:"peer_checkpoint_public_key_file"` // of the other zone's log
	PeerOrigin     string `toml:"peer_checkpoint_origin"`          // where the other zone's file gives one
}

// Absent says that nothing is configured.
func (w Witness) Absent() bool { return w.PrivateKeyFile+w.PeerKeyFile+w.PeerLogKeyFile == "" }

// CheckWitness refuses half of it, and none of it outside development.
func (w Witness) CheckWitness(relaxed bool) error {
	if w.Absent() && relaxed {
		return nil
	}
	if w.PrivateKeyFile == "" || w.PeerKeyFile == "" || w.PeerLogKeyFile == "" {
		return errors.New("witness_private_key_file, peer_witness_public_key_file and peer_checkpoint_public_key_file go together; only development does without a witness")
	}
	return nil
}

// Witnesses is what Witness names.
type Witnesses struct {
	Own         *checkpoint.Witness
	PeerWitness note.Verifier
	PeerLog     note.Verifier
}

// ReadWitness reads the keys of the zone's witness and of the other zone, peer.
func (w Witness) ReadWitness(environment, zone, peer string) (Witnesses, error) {
	key, err := PrivateKey(w.PrivateKeyFile)
	if err != nil {
		return Witnesses{}, err
	}
	theirs, err := PublicKey(w.PeerKeyFile)
	if err != nil {
		return Witnesses{}, err
	}
	verifier, err := Log(program.Origin(w.PeerOrigin, environment, peer), w.PeerLogKeyFile)
	if err != nil {
		return Witnesses{}, err
	}
	return Witnesses{
		Own:         checkpoint.NewWitness(WitnessName(environment, zone), key),
		PeerWitness: checkpoint.NewWitnessVerifier(WitnessName(environment, peer), theirs),
		PeerLog:     verifier,
	}, nil
}

// WitnessName is how a zone signs as a witness.
func WitnessName(environment, zone string) string {
	return program.Origin("", environment, zone) + "/witness"
}
