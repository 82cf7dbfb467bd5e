package credentials

import (
	"fmt"
	"strconv"
	"strings"
)

// defaultEnvironment is the cloud used when none is named.
const defaultEnvironment = "global"

// variables returns the environment variables of an argument, first match first. Names
// and fallbacks are those of hashicorp/azuread; ENTRAGUEST_* are this provider's own.
func variables(argument string) []string {
	switch argument {
	case argOIDCRequestToken:
		return []string{"ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN"}
	case argOIDCRequestURL:
		return []string{"ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_OIDCREQUESTURI"}
	case argADOServiceConnectionID:
		return []string{"ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID"}
	case argGraphEndpoint, argAuthorityHost, argCACertificatesPath:
		return []string{"ENTRAGUEST_" + strings.ToUpper(argument)}
	default:
		return []string{"ARM_" + strings.ToUpper(argument)}
	}
}

// The variables a pod with a workload identity finds, set by the mutating webhook.
// Source: https://azure.github.io/azure-workload-identity/docs/installation/mutating-admission-webhook.html.
const (
	podClientID  = "AZURE_CLIENT_ID"
	podTenantID  = "AZURE_TENANT_ID"
	podTokenFile = "AZURE_FEDERATED_TOKEN_FILE"
)

// WithEnvironment returns the arguments with what is not set taken from the environment,
// and with the defaults. lookup is os.LookupEnv or a stand-in; an empty variable counts
// as not set.
//
// What is configured is never mixed with something else from the environment: if the
// provider block chooses a method, variables of other methods are not read, and a path is
// not read beside a configured value, nor the other way round. A variable that has no
// meaning without an argument that is not set (a password without certificate, tokens
// without use_oidc) is not read either.
//
// A boolean variable that holds no boolean is an *ArgumentError.
func (a Arguments) WithEnvironment(lookup func(string) (string, bool)) (Arguments, error) {
	env := environment{lookup: lookup}
	out := a
	if a.hasOIDCSource() {
		// A token in the block is a choice if its switch is on, wherever that is set.
		env.fillSwitch(&out.UseOIDC, argUseOIDC, true, false)
	}
	chosen := out.chosen()
	allowed := func(group methodGroup) bool { return chosen == 0 || chosen&group != 0 }

	env.fill(&out.TenantID, argTenantID)
	env.fillEither(&out.ClientID, argClientID, &out.ClientIDFilePath, argClientIDFilePath)
	env.fill(&out.Environment, argEnvironment)
	env.fill(&out.GraphEndpoint, argGraphEndpoint)
	env.fill(&out.AuthorityHost, argAuthorityHost)
	env.fill(&out.CACertificatesPath, argCACertificatesPath)

	if allowed(groupCertificate) {
		env.fillEither(&out.ClientCertificate, argClientCertificate, &out.ClientCertificatePath, argClientCertificatePath)
	}
	if isSet(out.ClientCertificate, out.ClientCertificatePath) {
		env.fill(&out.ClientCertificatePassword, argClientCertificatePassword)
	}
	if allowed(groupSecret) {
		env.fillEither(&out.ClientSecret, argClientSecret, &out.ClientSecretFilePath, argClientSecretFilePath)
	}
	env.fillSwitch(&out.UseOIDC, argUseOIDC, allowed(groupOIDC), false)
	env.fillSwitch(&out.UseAKSWorkloadIdentity, argUseAKSWorkloadIdentity, allowed(groupAKS), false)
	env.fillSwitch(&out.UseMSI, argUseMSI, allowed(groupMSI), false)
	env.fillSwitch(&out.UseCLI, argUseCLI, true, true)
	if env.err != nil {
		return Arguments{}, env.err
	}

	if isOn(out.UseOIDC) {
		env.fillOIDC(a, &out)
	}
	if isOn(out.UseAKSWorkloadIdentity) {
		env.fillPod(&out)
	}
	if isOn(out.UseMSI) {
		env.fill(&out.MSIEndpoint, argMSIEndpoint)
	}
	if out.Environment == nil {
		out.Environment = new(defaultEnvironment)
	}
	return out, nil
}

