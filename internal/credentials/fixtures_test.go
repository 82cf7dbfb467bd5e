package credentials

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	testTenant = "11111111-2222-3333-4444-555555555555"
	testClient = "66666666-7777-8888-9999-aaaaaaaaaaaa"
	// testSecret has characters that change when it is sent as a form.
	testSecret = "S3cr3t+with/odd&chars=~plantedsecret"
)

// identity is a self-signed certificate with its key.
type identity struct {
	certificate *x509.Certificate
	key         *rsa.PrivateKey
}

func newIdentity(name string) identity {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return identity{certificate: certificate, key: key}
}

// Keys are slow to make, and no test changes one.
var (
	leaf  = sync.OnceValue(func() identity { return newIdentity("leaf") })
	other = sync.OnceValue(func() identity { return newIdentity("other") })
)

func (i identity) certificatePEM() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.certificate.Raw}))
}

func (i identity) keyPEM() string {
	der, err := x509.MarshalPKCS8PrivateKey(i.key)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func (i identity) legacyKeyPEM() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(i.key)}))
}

func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// wantBlame checks that err is an *ArgumentError for the argument whose texts hold the
// words and none of the planted secrets.
func wantBlame(t *testing.T, err error, argument string, words ...string) {
	t.Helper()
	var blamed *ArgumentError
	if !errors.As(err, &blamed) {
		t.Fatalf("got error %v (%T), want an *ArgumentError", err, err)
	}
	if blamed.Argument != argument {
		t.Errorf("blamed %q, want %q: %v", blamed.Argument, argument, err)
	}
	if blamed.Summary == "" || blamed.Detail == "" {
		t.Errorf("summary %q or detail %q is empty", blamed.Summary, blamed.Detail)
	}
	for _, word := range words {
		if !strings.Contains(blamed.Error(), word) {
			t.Errorf("%q does not say %q", blamed.Error(), word)
		}
	}
	wantNoSecret(t, blamed)
}

func wantNoSecret(t *testing.T, err error) {
	t.Helper()
	var blamed *ArgumentError
	if !errors.As(err, &blamed) {
		t.Fatalf("got error %T, want an *ArgumentError", err)
	}
	summary, detail := blamed.Explanation()
	for _, shown := range []string{blamed.Error(), summary, detail, fmt.Sprintf("%v %+v", err, err)} {
		for _, planted := range []string{"plantedsecret", "eyJ"} {
			if strings.Contains(shown, planted) {
				t.Errorf("a secret is shown: %q", shown)
			}
		}
		if strings.ContainsAny(shown, "\r\n\x1b\u202e") {
			t.Errorf("hostile characters are shown: %q", shown)
		}
	}
}

// lookupIn is a stand-in for os.LookupEnv.
func lookupIn(variables map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}
}
