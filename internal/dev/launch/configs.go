package launch

import (
	"bytes"
	"fmt"
	"os"

	"cloison/crypto/custody/keystore"
	"cloison/internal/dev/provider"

	"github.com/BurntSushi/toml"
)

// What the programs read: one TOML file each, in config/. Paths in it are
// absolute and ports are this run's, so all three are written anew at each start.

type issuerConfig struct {
	Name             string `toml:"name"`
	Issuer           string `toml:"issuer"`
	ClientID         string `toml:"client_id"`
	ClientSecretFile string `toml:"client_secret_file"`
	Kind             string `toml:"kind"`
}

// signInConfig is what both portals are told of how fast people sign in, and of login_hint.
type signInConfig struct {
	Rate       float64 `toml:"sign_in_rate"`
	Burst      int     `toml:"sign_in_burst"`
	TotalRate  float64 `toml:"sign_in_total_rate"`
	TotalBurst int     `toml:"sign_in_total_burst"`
	QuickLogin bool    `toml:"quick_login"`
}

// signIn: here everybody has one address, and the player signs in anew for each act.
func (e *environment) signIn() signInConfig {
	return signInConfig{Rate: 500, Burst: 2000, TotalRate: 500, TotalBurst: 2000, QuickLogin: e.QuickLogin}
}

// witnessConfig is how the two zones witness each other's log.
type witnessConfig struct {
	Key        string `toml:"witness_private_key_file"`
	PeerKey    string `toml:"peer_witness_public_key_file"`
	PeerLogKey string `toml:"peer_checkpoint_public_key_file"`
}

type serverConfig struct {
	Environment       string `toml:"environment"`
	Zone              string `toml:"zone"`
	Listen            string `toml:"listen"`
	PublicURL         string `toml:"public_url"`
	RelayListen       string `toml:"relay_listen"`
	RelayCert         string `toml:"relay_cert"`
	RelayKey          string `toml:"relay_key"`
	RelayCA           string `toml:"relay_ca"`
	RelayPeer         string `toml:"relay_peer"`
	DatabaseURLFile   string `toml:"database_url_file"`
	AckPrivateKeyFile string `toml:"ack_private_key_file"`
	CheckpointKeyFile string `toml:"checkpoint_private_key_file"`
	Brand             string `toml:"brand"`
	DecisionsFile     string `toml:"decisions_file"`

	SealCertificateFiles []string `toml:"seal_certificate_files"`
	signInConfig
	witnessConfig
	machineConfig
	Issuers  []issuerConfig  `toml:"issuer"`
	Missions []missionConfig `toml:"mission"`
}

type medicalConfig struct {
	Environment            string `toml:"environment"`
	Zone                   string `toml:"zone"`
	Listen                 string `toml:"listen"`
	DocumentsListen        string `toml:"documents_listen"`
	DocumentsURL           string `toml:"documents_url"`
	PublicURL              string `toml:"public_url"`
	RelayURL               string `toml:"relay_url"`
	RelayCert              string `toml:"relay_cert"`
	RelayKey               string `toml:"relay_key"`
	RelayCA                string `toml:"relay_ca"`
	RelayPeer              string `toml:"relay_peer"`
	DatabaseURLFile        string `toml:"database_url_file"`
	Store                  string `toml:"store"`
	KeyholderSocket        string `toml:"keyholder_socket"`
	RecipientPublicKeyFile string `toml:"recipient_public_key_file"`
	AckPublicKeyFile       string `toml:"ack_public_key_file"`
	CheckpointKeyFile      string `toml:"checkpoint_public_key_file"`
	Brand                  string `toml:"brand"`
	DecisionsFile          string `toml:"decisions_file"`

	SealCertificateFiles []string `toml:"seal_certificate_files"`
	signInConfig
	witnessConfig
	Issuers        []issuerConfig  `toml:"issuer"`
	DocumentLimits []documentLimit `toml:"document_limit,omitempty"`
}

type documentLimit struct {
	MaxBytes int64 `toml:"max_bytes"`
}

func (e *environment) documentLimits() []documentLimit {
	if e.MaxDocument == 0 {
		return nil
	}
	return []documentLimit{{MaxBytes: e.MaxDocument}}
}

type pinnedIssuer struct {
	Issuer   string   `toml:"issuer"`
	ClientID string   `toml:"client_id"`
	JWKS     string   `toml:"jwks"`
	Classes  []string `toml:"classes"`
	ACR      []string `toml:"acr"`
	AMR      []string `toml:"amr"`
	Ignores  bool     `toml:"ignores_reauthentication"`
}

type keyholderConfig struct {
	Environment   string         `toml:"environment"`
	Zone          string         `toml:"zone"`
	Keystore      string         `toml:"keystore"`
	State         string         `toml:"state"`
	UseSocket     string         `toml:"use_socket"`
	CustodySocket string         `toml:"custody_socket"`
	UseUIDs       []int          `toml:"use_uids"`
	CustodyUIDs   []int          `toml:"custody_uids"`
	Issuers       []pinnedIssuer `toml:"issuer"`
}

// Client ids at the provider.
const (
	medicalClient = "cloison-medical"
	serverClient  = "cloison-server"
	brand         = "demonstration"
)

