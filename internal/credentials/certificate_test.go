package credentials

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"software.sslmate.com/src/go-pkcs12"
)

// certificatePassword is planted to be looked for in errors.
const certificatePassword = "pw-plantedsecret"

func encodePKCS12(t *testing.T, encoder *pkcs12.Encoder, of identity, password string, chain ...*x509.Certificate) []byte {
	t.Helper()
	data, err := encoder.Encode(of.key, of.certificate, chain, password)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestCertificate(t *testing.T) {
	t.Parallel()
	inBase64 := func(data []byte) string { return base64.StdEncoding.EncodeToString(data) }
	both := leaf().certificatePEM() + leaf().keyPEM()
	for name, test := range map[string]struct {
		content  string
		password string
		chain    int
	}{
		"PEM":                             {content: both},
		"PEM, key first":                  {content: leaf().keyPEM() + leaf().certificatePEM()},
		"PEM, PKCS#1 key":                 {content: leaf().certificatePEM() + leaf().legacyKeyPEM()},
		"PEM with text around":            {content: "Bag Attributes\n    friendlyName: x\n" + both + "\nend\n"},
		"PEM with a chain":                {content: other().certificatePEM() + both, chain: 1},
		"PEM, superfluous password":       {content: both, password: certificatePassword},
		"PEM in base64":                   {content: inBase64([]byte(both))},
		"PKCS#12 without password":        {content: inBase64(encodePKCS12(t, pkcs12.Passwordless, leaf(), ""))},
		"PKCS#12 RC2":                     {content: inBase64(encodePKCS12(t, pkcs12.LegacyRC2, leaf(), certificatePassword)), password: certificatePassword},
		"PKCS#12 3DES":                    {content: inBase64(encodePKCS12(t, pkcs12.LegacyDES, leaf(), certificatePassword)), password: certificatePassword},
		"PKCS#12 AES and SHA-256":         {content: inBase64(encodePKCS12(t, pkcs12.Modern2023, leaf(), certificatePassword)), password: certificatePassword},
		"PKCS#12 PBMAC1":                  {content: inBase64(encodePKCS12(t, pkcs12.Modern2026, leaf(), certificatePassword)), password: certificatePassword},
		"PKCS#12 with a chain":            {content: inBase64(encodePKCS12(t, pkcs12.Modern2023, leaf(), certificatePassword, other().certificate)), password: certificatePassword, chain: 1},
		"base64 in lines without padding": {content: wrap(base64.RawStdEncoding.EncodeToString(encodePKCS12(t, pkcs12.Modern2023, leaf(), certificatePassword))), password: certificatePassword},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Arguments{ClientCertificate: &test.content, ClientCertificatePassword: &test.password}.certificate()
			if err != nil {
				t.Fatal(err)
			}
			if !got.key.Equal(leaf().key) || !got.certificates[0].Equal(leaf().certificate) || len(got.certificates) != 1+test.chain {
				t.Errorf("got %d certificates, first of %s", len(got.certificates), got.certificates[0].Subject)
			}
		})
	}
}

// wrap breaks a text into lines.
func wrap(value string) string {
	var wrapped strings.Builder
	for line := range slices.Chunk([]byte(value), 64) {
		wrapped.Write(line)
		wrapped.WriteString("\r\n")
	}
	return wrapped.String()
}

func TestCertificateFile(t *testing.T) {
	t.Parallel()
	for name, content := range map[string][]byte{
		"PEM":     []byte(leaf().certificatePEM() + leaf().keyPEM()),
		"PKCS#12": encodePKCS12(t, pkcs12.Modern2023, leaf(), certificatePassword),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := writeFile(t, "certificate", string(content))
			got, err := Arguments{ClientCertificatePath: &path, ClientCertificatePassword: new(certificatePassword)}.certificate()
			if err != nil {
				t.Fatal(err)
			}
			if !got.certificates[0].Equal(leaf().certificate) {
				t.Errorf("got the certificate of %s", got.certificates[0].Subject)
			}
		})
	}
}

