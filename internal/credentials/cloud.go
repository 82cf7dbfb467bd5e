package credentials

import (
	"fmt"
	"strings"
)

// Cloud is one Microsoft cloud: where to sign in, and the Graph to use.
type Cloud struct {
	// Name is the canonical name of the environment.
	Name string
	// AuthorityHost is the https URL of the sign-in service, without a slash at the end.
	AuthorityHost string
	// GraphEndpoint is the https URL of Microsoft Graph, without version and without a
	// slash at the end.
	GraphEndpoint string
	// Scope is what tokens are asked for.
	Scope string
}

// Cloud returns the cloud that environment names, with graph_endpoint and authority_host
// put in place. graph_endpoint alone is a proxy before the cloud's Graph, so tokens stay
// those of the cloud; together with authority_host it is another cloud, and tokens are
// asked for the given endpoint. An unknown environment and an endpoint that is no https
// URL are *ArgumentErrors.
//
// Source of the hosts: https://learn.microsoft.com/graph/deployments.
func (a Arguments) Cloud() (Cloud, error) {
	cloud, err := namedCloud(text(a.Environment))
	if err != nil {
		return Cloud{}, err
	}
	if isSet(a.AuthorityHost) {
		if cloud.AuthorityHost, err = parseAuthorityHost(*a.AuthorityHost); err != nil {
			return Cloud{}, invalidEndpoint(argAuthorityHost, err)
		}
	}
	if isSet(a.GraphEndpoint) {
		if cloud.GraphEndpoint, err = parseGraphEndpoint(*a.GraphEndpoint); err != nil {
			return Cloud{}, invalidEndpoint(argGraphEndpoint, err)
		}
		if isSet(a.AuthorityHost) {
			cloud.Scope = scopeOf(cloud.GraphEndpoint)
		}
	}
	return cloud, nil
}

func namedCloud(environment string) (Cloud, error) {
	const (
		worldwide = "https://login.microsoftonline.com"
		american  = "https://login.microsoftonline.us"
		chinese   = "https://login.chinacloudapi.cn"
	)
	cloud := func(name, authority, graph string) (Cloud, error) {
		return Cloud{Name: name, AuthorityHost: authority, GraphEndpoint: graph, Scope: scopeOf(graph)}, nil
	}
	switch strings.ToLower(strings.TrimSpace(environment)) {
	case "", "global", "public":
		return cloud(defaultEnvironment, worldwide, "https://graph.microsoft.com")
	case "usgovernment", "usgovernmentl4":
		return cloud("usgovernment", american, "https://graph.microsoft.us")
	case "dod", "usgovernmentl5":
		return cloud("dod", american, "https://dod-graph.microsoft.us")
	case "china":
		return cloud("china", chinese, "https://microsoftgraph.chinacloudapi.cn")
	case "canary":
		return cloud("canary", worldwide, "https://canary.graph.microsoft.com")
	default:
		return Cloud{}, &ArgumentError{
			Argument: argEnvironment,
			Summary:  "Unknown environment",
			Detail: fmt.Sprintf("%q is not a known environment. Use global (or public), usgovernment (usgovernmentl4), dod (usgovernmentl5), china or canary; "+
				"for another cloud set graph_endpoint and authority_host.", environment),
		}
	}
}

func scopeOf(graphEndpoint string) string { return graphEndpoint + "/.default" }

func invalidEndpoint(argument string, err error) error {
	return &ArgumentError{
		Argument: argument,
		Summary:  "Invalid endpoint",
		Detail:   fmt.Sprintf("%s is not usable: %s.", argument, err),
		Err:      err,
	}
}
