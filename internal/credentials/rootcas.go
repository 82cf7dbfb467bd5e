package credentials

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

var (
	errNoCertificate = errors.New("there is no PEM certificate in it")
	errNoPEMFile     = errors.New("there is no .pem, .crt or .cer file in the directory")
)

// RootCAs returns the system's roots together with those at ca_certificates_path, a PEM
// file or a directory of PEM files (.pem, .crt, .cer). It is nil when the argument is not
// set: the system's roots apply. A path that cannot be read and a file without a
// certificate are *ArgumentErrors.
func (a Arguments) RootCAs() (*x509.CertPool, error) {
	if !isSet(a.CACertificatesPath) {
		return nil, nil //nolint:nilnil // nil is what crypto/tls takes for the system's roots
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		// Some systems have no roots; what is configured is trusted all the same.
		pool = x509.NewCertPool()
	}
	files, err := certificateFiles(*a.CACertificatesPath)
	if err != nil {
		return nil, unusableRootCAs(*a.CACertificatesPath, err)
	}
	for _, file := range files {
		if err := appendCertificates(pool, file); err != nil {
			return nil, unusableRootCAs(file, err)
		}
	}
	return pool, nil
}

func unusableRootCAs(path string, err error) error {
	return &ArgumentError{
		Argument: argCACertificatesPath,
		Summary:  "Unusable CA certificates",
		Detail:   fmt.Sprintf("The CA certificates at %s cannot be used: %s.", quotePath(path), reason(err)),
		Err:      err,
	}
}

// certificateFiles returns the file itself, or the certificate files of a directory.
func certificateFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("looking at CA certificates: %w", err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("listing CA certificates: %w", err)
	}
	var files []string
	for _, entry := range entries {
		switch strings.ToLower(filepath.Ext(entry.Name())) {
		case ".pem", ".crt", ".cer":
			if !entry.IsDir() {
				files = append(files, filepath.Join(path, entry.Name()))
			}
		}
	}
	if len(files) == 0 {
		return nil, errNoPEMFile
	}
	return files, nil
}

// appendCertificates is strict, unlike CertPool.AppendCertsFromPEM: a damaged certificate
// is an error instead of a root that is missing later.
func appendCertificates(pool *x509.CertPool, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading CA certificates: %w", err)
	}
	found := false
	for rest := bytes.TrimSpace(data); len(rest) > 0; {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			break
		}
		if block.Type != pemCertificate {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return fmt.Errorf("parsing a CA certificate: %w", err)
		}
		pool.AddCert(certificate)
		found = true
	}
	if !found {
		return errNoCertificate
	}
	return nil
}
