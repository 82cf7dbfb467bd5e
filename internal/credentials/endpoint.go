package credentials

import (
	"errors"
	"net"
	"net/url"
	"path"
	"strconv"
	"strings"
)

// What can be wrong with an endpoint. The texts complete "… is not usable:" and leave the
// value out, because a URL may carry credentials.
var (
	errNoURL        = errors.New("it is not a URL with a host, such as https://graph.example.com")
	errPort         = errors.New("its port is not a number from 1 to 65535")
	errNotHTTPS     = errors.New("it must be an https URL")
	errNotHTTP      = errors.New("it must be an http or https URL")
	errExtraneous   = errors.New("it must not have a user, a query or a fragment")
	errHasPath      = errors.New("it must be a host without a path; the tenant is set with tenant_id")
	errHasVersion   = errors.New("it must not end in the version of the API (/v1.0 or /beta); the provider adds it")
	errRelativePath = errors.New("its path must not contain empty, \".\" or \"..\" segments")
)

// parseGraphEndpoint returns a normalised https URL that may have a path.
func parseGraphEndpoint(value string) (string, error) {
	endpoint, err := parseHTTPS(value)
	if err != nil {
		return "", err
	}
	trimmed := strings.TrimRight(endpoint.Path, "/")
	if trimmed != "" && path.Clean(trimmed) != trimmed {
		return "", errRelativePath
	}
	if last := strings.ToLower(path.Base(trimmed)); last == "v1.0" || last == "beta" {
		return "", errHasVersion
	}
	endpoint.Path, endpoint.RawPath = trimmed, ""
	return endpoint.String(), nil
}

// parseAuthorityHost returns a normalised https URL of a host, given with or without its
// scheme.
func parseAuthorityHost(value string) (string, error) {
	if !strings.Contains(value, "://") {
		value = "https://" + strings.TrimSpace(value)
	}
	endpoint, err := parseHTTPS(value)
	if err != nil {
		return "", err
	}
	if strings.Trim(endpoint.Path, "/") != "" {
		return "", errHasPath
	}
	endpoint.Path, endpoint.RawPath = "", ""
	return endpoint.String(), nil
}

// parseHTTPS parses a URL that is safe to send credentials to and has nothing behind its
// path.
func parseHTTPS(value string) (*url.URL, error) {
	endpoint, err := parseURL(value)
	if err != nil {
		return nil, err
	}
	if endpoint.Scheme != "https" {
		return nil, errNotHTTPS
	}
	if endpoint.User != nil || endpoint.RawQuery != "" || endpoint.ForceQuery || endpoint.Fragment != "" || endpoint.RawFragment != "" {
		return nil, errExtraneous
	}
	return endpoint, nil
}

// parseURL parses an absolute URL with a valid host and lower-cases the host.
func parseURL(value string) (*url.URL, error) {
	parsed, err := url.Parse(strings.TrimSpace(value))
	if err != nil {
		// The parser's error quotes the value.
		return nil, errNoURL
	}
	if parsed.Scheme == "" || parsed.Opaque != "" || !validHost(parsed.Hostname()) {
		return nil, errNoURL
	}
	if port := parsed.Port(); port != "" {
		if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
			return nil, errPort
		}
	}
	parsed.Host = strings.TrimSuffix(strings.ToLower(parsed.Host), ":")
	return parsed, nil
}

// validHost accepts an IP address or a DNS name in ASCII.
func validHost(host string) bool {
	if net.ParseIP(host) != nil {
		return true
	}
	if host == "" || len(host) > 253 {
		return false
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(host, "."), ".") {
		if !validLabel(label) {
			return false
		}
	}
	return true
}

// validLabel accepts a label of a DNS name (RFC 1123), and the underscore that internal
// names use.
func validLabel(label string) bool {
	if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	for _, r := range label {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
		default:
			return false
		}
	}
	return true
}
