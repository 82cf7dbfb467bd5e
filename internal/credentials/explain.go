package credentials

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os/exec"
)

// Explain turns an error of GetToken into the texts of a diagnostic: what was refused and
// by whom, what to do about it, and the argument to blame. The answer of Microsoft Entra
// ID is quoted on one line with its trace and correlation id. Secrets among the arguments
// and everything that looks like a token are left out.
//
// Errors of credentials made by [New] are explained already and returned as they are; nil
// gives nil.
func Explain(err error, a Arguments) *ArgumentError {
	return explain(err, a, a.secrets())
}

func explain(err error, a Arguments, secrets []string) *ArgumentError {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*ArgumentError](err); ok {
		return known
	}
	// An error here is an error of New; for an explanation the method is a bonus.
	method, _ := a.method()
	explained := failure{err: err, Arguments: a, method: method, secrets: secrets}.explain()
	explained.Err = err
	return explained
}

// failure is a failed request for a token.
type failure struct {
	Arguments

	err     error
	method  Method
	secrets []string
}

func (f failure) explain() *ArgumentError {
	if errors.Is(f.err, context.Canceled) {
		return &ArgumentError{Summary: "Signing in was interrupted", Detail: fmt.Sprintf("Signing in by %s was interrupted before there was an answer.", f.method)}
	}
	if answer, ok := refusalOf(f.err); ok {
		return f.refused(answer)
	}
	if f.method == MethodAzureCLI {
		return f.azureCLI()
	}
	if explained := f.untrusted(); explained != nil {
		return explained
	}
	if explained := f.unreachable(); explained != nil {
		return explained
	}
	told := fmt.Sprintf("Signing in by %s failed: %s.", f.method, sentenceEnd(f.quote(f.err.Error())))
	if f.method == MethodManagedIdentity {
		return f.noManagedIdentity(told)
	}
	return &ArgumentError{Argument: f.methodArgument(), Summary: "Signing in failed", Detail: told}
}

// quote prepares a text from elsewhere for a reader.
func (f failure) quote(value string) string { return redact(value, f.secrets) }

// untrusted explains a TLS certificate that does not verify; nil if that is not the cause.
func (f failure) untrusted() *ArgumentError {
	var (
		unverified *tls.CertificateVerificationError
		unknown    x509.UnknownAuthorityError
		otherHost  x509.HostnameError
	)
	switch {
	case errors.As(f.err, &unknown):
		return &ArgumentError{
			Argument: argCACertificatesPath,
			Summary:  "TLS certificate not trusted",
			Detail: fmt.Sprintf("The TLS certificate of %s is signed by an authority that is not trusted: %s. If a proxy inspects the traffic, or the host is your own, "+
				"set %s to a PEM file with the certificate of that authority. Otherwise somebody else may be answering.", f.host(), f.quote(unknown.Error()), describe(argCACertificatesPath)),
		}
	case errors.As(f.err, &otherHost):
		return &ArgumentError{
			Argument: f.hostArgument(),
			Summary:  "TLS certificate of another host",
			Detail:   fmt.Sprintf("The TLS certificate of %s is for another host: %s. Check its address, and whether a proxy or a DNS entry redirects the traffic.", f.host(), f.quote(otherHost.Error())),
		}
	case errors.As(f.err, &unverified):
		return &ArgumentError{
			Summary: "TLS certificate not valid",
			Detail:  fmt.Sprintf("The TLS certificate of %s is not valid: %s. Check the clock of this machine, and whether a proxy inspects the traffic.", f.host(), f.quote(unverified.Error())),
		}
	default:
		return nil
	}
}

