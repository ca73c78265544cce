package relay

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"cloison/act"
	"cloison/release"
)

// How long one exchange may take, and how much one answer may hold.
const (
	pollWait     = 30 * time.Second
	exchangeTime = pollWait + 15*time.Second
	maxAnswer    = 4 << 20
)

// NewClient makes the client of the relay: TLS 1.3, our certificate, and a peer whose certificate comes from roots and bears peer as a DNS
// name. The name is checked twice: by TLS and on the leaf itself (TestPeerMustBeNamed). No proxy, no redirect.
func NewClient(own tls.Certificate, roots *x509.CertPool, peer string) *http.Client {
	config := &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{own}, RootCAs: roots, ServerName: peer,
		VerifyConnection: func(state tls.ConnectionState) error {
			if len(state.PeerCertificates) == 0 || !slices.Contains(state.PeerCertificates[0].DNSNames, peer) {
				return errors.New("the peer does not bear the name expected")
			}
			return nil
		},
	}
	return &http.Client{
		Transport: &http.Transport{
			TLSClientConfig: config, MaxIdleConns: 4, MaxIdleConnsPerHost: 4, IdleConnTimeout: 90 * time.Second,
			TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: exchangeTime,
		},
		Timeout:       exchangeTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// errUnexpected: the other zone answered something that this program does not apply.
var errUnexpected = errors.New("unexpected answer of the other zone")

// alarming says whether an error is more than a wait: an operator must look.
func alarming(err error) bool {
	var refused *act.Error
	if errors.As(err, &refused) && !slices.Contains([]act.Kind{act.Sealed, act.Unavailable, act.RateLimited}, refused.Kind) {
		return true // what the other zone sent cannot be applied, and will not mend itself
	}
	return errors.Is(err, errForked) || errors.Is(err, errUnexpected) || errors.Is(err, errGap) || errors.Is(err, release.ErrNotCanonical) || errors.Is(err, release.ErrSignature)
}

// items asks for the items after a number and gives each still encoded: one that does not decode must not hold back those before it.
func (r *Relay) items(ctx context.Context, path string, after int64) ([]json.RawMessage, error) {
	url := r.o.URL + path + "?after=" + strconv.FormatInt(after, 10) + "&wait=30s"
	body, err := r.exchange(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	var page struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, release.ErrNotCanonical)
	}
	again, err := release.Canonical(page)
	if err != nil || !bytes.Equal(again, body) {
		return nil, fmt.Errorf("reading %s: %w", path, release.ErrNotCanonical)
	}
	return page.Items, nil
}

func (r *Relay) exchange(ctx context.Context, method, url string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("asking the other zone: %w", err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := r.o.Client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking the other zone: %w", err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the answer of the other zone: %w", err)
	case len(answer) > maxAnswer:
		return nil, fmt.Errorf("%s answers too much: %w", method, errUnexpected)
	case response.StatusCode >= 500:
		return nil, fmt.Errorf("the other zone answers %d", response.StatusCode) // it will mend itself
	case response.StatusCode/100 != 2:
		return nil, fmt.Errorf("%s answers %d: %w", method, response.StatusCode, errUnexpected)
	}
	return answer, nil
}
