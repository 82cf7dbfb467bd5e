package principalname

import (
	"fmt"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// addressSymbols are the characters besides letters and digits of ASCII that both an
// invited address and a user principal name may have before the @.
// Source: https://learn.microsoft.com/graph/api/resources/invitation#properties.
const addressSymbols = "'.-_"

// Guest returns the user principal name that Entra makes for a guest who is invited by an
// address into the tenant with an initial domain: user_contoso.com#EXT#@fabrikam.onmicrosoft.com.
// Case stays as it is. It is the name at the time of the invitation: moving the guest to
// another address later does not change it.
//
// Errors are *InvalidAddress and *InvalidDomain. What Entra makes of an address whose
// name would have more than 113 characters is documented nowhere, so that is an error.
// Source: https://learn.microsoft.com/entra/external-id/user-properties.
func Guest(email, initialDomain string) (string, error) {
	if fault := addressFault(email); fault != "" {
		return "", &InvalidAddress{Address: email, Fault: fault}
	}
	if fault := domainFault(initialDomain); fault != "" {
		return "", &InvalidDomain{Domain: initialDomain, Fault: fault}
	}
	name := graph.GuestUserPrincipalName(email, initialDomain)
	if len(name) > MaxName {
		return "", &InvalidAddress{
			Address: email,
			Fault:   fmt.Sprintf("gives a user principal name of %d characters, and Microsoft Entra allows %d", len(name), MaxName),
		}
	}
	return name, nil
}

// addressFault says why an address cannot be that of a guest, or "".
func addressFault(email string) string {
	local, domain, found := strings.Cut(email, "@")
	switch {
	case email == "":
		return "is empty"
	case !found:
		return "has no @"
	case strings.Contains(domain, "@"):
		return "has more than one @"
	case local == "":
		return "has nothing before the @"
	case strings.Contains(local, "+"):
		return "contains a plus sign, which Microsoft Graph refuses in invitations; use the address without the tag"
	case oddity(local, addressSymbols) != "":
		return "has " + oddity(local, addressSymbols) + " before the @, where only A-Z a-z 0-9 ' . - _ are allowed for guests"
	case len(local) > MaxLocal:
		return fmt.Sprintf("has %d characters before the @, and %d are allowed", len(local), MaxLocal)
	case strings.Trim(local, ".-") != local || strings.Contains(local, ".."):
		return "has a dot or hyphen at the start or end of the part before the @, or two dots in a row"
	}
	if fault := hostFault(domain); fault != "" {
		return "has a domain that " + fault
	}
	return ""
}