// unreachable explains a request without an answer; nil if that is not the cause.
func (f failure) unreachable() *ArgumentError {
	var (
		sending *url.Error
		unknown *net.DNSError
		network net.Error
	)
	late := errors.Is(f.err, context.DeadlineExceeded)
	if !late && !errors.As(f.err, &sending) && !errors.As(f.err, &network) {
		return nil
	}
	cause := "there was no answer in time"
	switch {
	case errors.As(f.err, &unknown):
		cause = f.quote(unknown.Error())
	case late:
	case sending != nil:
		cause = f.quote(sending.Err.Error())
	default:
		cause = f.quote(network.Error())
	}
	if f.method == MethodManagedIdentity {
		argument := f.hostArgument()
		if argument == "" {
			argument = argUseMSI
		}
		return &ArgumentError{
			Argument: argument,
			Summary:  "No managed identity service",
			Detail: fmt.Sprintf("The managed identity service at %s cannot be reached: %s. It exists on Azure hosts only (and for containers only if their network lets them reach it). "+
				"Elsewhere sign in another way and leave use_msi out; behind a different address set msi_endpoint.", f.host(), cause),
		}
	}
	if _, ok := errors.AsType[*tokenRequestError](f.err); ok {
		return &ArgumentError{
			Argument: f.hostArgument(),
			Summary:  "OIDC token service not reachable",
			Detail:   fmt.Sprintf("The service at oidc_request_url, %s, cannot be reached: %s. Check the address, the network and its firewall, and HTTPS_PROXY and NO_PROXY if this machine needs a proxy.", f.host(), cause),
		}
	}
	if unknown != nil {
		return &ArgumentError{
			Argument: f.hostArgument(),
			Summary:  "Sign-in service not found",
			Detail:   fmt.Sprintf("The name of the sign-in service %s cannot be resolved: %s. Check environment and authority_host, the DNS of this machine, and HTTPS_PROXY if it needs a proxy.", f.host(), cause),
		}
	}
	return &ArgumentError{
		Argument: f.hostArgument(),
		Summary:  "Sign-in service not reachable",
		Detail:   fmt.Sprintf("The sign-in service %s cannot be reached: %s. Check the network and its firewall, and HTTPS_PROXY and NO_PROXY if this machine needs a proxy.", f.host(), cause),
	}
}

// hostArgument is the argument that gave the address of the host that was asked.
func (f failure) hostArgument() string {
	if _, ok := errors.AsType[*tokenRequestError](f.err); ok {
		return argOIDCRequestURL
	}
	if f.method == MethodManagedIdentity {
		return f.given(argMSIEndpoint, f.MSIEndpoint)
	}
	return f.given(argAuthorityHost, f.AuthorityHost)
}

// host names the host that was asked, as far as it is known.
func (f failure) host() string {
	if sending, ok := errors.AsType[*url.Error](f.err); ok {
		if parsed, err := url.Parse(sending.URL); err == nil && parsed.Host != "" {
			return parsed.Host
		}
	}
	if f.method == MethodManagedIdentity {
		return imdsHost
	}
	if cloud, err := f.Cloud(); err == nil {
		return cloud.AuthorityHost
	}
	return "the sign-in service"
}

// azureCLI explains why the program gave no token.
func (f failure) azureCLI() *ArgumentError {
	otherwise := "To sign in as an application, set client_id and tenant_id with client_secret, client_certificate or use_oidc."
	if hint := f.unusedTokenHint(); hint != "" {
		otherwise += " " + hint
	}
	switch {
	case errors.Is(f.err, exec.ErrNotFound):
		return &ArgumentError{
			Argument: argUseCLI,
			Summary:  "Azure CLI not found",
			Detail:   "No other way to sign in is configured, and the Azure CLI (az) is not on the PATH. Install it and run \"az login\". " + otherwise,
		}
	case errors.Is(f.err, context.DeadlineExceeded):
		return &ArgumentError{
			Argument: argUseCLI,
			Summary:  "Azure CLI does not answer",
			Detail:   "The Azure CLI gave no token in time. Try \"az account get-access-token\" by hand. " + otherwise,
		}
	default:
		return &ArgumentError{
			Argument: argUseCLI,
			Summary:  "Azure CLI gave no token",
			Detail:   fmt.Sprintf("No other way to sign in is configured, and the Azure CLI failed: %s. Run %q and try again. %s", sentenceEnd(f.quote(f.err.Error())), f.login(), otherwise),
		}
	}
}

// login is the command that signs in to the Azure CLI for what was asked.
func (f failure) login() string {
	command := "az login"
	if isSet(f.TenantID) {
		command += " --tenant " + shorten(*f.TenantID)
	}
	if cloud, err := f.Cloud(); err == nil {
		command += " --scope " + cloud.Scope
	}
	return command
}

// given returns the argument's name if it has a value.
func (f failure) given(name string, value *string) string {
	if isSet(value) {
		return name
	}
	return ""
}
