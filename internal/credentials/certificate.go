package credentials

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"software.sslmate.com/src/go-pkcs12"
)

const (
	pemBegin       = "-----BEGIN"
	pemCertificate = "CERTIFICATE"
)

// What can be wrong with a certificate. The texts complete "… cannot be used:".
var (
	errNeitherPEMNorPKCS12 = errors.New("it is neither PEM nor PKCS#12, nor one of them in base64")
	errPasswordMissing     = errors.New("it is protected by a password; set client_certificate_password")
	errPasswordWrong       = errors.New("client_certificate_password is not its password")
	errNoPrivateKey        = errors.New("there is no private key in it; give certificate and key in one PEM or PKCS#12 bundle")
	errNoLeaf              = errors.New("there is no certificate in it, only a private key")
	errManyKeys            = errors.New("there is more than one private key in it")
	errEncryptedPEM        = errors.New("its private key is encrypted PEM, which is not supported; use PKCS#12 (openssl pkcs12 -export), or an unencrypted key")
	errNotRSA              = errors.New("its private key is not an RSA key, and Microsoft Entra ID accepts RSA keys only")
	errKeyMismatch         = errors.New("its private key belongs to none of its certificates")
)

// bundle is a certificate with its private key and, if given, the chain above it.
type bundle struct {
	certificates []*x509.Certificate
	key          *rsa.PrivateKey
}

// certificate reads the certificate to sign in with. Two sources, what cannot be read or
// parsed, a wrong password and a missing key are *ArgumentErrors.
func (a Arguments) certificate() (bundle, error) {
	if isSet(a.ClientCertificate) && isSet(a.ClientCertificatePath) {
		return bundle{}, &ArgumentError{
			Argument: argClientCertificatePath,
			Summary:  "Contradictory arguments",
			Detail:   "client_certificate and client_certificate_path are both set. Remove one of them; each may also come from its environment variable.",
		}
	}
	name := argClientCertificate
	data := []byte(text(a.ClientCertificate))
	if isSet(a.ClientCertificatePath) {
		name = argClientCertificatePath
		var err error
		if data, err = readFile(name, *a.ClientCertificatePath); err != nil {
			return bundle{}, err
		}
	}
	parsed, err := parseCertificate(data, text(a.ClientCertificatePassword))
	if err == nil {
		return parsed, nil
	}
	blamed := name
	if errors.Is(err, errPasswordWrong) || errors.Is(err, errPasswordMissing) {
		blamed = argClientCertificatePassword
	}
	return bundle{}, &ArgumentError{
		Argument: blamed,
		Summary:  "Unusable client certificate",
		Detail:   fmt.Sprintf("The certificate in %s cannot be used: %s.", name, err),
		Err:      err,
	}
}

// parseCertificate parses PEM, PKCS#12 in DER, or base64 of either. The password opens
// PKCS#12 and is not needed for PEM.
func parseCertificate(data []byte, password string) (bundle, error) {
	if isPEM(data) {
		return parsePEM(data)
	}
	if decoded, ok := decodeBase64(data); ok {
		data = decoded
		if isPEM(data) {
			return parsePEM(data)
		}
	}
	return parsePKCS12(data, password)
}

func isPEM(data []byte) bool { return bytes.Contains(data, []byte(pemBegin)) }

// decodeBase64 decodes base64 with or without padding and line breaks. DER is not taken
// for it: beyond 127 bytes the length in DER has its high bit set, which no base64 has.
func decodeBase64(data []byte) ([]byte, bool) {
	compact := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, string(data))
	compact = strings.TrimRight(compact, "=")
	decoded, err := base64.RawStdEncoding.DecodeString(compact)
	return decoded, err == nil && len(decoded) > 0
}

func parsePEM(data []byte) (bundle, error) {
	var (
		certificates []*x509.Certificate
		key          crypto.PrivateKey
	)
	for rest := data; ; {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			break
		}
		switch {
		case block.Type == pemCertificate:
			certificate, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return bundle{}, fmt.Errorf("a certificate in it is damaged: %w", err)
			}
			certificates = append(certificates, certificate)
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			if key != nil {
				return bundle{}, errManyKeys
			}
			parsed, err := parseKey(block)
			if err != nil {
				return bundle{}, err
			}
			key = parsed
		}
	}
	return newBundle(certificates, key)
}

func parseKey(block *pem.Block) (crypto.PrivateKey, error) {
	var (
		key crypto.PrivateKey
		err error
	)
	switch {
	// RFC 1421 encryption shows in a header, that of PKCS#8 in the type.
	case block.Type == "ENCRYPTED PRIVATE KEY", block.Headers["DEK-Info"] != "":
		return nil, errEncryptedPEM
	case block.Type == "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case block.Type == "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	default:
		return nil, errNotRSA
	}
	if err != nil {
		return nil, fmt.Errorf("its private key is damaged: %w", err)
	}
	return key, nil
}

func parsePKCS12(data []byte, password string) (bundle, error) {
	key, leaf, chain, err := pkcs12.DecodeChain(data, password)
	switch {
	case err == nil:
		return newBundle(append([]*x509.Certificate{leaf}, chain...), key)
	case errors.Is(err, pkcs12.ErrIncorrectPassword), errors.Is(err, pkcs12.ErrDecryption):
		if password == "" {
			return bundle{}, fmt.Errorf("%w (%w)", errPasswordMissing, err)
		}
		return bundle{}, fmt.Errorf("%w (%w)", errPasswordWrong, err)
	case !looksLikePKCS12(data):
		return bundle{}, errNeitherPEMNorPKCS12
	default:
		return bundle{}, fmt.Errorf("reading it as PKCS#12: %w", err)
	}
}

// looksLikePKCS12 tells a DER sequence that starts with version 3 (RFC 7292, section 4)
// from something else.
func looksLikePKCS12(data []byte) bool {
	const sequence = 0x30
	window := data[:min(len(data), 16)]
	return len(data) > 0 && data[0] == sequence && bytes.Contains(window, []byte{0x02, 0x01, 0x03})
}

// newBundle makes sure that the parts belong together, and puts the key's certificate
// first.
func newBundle(certificates []*x509.Certificate, key crypto.PrivateKey) (bundle, error) {
	switch {
	case len(certificates) == 0 && key == nil:
		return bundle{}, errNeitherPEMNorPKCS12
	case len(certificates) == 0:
		return bundle{}, errNoLeaf
	case key == nil:
		return bundle{}, errNoPrivateKey
	}
	rsaKey, ok := key.(*rsa.PrivateKey)
	if !ok {
		return bundle{}, errNotRSA
	}
	for i, certificate := range certificates {
		if rsaKey.PublicKey.Equal(certificate.PublicKey) {
			ordered := append([]*x509.Certificate{certificate}, certificates[:i]...)
			return bundle{certificates: append(ordered, certificates[i+1:]...), key: rsaKey}, nil
		}
	}
	return bundle{}, errKeyMismatch
}