func TestCertificateErrors(t *testing.T) {
	t.Parallel()
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ecDER, err := x509.MarshalPKCS8PrivateKey(ecKey)
	if err != nil {
		t.Fatal(err)
	}
	trustStore, err := pkcs12.Modern2023.EncodeTrustStore([]*x509.Certificate{leaf().certificate}, certificatePassword)
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string, headers map[string]string, data []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Headers: headers, Bytes: data}))
	}
	protected := base64.StdEncoding.EncodeToString(encodePKCS12(t, pkcs12.Modern2023, leaf(), certificatePassword))
	legacy := base64.StdEncoding.EncodeToString(encodePKCS12(t, pkcs12.LegacyRC2, leaf(), certificatePassword))
	missing := filepath.Join(t.TempDir(), "missing.pfx")
	for name, test := range map[string]struct {
		arguments Arguments
		blamed    string
		words     []string
	}{
		"two sources":            {Arguments{ClientCertificate: new("x"), ClientCertificatePath: &missing}, "client_certificate_path", []string{"both set"}},
		"missing file":           {Arguments{ClientCertificatePath: &missing}, "client_certificate_path", []string{"missing.pfx", "does not exist"}},
		"a directory":            {Arguments{ClientCertificatePath: new(t.TempDir())}, "client_certificate_path", []string{"cannot be used"}},
		"empty file":             {Arguments{ClientCertificatePath: new(writeFile(t, "empty", " \n"))}, "client_certificate_path", []string{"empty"}},
		"content for a path":     {Arguments{ClientCertificatePath: new(leaf().keyPEM() + "plantedsecret")}, "client_certificate_path", []string{"does not look like a path"}},
		"wrong password":         {Arguments{ClientCertificate: &protected, ClientCertificatePassword: new("wrong-plantedsecret")}, "client_certificate_password", []string{"not its password"}},
		"wrong legacy password":  {Arguments{ClientCertificate: &legacy, ClientCertificatePassword: new("wrong-plantedsecret")}, "client_certificate_password", []string{"not its password"}},
		"no password":            {Arguments{ClientCertificate: &protected}, "client_certificate_password", []string{"set client_certificate_password"}},
		"no key in PEM":          {Arguments{ClientCertificate: new(leaf().certificatePEM())}, "client_certificate", []string{"no private key"}},
		"no key in PKCS#12":      {Arguments{ClientCertificate: new(base64.StdEncoding.EncodeToString(trustStore)), ClientCertificatePassword: new(certificatePassword)}, "client_certificate", []string{"private key"}},
		"no certificate":         {Arguments{ClientCertificate: new(leaf().keyPEM())}, "client_certificate", []string{"only a private key"}},
		"two keys":               {Arguments{ClientCertificate: new(leaf().keyPEM() + leaf().certificatePEM() + other().keyPEM())}, "client_certificate", []string{"more than one"}},
		"key of another":         {Arguments{ClientCertificate: new(leaf().certificatePEM() + other().keyPEM())}, "client_certificate", []string{"none of its certificates"}},
		"EC key":                 {Arguments{ClientCertificate: new(leaf().certificatePEM() + block("PRIVATE KEY", nil, ecDER))}, "client_certificate", []string{"RSA"}},
		"SEC 1 key":              {Arguments{ClientCertificate: new(leaf().certificatePEM() + block("EC PRIVATE KEY", nil, ecDER))}, "client_certificate", []string{"RSA"}},
		"encrypted PKCS#8":       {Arguments{ClientCertificate: new(leaf().certificatePEM() + block("ENCRYPTED PRIVATE KEY", nil, []byte("x")))}, "client_certificate", []string{"openssl pkcs12"}},
		"encrypted PKCS#1":       {Arguments{ClientCertificate: new(leaf().certificatePEM() + block("RSA PRIVATE KEY", map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00"}, []byte("x")))}, "client_certificate", []string{"openssl pkcs12"}},
		"damaged key":            {Arguments{ClientCertificate: new(leaf().certificatePEM() + block("PRIVATE KEY", nil, []byte("x")))}, "client_certificate", []string{"damaged"}},
		"damaged certificate":    {Arguments{ClientCertificate: new(block("CERTIFICATE", nil, []byte("x")) + leaf().keyPEM())}, "client_certificate", []string{"damaged"}},
		"something else":         {Arguments{ClientCertificate: new("hello, plantedsecret")}, "client_certificate", []string{"neither PEM nor PKCS#12"}},
		"something in base64":    {Arguments{ClientCertificate: new("cGxhbnRlZHNlY3JldA==")}, "client_certificate", []string{"neither PEM nor PKCS#12"}},
		"PEM of something else":  {Arguments{ClientCertificate: new(block("PUBLIC KEY", nil, []byte("x")))}, "client_certificate", []string{"neither PEM nor PKCS#12"}},
		"PKCS#12 cut in the end": {Arguments{ClientCertificate: new(protected[:400])}, "client_certificate", []string{"PKCS#12"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := test.arguments.certificate()
			wantBlame(t, err, test.blamed, test.words...)
		})
	}
}

func FuzzParseCertificate(f *testing.F) {
	f.Add([]byte(leaf().certificatePEM()+leaf().keyPEM()), "")
	f.Add([]byte("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"), "")
	f.Add([]byte("MIIB"), "x")
	f.Add([]byte{0x30, 0x80, 0x02, 0x01, 0x03}, "\U0001F511")
	f.Fuzz(func(t *testing.T, data []byte, password string) {
		parsed, err := parseCertificate(data, password)
		if err == nil && (parsed.key == nil || len(parsed.certificates) == 0 || !parsed.key.PublicKey.Equal(parsed.certificates[0].PublicKey)) {
			t.Errorf("%q gave a bundle that does not belong together", data)
		}
	})
}

func TestRootCAs(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	for name, content := range map[string]string{
		"a.pem": leaf().certificatePEM(), "b.CRT": "comment\n" + other().certificatePEM(), "readme.txt": "no certificate",
	} {
		if err := os.WriteFile(filepath.Join(directory, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		path  string
		trust []identity
	}{
		"file":      {writeFile(t, "ca.pem", leaf().certificatePEM()), []identity{leaf()}},
		"bundle":    {writeFile(t, "ca.pem", leaf().certificatePEM()+other().certificatePEM()), []identity{leaf(), other()}},
		"directory": {directory, []identity{leaf(), other()}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, err := Arguments{CACertificatesPath: &test.path}.RootCAs()
			if err != nil {
				t.Fatal(err)
			}
			for _, trusted := range test.trust {
				if _, err := trusted.certificate.Verify(x509.VerifyOptions{Roots: pool}); err != nil {
					t.Errorf("%s is not trusted: %v", trusted.certificate.Subject, err)
				}
			}
			system, err := x509.SystemCertPool()
			if err != nil {
				t.Skip("this system has no roots to compare with")
			}
			for _, trusted := range test.trust {
				system.AddCert(trusted.certificate)
			}
			if !pool.Equal(system) {
				t.Error("the pool is not the system's with the given ones")
			}
		})
	}
	t.Run("not set", func(t *testing.T) {
		t.Parallel()
		if pool, err := (Arguments{}).RootCAs(); pool != nil || err != nil {
			t.Errorf("got %v, %v, want the system's roots", pool, err)
		}
	})
}

func TestRootCAsErrors(t *testing.T) {
	t.Parallel()
	damaged := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}))
	for name, test := range map[string]struct{ path, words string }{
		"missing":         {filepath.Join(t.TempDir(), "missing.pem"), "does not exist"},
		"no certificate":  {writeFile(t, "ca.pem", "hello"), "no PEM certificate"},
		"only a key":      {writeFile(t, "ca.pem", leaf().keyPEM()), "no PEM certificate"},
		"damaged":         {writeFile(t, "ca.pem", leaf().certificatePEM()+damaged), "parsing a CA certificate"},
		"empty directory": {t.TempDir(), "no .pem"},
		"content":         {leaf().keyPEM(), "does not look like a path"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Arguments{CACertificatesPath: &test.path}.RootCAs()
			wantBlame(t, err, "ca_certificates_path", test.words)
		})
	}
}
