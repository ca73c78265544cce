package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	jwksTime = 15 * time.Second
	jwksSize = 1 << 20
)

// keysFetchJWKS brings an issuer's keys to the file that keyholder reads. It runs in a unit of its own, the only one with a route to the issuer:
// keyholder itself reaches nothing. A set that is empty, or no set, replaces nothing.
func keysFetchJWKS(ctx context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("fetch-jwks", stdout)
	issuer := f.String("issuer", "", "adresse du fournisseur (https)")
	out := f.String("out", "", "fichier que keyholder lit")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{"issuer": *issuer, "out": *out}); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Dir(*out)); err != nil {
		return fmt.Errorf("looking at the folder of the keys: %w", err)
	}
	client := &http.Client{Timeout: jwksTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	set, err := fetchJWKS(ctx, client, strings.TrimSuffix(*issuer, "/"))
	if err != nil {
		return err
	}
	if before, err := os.ReadFile(*out); err == nil && bytes.Equal(before, set) {
		fmt.Fprintln(stdout, "Les clés du fournisseur n'ont pas changé.")
		return nil
	}
	if err := replaceWhole(*out, set); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Nouvelles clés de %s. keyholder donnera l'alarme à leur premier usage : vérifiez-les auprès du fournisseur, par un autre canal.\n", *issuer)
	return nil
}

// fetchJWKS asks the discovery document, then the keys, both of the issuer's own host over TLS (plain HTTP on this machine alone, for development).
func fetchJWKS(ctx context.Context, client *http.Client, issuer string) ([]byte, error) {
	var found struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	document, err := get(ctx, client, issuer+"/.well-known/openid-configuration")
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(document, &found); err != nil || found.Issuer != issuer {
		return nil, errors.New("le fournisseur ne se nomme pas comme demandé : rien n'est changé")
	}
	set, err := get(ctx, client, found.Keys)
	if err != nil {
		return nil, err
	}
	var keys struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(set, &keys); err != nil || len(keys.Keys) == 0 {
		return nil, errors.New("le fournisseur ne donne aucune clé : rien n'est changé")
	}
	return set, nil
}

func get(ctx context.Context, client *http.Client, address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "127.0.0.1") {
		return nil, errors.New("l'adresse du fournisseur n'est pas en https : rien n'est changé")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("asking the issuer: %w", err)
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking the issuer: %w", err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, jwksSize+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("asking the issuer: %w", err)
	case answer.StatusCode != http.StatusOK || len(body) > jwksSize:
		return nil, fmt.Errorf("le fournisseur répond %d, %d octets : rien n'est changé", answer.StatusCode, len(body))
	}
	return body, nil
}
