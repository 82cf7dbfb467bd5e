package mail

import (
	"slices"
	"strings"
)

// The names that templates can use.
const (
	DisplayName         = "display_name"
	GivenName           = "given_name"
	Surname             = "surname"
	Email               = "email"
	UserPrincipalName   = "user_principal_name"
	RedeemURL           = "redeem_url"
	Password            = "password"
	TemporaryAccessPass = "temporary_access_pass"
	ExpiresAt           = "expires_at"
	TenantName          = "tenant_name"
	SignInURL           = "sign_in_url"
)

// builtIn are all names that the provider fills in, in alphabetical order.
var builtIn = []string{
	DisplayName, Email, ExpiresAt, GivenName, Password, RedeemURL, SignInURL, Surname, TemporaryAccessPass, TenantName, UserPrincipalName,
}

// isSecret reports whether whoever reads the value can act as the person.
func isSecret(name string) bool {
	return name == Password || name == TemporaryAccessPass || name == RedeemURL
}

// isLink reports whether the value is a whole URL, made by Microsoft or by this provider.
func isLink(name string) bool { return name == RedeemURL || name == SignInURL }

// missing says what to do about a placeholder that has no value.
func missing(name string) string {
	switch {
	case isSecret(name):
		return "Microsoft Graph has answered none."
	case name == TenantName:
		return "The tenant has no display name: take " + written(name) + " out of the template."
	case name == Email:
		return "Write the person's address, or take " + written(name) + " out of the template."
	default:
		return "Set " + name + ", or take " + written(name) + " out of the template."
	}
}

// Audience is who gets a mail: it decides which placeholders there are and why others
// are not.
type Audience struct {
	// recipient completes "Default: …" of the attribute to.
	recipient string
	// before is a sentence about what comes before the first mail, or "".
	before  string
	refused map[string]string
}

// The audiences.
var (
	// Guests sign in elsewhere: they get a link, and have no password here.
	Guests = Audience{
		recipient: "the guest's `email`",
		before:    "Somebody just invited is read before the first mail, because Graph answers an invitation also with a person who was there, who is then not welcomed: where users cannot be read, the mail waits. ",
		refused: map[string]string{
			Password:            "a guest signs in at home and has no password in this tenant",
			TemporaryAccessPass: "Microsoft Entra makes no temporary access pass for a guest, who signs in at home",
		},
	}
	// Specialists are members of this tenant: they get credentials, and accept nothing.
	Specialists = Audience{
		recipient: "`contact_email`",
		refused: map[string]string{
			RedeemURL: "a specialist has an account of this tenant and no invitation to accept",
		},
	}
)

// Placeholders lists what the provider fills in for the audience, in alphabetical order.
func (a Audience) Placeholders() []string {
	return slices.DeleteFunc(slices.Clone(builtIn), func(name string) bool { return a.refused[name] != "" })
}

// written is a placeholder as it stands in a template.
func written(name string) string { return "{{" + name + "}}" }

func listed(names []string) string {
	shown := make([]string, len(names))
	for i, name := range names {
		shown[i] = written(name)
	}
	return strings.Join(shown, ", ")
}

// nearest returns the name that is most probably meant, or "".
func nearest(name string, known []string) string {
	const tolerated = 3
	best, distance := "", tolerated
	for _, candidate := range known {
		if d := editDistance(name, candidate); d < distance && d < len(candidate) {
			best, distance = candidate, d
		}
	}
	return best
}

// editDistance counts the insertions, deletions and replacements between two names.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// validName reports whether a name can be that of a placeholder: lower-case letters,
// digits and underscores, beginning with a letter.
func validName(name string) bool {
	for i, r := range name {
		letter := r >= 'a' && r <= 'z'
		if !letter && (i == 0 || r != '_' && (r < '0' || r > '9')) {
			return false
		}
	}
	return name != "" && len(name) <= maxName
}

const maxName = 64
