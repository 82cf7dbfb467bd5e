package graphemulator

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph/contract"
)

// rule is what Graph demands of one property that can be written.
type rule struct {
	// longest is the number of characters a string may have; 0 for no limit of its own.
	longest int
	// required properties cannot be null.
	required bool
	// valid checks a string further.
	valid func(string) bool
	// roles are the alternatives that may write the property when the general
	// permission of the operation is missing.
	roles []string
	// always demands the roles whatever else the token carries.
	always bool
}

// userRules lists the properties of a user that an application can write, with their
// limits. Source: https://learn.microsoft.com/graph/api/resources/user#properties.
//
//nolint:gochecknoglobals // a constant table, never written
var userRules = map[string]rule{
	"accountEnabled":                {required: true, roles: []string{"User.EnableDisableAccount.All+User.Read.All", "User.EnableDisableAccount.All+Directory.Read.All"}},
	"ageGroup":                      {valid: oneOf("Minor", "NotAdult", "Adult")},
	"businessPhones":                {roles: []string{"User-Phone.ReadWrite.All"}},
	"city":                          {longest: 128},
	"companyName":                   {longest: 64},
	"consentProvidedForMinor":       {valid: oneOf("Granted", "Denied", "NotRequired")},
	"country":                       {longest: 128},
	"department":                    {longest: 64},
	"displayName":                   {longest: 256, required: true},
	"employeeHireDate":              {},
	"employeeId":                    {longest: 16},
	"employeeLeaveDateTime":         {roles: []string{"User.Read.All+User-LifeCycleInfo.ReadWrite.All", "User.ReadWrite.All+User-LifeCycleInfo.ReadWrite.All", "Directory.Read.All+User-LifeCycleInfo.ReadWrite.All", "Directory.ReadWrite.All+User-LifeCycleInfo.ReadWrite.All"}, always: true},
	"employeeOrgData":               {},
	"employeeType":                  {longest: 64},
	"faxNumber":                     {longest: 64},
	"givenName":                     {longest: 64},
	"identities":                    {roles: []string{"User.ManageIdentities.All"}, always: true},
	"jobTitle":                      {longest: 128},
	"mail":                          {required: true, valid: isAddress},
	"mailNickname":                  {longest: 64, required: true, valid: isMailNickname},
	"mobilePhone":                   {longest: 64, roles: []string{"User-Phone.ReadWrite.All"}},
	"officeLocation":                {longest: 128},
	"onPremisesExtensionAttributes": {},
	"onPremisesImmutableId":         {longest: 64},
	"otherMails":                    {roles: []string{"User-Mail.ReadWrite.All"}},
	"passwordPolicies":              {valid: isPasswordPolicies},
	"passwordProfile":               {roles: []string{"User-PasswordProfile.ReadWrite.All"}, always: true},
	"postalCode":                    {longest: 40},
	"preferredDataLocation":         {longest: 16},
	"preferredLanguage":             {longest: 16},
	"showInAddressList":             {},
	"state":                         {longest: 128},
	"streetAddress":                 {longest: 1024},
	"surname":                       {longest: 64},
	"usageLocation":                 {required: true, valid: isCountry},
	"userPrincipalName":             {required: true},
	"userType":                      {valid: oneOf("Guest", "Member")},
}

func oneOf(values ...string) func(string) bool {
	return func(value string) bool { return slices.Contains(values, value) }
}

// isAddress reports whether text is one bare e-mail address.
func isAddress(text string) bool {
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text && utf8.RuneCountInString(text) <= 256
}

func isMailNickname(text string) bool {
	for _, c := range text {
		if c <= ' ' || c > '~' || strings.ContainsRune(`@()\[]";:<>,`, c) {
			return false
		}
	}
	return text != ""
}

func isPasswordPolicies(text string) bool {
	for policy := range strings.SplitSeq(text, ",") {
		switch strings.TrimSpace(policy) {
		case "None", "DisableStrongPassword", "DisablePasswordExpiration":
		default:
			return false
		}
	}
	return true
}

// isCountry reports whether text is an ISO 3166-1 alpha-2 code in capitals.
func isCountry(text string) bool {
	if len(text) != 2 || strings.ToUpper(text) != text {
		return false
	}
	region, err := language.ParseRegion(text)
	return err == nil && region.IsCountry()
}

// principalName is a name of at most 64 characters, which does not end with a dot, @, and a
// domain of at most 48.
// Sources: https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions and
// https://learn.microsoft.com/troubleshoot/microsoft-365/admin/miscellaneous/username-contains-special-character.
var principalName = regexp.MustCompile(`^[A-Za-z0-9'.\-_!#^~]{0,63}[A-Za-z0-9'\-_!#^~]@[A-Za-z0-9.\-]{1,48}$`)