func (e *environment) issuer(name, kind, client string) issuerConfig {
	return issuerConfig{
		Name: name, Kind: kind, ClientID: client, Issuer: e.provider.Issuer(kind),
		ClientSecretFile: e.key("client-" + client + "-" + kind + ".secret"),
	}
}

func (e *environment) serverConfig() serverConfig {
	return serverConfig{
		Environment: Environment, Zone: "server",
		Listen: e.address(portServer), PublicURL: e.url(portServer),
		RelayListen: e.address(portRelay), RelayPeer: relayMedical,
		RelayCert: e.key("relay-server.pem"), RelayKey: e.key("relay-server.key"), RelayCA: e.key("relay-ca.pem"),
		DatabaseURLFile:      e.key("database-server.url"),
		SealCertificateFiles: []string{e.key(sealCertificateFile)}, AckPrivateKeyFile: e.key(ackKeyFile), CheckpointKeyFile: e.logKey(keystore.ServerLog + ".key"), Brand: brand,
		DecisionsFile: e.at("log", "server.decisions.jsonl"),
		signInConfig:  e.signIn(), machineConfig: e.machineConfig(), Missions: e.missionConfigs(),
		witnessConfig: witnessConfig{Key: e.logKey(keystore.ServerWitness + ".key"), PeerKey: e.logKey(keystore.MedicalWitness + ".pub"),
			PeerLogKey: e.key(keystoreDir + "/" + keystore.CheckpointKeyFile)},
		Issuers: []issuerConfig{e.issuer("ProConnect", provider.ProConnect, serverClient)},
	}
}

func (e *environment) medicalConfig() medicalConfig {
	return medicalConfig{
		Environment: Environment, Zone: "medical",
		Listen: e.address(portMedical), DocumentsListen: e.address(portDocuments), DocumentsURL: e.viewerURL(), PublicURL: e.portalURL(portMedical),
		RelayURL: "https://" + e.address(portRelay), RelayPeer: relayServer,
		RelayCert: e.key("relay-medical.pem"), RelayKey: e.key("relay-medical.key"), RelayCA: e.key("relay-ca.pem"),
		DatabaseURLFile: e.key("database-medical.url"), Store: e.at("store"), KeyholderSocket: e.run(useSocket),
		RecipientPublicKeyFile: e.key(recipientKeyFile), AckPublicKeyFile: e.key(ackPublicFile), CheckpointKeyFile: e.key(keystoreDir + "/" + keystore.CheckpointKeyFile),
		SealCertificateFiles: []string{e.key(sealCertificateFile)}, Brand: brand, DecisionsFile: e.at("log", "medical.decisions.jsonl"), signInConfig: e.signIn(),
		witnessConfig: witnessConfig{Key: e.logKey(keystore.MedicalWitness + ".key"), PeerKey: e.logKey(keystore.ServerWitness + ".pub"),
			PeerLogKey: e.logKey(keystore.ServerLog + ".pub")},

		Issuers: []issuerConfig{
			e.issuer("Pro Santé Connect", provider.PSC, medicalClient),
			e.issuer("ProConnect", provider.ProConnect, medicalClient),
		},
		DocumentLimits: e.documentLimits(),
	}
}

func (e *environment) keyholderConfig() keyholderConfig {
	me := []int{os.Geteuid()}
	return keyholderConfig{
		Environment: Environment, Zone: "medical", Keystore: e.key("keystore"), State: e.at("state"),
		UseSocket: e.run(useSocket), CustodySocket: e.run(custodySocket), UseUIDs: me, CustodyUIDs: me,
		Issuers: []pinnedIssuer{
			// Pro Santé Connect says eidas1 for the card and the e-CPS, and no amr; ProConnect says mfa.
			{
				Issuer: e.provider.Issuer(provider.PSC), ClientID: medicalClient, JWKS: e.key("jwks-psc.json"),
				Classes: []string{"physician"}, ACR: []string{"eidas1"}, Ignores: e.Passkeys,
			},
			{
				Issuer: e.provider.Issuer(provider.ProConnect), ClientID: medicalClient, JWKS: e.key("jwks-proconnect.json"),
				Classes: []string{"secretariat"}, AMR: []string{"mfa"},
			},
		},
	}
}

// writeConfigs writes the three files and the issuers' keys that keyholder pins.
func (e *environment) writeConfigs() error {
	for _, kind := range []string{provider.PSC, provider.ProConnect} {
		set, err := e.provider.JWKS(kind)
		if err != nil {
			return fmt.Errorf("exporting the keys of %s: %w", kind, err)
		}
		if err := write(e.key("jwks-"+kind+".json"), set, 0o644); err != nil {
			return err
		}
	}
	for name, config := range map[string]any{
		"server": e.serverConfig(), "medical": e.medicalConfig(), "keyholder": e.keyholderConfig(),
	} {
		var b bytes.Buffer
		if err := toml.NewEncoder(&b).Encode(config); err != nil {
			return fmt.Errorf("encoding the configuration of %s: %w", name, err)
		}
		if err := write(e.config(name), b.Bytes(), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (f folder) config(name string) string { return f.at("config", name+".toml") }
