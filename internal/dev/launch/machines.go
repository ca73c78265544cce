package launch

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// The prefectures' own systems: with --machines each prefecture of the people files has one, with a certificate in keys/machines/.

const (
	machinesDir      = "machines"
	machineServer    = "machines.administrative.cloison"
	machineSuffix    = ".prefectures.cloison" // si-69.prefectures.cloison
	machineAuthority = "authority"
)

func (f folder) machine(name string) string { return f.at("keys", machinesDir, name) }

// ensureMachines makes the authority once, and a certificate for each prefecture that has none yet.
func (e *environment) ensureMachines() error {
	if !e.Machines {
		return nil
	}
	if err := os.MkdirAll(e.machine(""), 0o700); err != nil {
		return fmt.Errorf("making the folder of machines: %w", err)
	}
	ca, err := e.machineCA()
	if err != nil {
		return err
	}
	if err := ensureIssued(ca, e.machine("server"), machineServer, net.IPv4(127, 0, 0, 1)); err != nil {
		return err
	}
	for _, p := range e.people.directory {
		if p.Prefecture == "" {
			continue
		}
		name := "si-" + strings.ToLower(p.Prefecture)
		if err := ensureIssued(ca, e.machine(name), name+machineSuffix); err != nil {
			return err
		}
	}
	return nil
}

func ensureIssued(ca authority, path, name string, at ...net.IP) error {
	if _, err := os.Stat(path + ".pem"); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return ca.issue(path, name, at...)
}

// machineCA finds the authority of an earlier start, or makes it: people files may bring other prefectures later.
func (f folder) machineCA() (authority, error) {
	path := f.machine(machineAuthority)
	public, err := os.ReadFile(path + ".pem")
	if errors.Is(err, os.ErrNotExist) {
		return f.newMachineCA(path)
	}
	if err != nil {
		return authority{}, fmt.Errorf("reading the authority of machines: %w", err)
	}
	private, err := os.ReadFile(path + ".key")
	if err != nil {
		return authority{}, fmt.Errorf("reading the authority of machines: %w", err)
	}
	return parseAuthority(public, private)
}

func (f folder) newMachineCA(path string) (authority, error) {
	ca, der, err := newAuthority("Cloison, autorité des systèmes (développement)")
	if err != nil {
		return authority{}, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(ca.key)
	if err != nil {
		return authority{}, fmt.Errorf("keeping the authority of machines: %w", err)
	}
	if err := write(path+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600); err != nil {
		return authority{}, err
	}
	return ca, write(path+".pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
}

func parseAuthority(public, private []byte) (authority, error) {
	one, _ := pem.Decode(public)
	other, _ := pem.Decode(private)
	if one == nil || other == nil {
		return authority{}, errors.New("reading the authority of machines: no PEM in its files")
	}
	certificate, err := x509.ParseCertificate(one.Bytes)
	if err != nil {
		return authority{}, fmt.Errorf("reading the authority of machines: %w", err)
	}
	key, err := x509.ParsePKCS8PrivateKey(other.Bytes)
	if err != nil {
		return authority{}, fmt.Errorf("reading the authority of machines: %w", err)
	}
	signer, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return authority{}, errors.New("reading the authority of machines: its key is of another kind")
	}
	return authority{certificate, signer}, nil
}

// loadMachines enters every system that has a certificate.
func (e *environment) loadMachines(ctx context.Context, url string) error {
	if !e.Machines {
		return nil
	}
	files, err := filepath.Glob(e.machine("si-*.pem"))
	if err != nil {
		return fmt.Errorf("listing the machines: %w", err)
	}
	list := []map[string]string{}
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".pem")
		list = append(list, map[string]string{
			"name": name + machineSuffix, "prefecture": strings.ToUpper(strings.TrimPrefix(name, "si-")), "valid_from": habilitatedFrom, "valid_to": "2199-12-31",
		})
	}
	content, err := json.MarshalIndent(map[string]any{"machines": list}, "", " ")
	if err != nil {
		return fmt.Errorf("writing the list of machines: %w", err)
	}
	path := e.at("config", "machines.json")
	if err := write(path, content, 0o600); err != nil {
		return err
	}
	return e.LoadMachines(ctx, url, path)
}

func (e *environment) machineConfig() machineConfig {
	if !e.Machines {
		return machineConfig{}
	}
	return machineConfig{
		Listen: e.address(portMachines), URL: "https://" + e.address(portMachines),
		Cert: e.machine("server.pem"), Key: e.machine("server.key"), CA: e.machine(machineAuthority + ".pem"),
	}
}

// machineConfig is where the prefectures' own systems call.
type machineConfig struct {
	Listen string `toml:"machine_listen,omitempty"`
	URL    string `toml:"machine_url,omitempty"`
	Cert   string `toml:"machine_cert,omitempty"`
	Key    string `toml:"machine_key,omitempty"`
	CA     string `toml:"machine_ca,omitempty"`
}