// checkContract refuses names that the entity does not have and values of another type.
func checkContract(entity string, body []byte) error {
	unknown, err := contract.UnknownProperties(entity, body)
	if err != nil {
		return malformedBody()
	}
	for _, property := range unknown {
		if !strings.HasPrefix(property, "extension_") {
			return badRequest("Invalid property '%s'.", property)
		}
	}
	mismatches, err := contract.KindMismatches(entity, body)
	if err != nil {
		return malformedBody()
	}
	if len(mismatches) > 0 {
		first := mismatches[0]
		return badSyntax("Cannot convert the value of property '%s' to the expected type '%s'.", first.Path, first.Want)
	}
	return nil
}

// checkRules holds the values of a body against the rules of an entity. What has no rule
// is read-only.
func checkRules(resource string, rules map[string]rule, p properties) error {
	for _, name := range sortedNames(p) {
		value := p[name]
		if strings.Contains(name, "@odata.") || strings.HasPrefix(name, "extension_") {
			continue
		}
		r, ok := rules[name]
		if !ok {
			return badRequest("Property '%s' is read-only and cannot be set.", name).blaming("ReadOnlyProperty", name)
		}
		if value == nil {
			if r.required {
				return badRequest("Invalid value specified for property '%s' of resource '%s'. A non-null value is required.", name, resource).
					blaming("InvalidValue", name)
			}
			continue
		}
		if text, ok := value.(string); ok && !r.accepts(text) {
			return invalidValue(resource, name)
		}
	}
	return nil
}

// accepts checks a string; the directory knows no empty one.
func (r rule) accepts(text string) bool {
	return text != "" && (r.longest == 0 || utf8.RuneCountInString(text) <= r.longest) && (r.valid == nil || r.valid(text))
}

func sortedNames(p properties) []string {
	names := make([]string, 0, len(p))
	for name := range p {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// checkUserValues checks what the rules of single strings cannot say.
func (c *call) checkUserValues(p properties, target properties) error {
	t := c.tenant
	if upn := text(p, "userPrincipalName"); upn != "" {
		if err := t.checkPrincipalName(upn, text(target, "id")); err != nil {
			return err
		}
	}
	for name, limits := range map[string][2]int{"businessPhones": {1, 64}, "otherMails": {250, 250}} {
		list := texts(p, name)
		if len(list) > limits[0] {
			return invalidValue("User", name)
		}
		for _, value := range list {
			if value == "" || utf8.RuneCountInString(value) > limits[1] || name == "otherMails" && !isAddress(value) {
				return invalidValue("User", name)
			}
		}
	}
	if address := text(p, "mail"); address != "" && t.addresses.heldByOther(address, text(target, "id")) {
		return conflict("proxyAddresses")
	}
	for _, name := range []string{"employeeOrgData", "onPremisesExtensionAttributes"} {
		members, _ := p[name].(map[string]any)
		for _, value := range members {
			if text, ok := value.(string); ok && (text == "" || utf8.RuneCountInString(text) > 1024) {
				return invalidValue("User", name)
			}
		}
	}
	if p["employeeHireDate"] != nil && c.emulator.config.Switches.HireDateRefused {
		return denied()
	}
	return checkIdentities(p, target)
}

func (t *tenant) checkPrincipalName(upn, id string) error {
	if !principalName.MatchString(upn) {
		return badRequest("Property userPrincipalName is invalid.").blaming("InvalidCharacter", "userPrincipalName")
	}
	_, domain, _ := strings.Cut(upn, "@")
	if !slices.Contains(t.verifiedDomains, strings.ToLower(domain)) {
		return badRequest("The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.").
			blaming("InvalidValue", "userPrincipalName")
	}
	if t.names.heldByOther(upn, id) {
		return conflict("userPrincipalName")
	}
	return nil
}

// checkIdentities demands that the sign-in name in the own directory stays.
func checkIdentities(p, target properties) error {
	list, ok := p["identities"].([]any)
	if !ok || target == nil {
		return nil
	}
	for _, element := range list {
		identity, _ := element.(map[string]any)
		if text(identity, "signInType") == "userPrincipalName" {
			return nil
		}
	}
	return badRequest("The userPrincipalName identity cannot be removed from property 'identities'.").blaming("InvalidValue", "identities")
}

// isStrongPassword is Entra's rule: 8 to 256 characters of three of four kinds.
func isStrongPassword(password string) bool {
	n := utf8.RuneCountInString(password)
	if n < 8 || n > 256 {
		return false
	}
	var lower, upper, digit, other int
	for _, c := range password {
		switch {
		case c >= 'a' && c <= 'z':
			lower = 1
		case c >= 'A' && c <= 'Z':
			upper = 1
		case c >= '0' && c <= '9':
			digit = 1
		default:
			other = 1
		}
	}
	return lower+upper+digit+other >= 3
}
