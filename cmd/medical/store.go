package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"

	"github.com/minio/minio-go/v7"

	"cloison/cmd/internal/config"
	"cloison/medical/vault"
)

// bucket is where parts rest when it is no folder of this machine.
type bucket struct {
	Endpoint      string `toml:"endpoint"` // host:port
	Region        string `toml:"region"`
	Name          string `toml:"bucket"`
	AccessKey     string `toml:"access_key"`
	SecretKeyFile string `toml:"secret_key_file"`
	CA            string `toml:"ca"`       // the authority of its certificate; the system's where not given
	Insecure      bool   `toml:"insecure"` // plain HTTP; never in production
}

// checkStore: one place and no other, so that nobody wonders where a part is.
func (c configuration) checkStore() error {
	if (c.Store == "") == (c.StoreS3 == nil) {
		return errors.New("either store or [store_s3] says where sealed parts rest")
	}
	if c.StoreS3 == nil {
		return nil
	}
	if c.StoreS3.Insecure && !c.Relaxed() {
		return fmt.Errorf("store_s3.insecure in environment %q: sealed parts and the bucket's key would cross the network in clear", c.Environment)
	}
	return config.Required(map[string]string{"store_s3.endpoint": c.StoreS3.Endpoint, "store_s3.bucket": c.StoreS3.Name,
		"store_s3.access_key": c.StoreS3.AccessKey, "store_s3.secret_key_file": c.StoreS3.SecretKeyFile})
}

func (c configuration) objects(ctx context.Context) (vault.Objects, error) {
	if c.StoreS3 == nil {
		return vault.NewDirectory(c.Store)
	}
	b := c.StoreS3
	key, err := config.Secret(b.SecretKeyFile)
	if err != nil {
		return nil, err
	}
	transport, err := b.transport()
	if err != nil {
		return nil, err
	}
	return vault.NewS3(ctx, vault.S3Options{Endpoint: b.Endpoint, Region: b.Region, Bucket: b.Name, AccessKey: b.AccessKey, SecretKey: key,
		Insecure: b.Insecure, Transport: transport})
}

func (b bucket) transport() (http.RoundTripper, error) {
	transport, err := minio.DefaultTransport(!b.Insecure)
	if err != nil {
		return nil, fmt.Errorf("reaching the store: %w", err)
	}
	if b.CA == "" {
		return transport, nil
	}
	authority, err := config.Authority(b.CA)
	if err != nil {
		return nil, err
	}
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: authority}
	return transport, nil
}