// methodGroup is a set of groups of arguments that belong to one way of signing in.
type methodGroup uint

const (
	groupCertificate methodGroup = 1 << iota
	groupSecret
	groupOIDC
	groupAKS
	groupMSI
)

// chosen returns the groups the arguments choose. use_cli is none of them: to allow the
// Azure CLI is the default, and it is tried last in any case.
func (a Arguments) chosen() methodGroup {
	var groups methodGroup
	if isSet(a.ClientCertificate, a.ClientCertificatePath) {
		groups |= groupCertificate
	}
	if isSet(a.ClientSecret, a.ClientSecretFilePath) {
		groups |= groupSecret
	}
	if isOn(a.UseOIDC) {
		groups |= groupOIDC
	}
	if isOn(a.UseAKSWorkloadIdentity) {
		groups |= groupAKS
	}
	if isOn(a.UseMSI) {
		groups |= groupMSI
	}
	return groups
}

func (a Arguments) hasOIDCSource() bool {
	return isSet(a.OIDCToken, a.OIDCTokenFilePath, a.OIDCRequestToken, a.OIDCRequestURL, a.ADOPipelineServiceConnectionID)
}

// environment fills arguments from variables and keeps the first error.
type environment struct {
	lookup func(string) (string, bool)
	err    error
}

// first returns the first variable of the names that is set and not empty.
func (e *environment) first(names ...string) (name, value string, ok bool) {
	for _, name := range names {
		if value, ok := e.lookup(name); ok && value != "" {
			return name, value, true
		}
	}
	return "", "", false
}

func (e *environment) fill(argument **string, name string) {
	e.fillFrom(argument, variables(name)...)
}

func (e *environment) fillFrom(argument **string, names ...string) {
	if *argument != nil {
		return
	}
	if _, value, ok := e.first(names...); ok {
		*argument = &value
	}
}

// fillEither fills two arguments of which one suffices, unless one has a value.
func (e *environment) fillEither(one **string, oneName string, other **string, otherName string) {
	if isSet(*one, *other) {
		return
	}
	e.fill(one, oneName)
	e.fill(other, otherName)
}

func (e *environment) fillSwitch(argument **bool, name string, allowed, otherwise bool) {
	if *argument != nil {
		return
	}
	value := otherwise
	if allowed {
		if variable, given, ok := e.first(variables(name)...); ok {
			parsed, err := strconv.ParseBool(strings.TrimSpace(given))
			if err != nil && e.err == nil {
				// The value is not shown: it may be a secret that went to the wrong variable.
				e.err = &ArgumentError{
					Argument: name,
					Summary:  "Invalid environment variable",
					Detail:   fmt.Sprintf("The environment variable %s must be true or false.", variable),
				}
			}
			value = parsed
		}
	}
	*argument = &value
}

// fillOIDC fills the source of the OIDC token. Variables for a token are not read beside
// a configured request, nor the other way round.
func (e *environment) fillOIDC(configured Arguments, out *Arguments) {
	if !isSet(configured.OIDCRequestToken, configured.OIDCRequestURL, configured.ADOPipelineServiceConnectionID) {
		e.fillEither(&out.OIDCToken, argOIDCToken, &out.OIDCTokenFilePath, argOIDCTokenFilePath)
	}
	if isSet(out.OIDCToken, out.OIDCTokenFilePath) {
		return
	}
	e.fill(&out.OIDCRequestToken, argOIDCRequestToken)
	e.fill(&out.OIDCRequestURL, argOIDCRequestURL)
	e.fill(&out.ADOPipelineServiceConnectionID, argADOServiceConnectionID)
}

// fillPod fills what is still missing from the variables of a pod's workload identity.
func (e *environment) fillPod(out *Arguments) {
	if !isSet(out.ClientID, out.ClientIDFilePath) {
		e.fillFrom(&out.ClientID, podClientID)
	}
	e.fillFrom(&out.TenantID, podTenantID)
	if !isSet(out.OIDCToken, out.OIDCTokenFilePath) {
		e.fillFrom(&out.OIDCTokenFilePath, podTokenFile)
	}
}
