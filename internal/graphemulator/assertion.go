package graphemulator

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// addApplication gives a seeded application its service principal.
func (t *tenant) addApplication(seed SeedApplication) error {
	if seed.ClientID == "" {
		return fmt.Errorf("an application of tenant %s has no client_id", t.id)
	}
	a := &application{
		clientID:      strings.ToLower(seed.ClientID),
		principalID:   newID(),
		secret:        seed.ClientSecret,
		secretExpired: seed.SecretExpired,
		roles:         append([]string{}, seed.Roles...),
		federated:     seed.FederatedCredentials,

		directoryRoles: slices.Clone(seed.DirectoryRoles),
	}
	for _, certificate := range seed.Certificates {
		key, err := certificateKey([]byte(certificate))
		if err != nil {
			return fmt.Errorf("a certificate of application %s: %w", a.clientID, err)
		}
		a.certificates = append(a.certificates, key)
	}
	t.applications = append(t.applications, a)
	return nil
}

func certificateKey(content []byte) (any, error) {
	for {
		block, rest := pem.Decode(content)
		if block == nil {
			return nil, errors.New("there is no CERTIFICATE block in the PEM")
		}
		if block.Type == "CERTIFICATE" {
			certificate, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, fmt.Errorf("parsing the certificate: %w", err)
			}
			return certificate.PublicKey, nil
		}
		content = rest
	}
}

// checkAssertion verifies a client assertion: signed by a certificate of the
// application, or a token of an issuer that the application trusts. The caller holds mu.
// Source: https://learn.microsoft.com/entra/identity-platform/certificate-credentials.
func (e *Emulator) checkAssertion(t *tenant, a *application, assertion string) (failed signInFailure, message string) {
	claims := jwt.MapClaims{}
	token, _, err := jwt.NewParser().ParseUnverified(assertion, claims)
	if err != nil {
		return errWrongAssertion, "AADSTS50027: JWT token is invalid or malformed."
	}
	if expires, err := claims.GetExpirationTime(); err != nil || expires == nil || time.Now().After(expires.Time) {
		return errWrongAssertion, "AADSTS700024: Client assertion is not within its valid time range."
	}
	issuer, _ := claims.GetIssuer()
	subject, _ := claims.GetSubject()
	audiences, _ := claims.GetAudience()
	if !strings.EqualFold(issuer, a.clientID) {
		return checkFederation(a, issuer, subject, audiences)
	}
	if !strings.EqualFold(subject, a.clientID) {
		return errWrongAssertion, "AADSTS700021: Client assertion application identifier doesn't match 'client_id' parameter."
	}
	if !slices.ContainsFunc(audiences, func(audience string) bool { return e.isTokenEndpoint(t, audience) }) {
		return errWrongAssertion, "AADSTS700023: Client assertion audience claim does not match Realm issuer."
	}
	for _, key := range a.certificates {
		if verifies(key, token, assertion) {
			return signInFailure{}, ""
		}
	}
	return errWrongAssertion, "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on application. " +
		"[Reason - The key was not found.]"
}

func (e *Emulator) isTokenEndpoint(t *tenant, audience string) bool {
	rest, ok := strings.CutPrefix(audience, e.origin+"/")
	if !ok {
		return false
	}
	name, path, _ := strings.Cut(rest, "/")
	return e.tenant(name) == t && (path == "oauth2/v2.0/token" || path == "v2.0")
}

func checkFederation(a *application, issuer, subject string, audiences []string) (failed signInFailure, message string) {
	for _, trusted := range a.federated {
		if trusted.Issuer == issuer && trusted.Subject == subject && slices.Contains(audiences, trusted.Audience) {
			return signInFailure{}, ""
		}
	}
	return errNoFederation, "AADSTS700213: No matching federated identity record found for presented assertion subject '" + subject +
		"'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion."
}

// verifies reports whether a key signed an assertion.
func verifies(key any, token *jwt.Token, assertion string) bool {
	switch key.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey:
	default:
		return false
	}
	dot := strings.LastIndexByte(assertion, '.')
	signature, err := jwt.NewParser().DecodeSegment(assertion[dot+1:])
	return err == nil && token.Method.Verify(assertion[:dot], signature, key) == nil
}
