// Package credentials turns the provider's sign-in arguments and the environment into
// one azcore.TokenCredential, and into the cloud it signs in to.
//
// The way is: [Arguments] as configured, completed by [Arguments.WithEnvironment];
// [Arguments.RootCAs] for the HTTP client; [Arguments.Cloud] for the hosts; [New] for the
// credential. Nothing is sent before the first token is asked for. Names, variables and
// the order in which methods are tried are those of hashicorp/azuread, so that a pipeline
// made for it works unchanged.
package credentials
