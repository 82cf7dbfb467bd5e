package credentials

import (
	"fmt"
	"net"
	"strings"
)

// application identifies what signs in.
type application struct {
	tenantID, clientID string
}

// application checks and returns tenant and client id; either may be "". A malformed
// value, an unreadable client id file and one that contradicts client_id are
// *ArgumentErrors.
func (a Arguments) application() (application, error) {
	clientID, err := textOrFile(argClientID, a.ClientID, argClientIDFilePath, a.ClientIDFilePath)
	if err != nil {
		return application{}, err
	}
	if clientID != "" && !isGUID(clientID) {
		blamed := argClientID
		if !isSet(a.ClientID) {
			blamed = argClientIDFilePath
		}
		return application{}, &ArgumentError{
			Argument: blamed,
			Summary:  "Invalid client id",
			Detail: "The client id must be the application (client) id of the app registration, a GUID such as 00000000-0000-0000-0000-000000000000, " +
				"not its name, its object id or a secret.",
		}
	}
	tenantID := text(a.TenantID)
	if tenantID != "" && !isGUID(tenantID) && !isDomain(tenantID) {
		return application{}, &ArgumentError{
			Argument: argTenantID,
			Summary:  "Invalid tenant id",
			Detail:   fmt.Sprintf("%q is neither a tenant id (a GUID) nor a verified domain of the tenant such as contoso.onmicrosoft.com.", shorten(tenantID)),
		}
	}
	return application{tenantID: tenantID, clientID: clientID}, nil
}

// complete makes sure that a method which needs both ids has them.
func (p application) complete(method Method) error {
	missing := func(argument string) error {
		return &ArgumentError{
			Argument: argument,
			Summary:  "Missing " + argument,
			Detail:   fmt.Sprintf("Signing in by %s needs %s.", method, describe(argument)),
		}
	}
	switch {
	case p.clientID == "":
		return missing(argClientID)
	case p.tenantID == "":
		return missing(argTenantID)
	default:
		return nil
	}
}

// isGUID accepts the form 8-4-4-4-12 in hexadecimal digits.
func isGUID(value string) bool {
	if len(value) != 36 {
		return false
	}
	for i, r := range value {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if r != '-' {
				return false
			}
		case r >= '0' && r <= '9', r >= 'a' && r <= 'f', r >= 'A' && r <= 'F':
		default:
			return false
		}
	}
	return true
}

// isDomain accepts a DNS name of at least two labels.
func isDomain(value string) bool {
	return strings.Contains(value, ".") && !strings.HasSuffix(value, ".") && !strings.Contains(value, "_") && net.ParseIP(value) == nil && validHost(value)
}
