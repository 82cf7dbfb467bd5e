package graphemulator

import (
	"crypto/rand"
	"math"
	"net/http"
	"strings"
	"time"
)

// accessPass is the temporary access pass of a user.
type accessPass struct {
	id, code         string
	created, start   time.Time
	lifetime         time.Duration
	usableOnce, used bool
}

// AccessPassPolicy is what a tenant allows of temporary access passes. The zero value is
// the policy as Entra creates it, enabled for everybody.
// Source: https://learn.microsoft.com/entra/identity/authentication/howto-authentication-temporary-access-pass.
type AccessPassPolicy struct {
	// Disabled refuses passes, and the sign-in with those that exist.
	Disabled bool `json:"disabled,omitempty"`
	// MinimumMinutes, MaximumMinutes and DefaultMinutes bound the lifetime; 60, 480 and
	// 60 when 0.
	MinimumMinutes int `json:"minimum_minutes,omitempty"`
	MaximumMinutes int `json:"maximum_minutes,omitempty"`
	DefaultMinutes int `json:"default_minutes,omitempty"`
	// OneTime makes every pass one that can be used once, whatever was asked for.
	OneTime bool `json:"one_time,omitempty"`
	// Length is the number of characters of a pass, 8 to 48; 8 when 0.
	Length int `json:"length,omitempty"`
}

func (p AccessPassPolicy) minutes() (least, most, usual int) {
	least, most, usual = p.MinimumMinutes, p.MaximumMinutes, p.DefaultMinutes
	if least == 0 {
		least = 60
	}
	if most == 0 {
		most = 480
	}
	if usual == 0 {
		usual = 60
	}
	return least, most, usual
}

// SetAccessPassPolicy changes what the tenant allows.
func (e *Emulator) SetAccessPassPolicy(tenantID string, policy AccessPassPolicy) {
	e.inspect(tenantID, func(t *tenant) { t.passPolicy = policy })
}

// Values of methodUsabilityReason.
// Source: https://learn.microsoft.com/graph/api/resources/temporaryaccesspassauthenticationmethod.
const (
	reasonEnabled  = "EnabledByPolicy"
	reasonDisabled = "DisabledByPolicy"
	reasonExpired  = "Expired"
	reasonNotYet   = "NotYetValid"
	reasonUsed     = "OneTimeUsed"
)

func (p *accessPass) usability(policy AccessPassPolicy, now time.Time) string {
	switch {
	case policy.Disabled:
		return reasonDisabled
	case p.used && p.usableOnce:
		return reasonUsed
	case now.Before(p.start):
		return reasonNotYet
	case !now.Before(p.start.Add(p.lifetime)):
		return reasonExpired
	default:
		return reasonEnabled
	}
}

// shown is a pass as Graph answers it; the code is there once.
func (c *call) shownPass(p *accessPass, code any) map[string]any {
	reason := p.usability(c.tenant.passPolicy, c.emulator.Now())
	return map[string]any{
		"id": p.id, "temporaryAccessPass": code, "createdDateTime": graphTime(p.created), "startDateTime": graphTime(p.start),
		"lifetimeInMinutes": int(p.lifetime / time.Minute), "isUsableOnce": p.usableOnce,
		"isUsable": reason == reasonEnabled, "methodUsabilityReason": reason,
	}
}

func (c *call) passContext(o *object) string {
	return c.context("users('" + o.id + "')/authentication/temporaryAccessPassMethods")
}

// createPass answers POST /users/{id}/authentication/temporaryAccessPassMethods. The
// pass that was there is replaced.
// Source: https://learn.microsoft.com/graph/api/authentication-post-temporaryaccesspassmethods.
func createPass(c *call) (answer, error) {
	body, err := c.object()
	if err != nil {
		return answer{}, err
	}
	o, p, err := c.findUser()
	if err != nil {
		return answer{}, err
	}
	if isGuest(p) {
		return answer{}, badSyntax("Temporary Access Pass cannot be added to an external guest user.")
	}
	if c.tenant.passPolicy.Disabled {
		return answer{}, badSyntax("Converged UserCredentialPolicy does not allow creating or updating this authentication method. AuthMethodType [TemporaryAccessPass].")
	}
	pass, err := c.newPass(body)
	if err != nil {
		return answer{}, err
	}
	c.tenant.credential(o.id).pass = pass
	shown := c.shownPass(pass, pass.code)
	shown["@odata.context"] = c.passContext(o) + "/$entity"
	return created(shown)
}

// newPass makes the pass that a body asks for; what is absent or null is the policy's.
func (c *call) newPass(body properties) (*accessPass, error) {
	policy := c.tenant.passPolicy
	least, most, usual := policy.minutes()
	now := c.emulator.Now().Truncate(time.Second)
	pass := &accessPass{
		id: newID(), code: newPassCode(max(policy.Length, 8)), created: now, start: now,
		lifetime: time.Duration(usual) * time.Minute,
	}
	for _, name := range sortedNames(body) {
		var err error
		switch value := body[name]; name {
		case "@odata.type":
			if value != "#microsoft.graph.temporaryAccessPassAuthenticationMethod" {
				err = badSyntax("The type of the request payload is not the expected one.")
			}
		case "startDateTime":
			err = pass.startAt(value, now)
		case "lifetimeInMinutes":
			err = pass.lastFor(value, least, most)
		case "isUsableOnce":
			once, isFlag := value.(bool)
			if !isFlag && value != nil {
				err = wrongKind(name, "Edm.Boolean")
			}
			pass.usableOnce = once
		default:
			err = badSyntax("Invalid property '%s'.", name)
		}
		if err != nil {
			return nil, err
		}
	}
	pass.usableOnce = pass.usableOnce || policy.OneTime
	return pass, nil
}

func (p *accessPass) startAt(value any, now time.Time) error {
	if value == nil {
		return nil
	}
	given, _ := value.(string)
	start, err := time.Parse(time.RFC3339, given)
	if err != nil {
		return wrongKind("startDateTime", "Edm.DateTimeOffset")
	}
	if start.Before(now.Add(-time.Minute)) {
		return badSyntax("The start time of the Temporary Access Pass cannot be in the past.")
	}
	p.start = start
	return nil
}

func (p *accessPass) lastFor(value any, least, most int) error {
	if value == nil {
		return nil
	}
	minutes, isNumber := value.(float64)
	if !isNumber || minutes != math.Trunc(minutes) {
		return wrongKind("lifetimeInMinutes", "Edm.Int32")
	}
	if minutes < float64(least) || minutes > float64(most) {
		return badSyntax("The lifetime of the Temporary Access Pass must be between %d and %d minutes, as defined by the policy of the tenant.", least, most)
	}
	p.lifetime = time.Duration(minutes) * time.Minute
	return nil
}

func wrongKind(property, kind string) *failure {
	return badSyntax("Cannot convert the value of property '%s' to the expected type '%s'.", property, kind)
}

// newPassCode returns random characters of the kinds that Entra uses.
func newPassCode(length int) string {
	const characters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789!#$%&*+=?@^~"
	raw := make([]byte, length)
	// rand.Read never fails: the runtime aborts when the system has no randomness.
	_, _ = rand.Read(raw)
	for i, b := range raw {
		raw[i] = characters[int(b)%len(characters)]
	}
	return string(raw)
}

// findPass finds the pass that a path names.
func (c *call) findPass() (*object, *accessPass, error) {
	o, _, err := c.findUser()
	if err != nil {
		return nil, nil, err
	}
	pass := c.tenant.credential(o.id).pass
	if id, named := c.parameters["object"]; named && (pass == nil || !strings.EqualFold(pass.id, id)) {
		return nil, nil, fail(http.StatusNotFound, "resourceNotFound", "The requested authentication method does not exist.")
	}
	return o, pass, nil
}

// listPasses answers GET /users/{id}/authentication/temporaryAccessPassMethods, a list of
// one at most.
func listPasses(c *call) (answer, error) {
	o, pass, err := c.findPass()
	if err != nil {
		return answer{}, err
	}
	list := []any{}
	if pass != nil {
		list = append(list, c.shownPass(pass, nil))
	}
	return ok(map[string]any{"@odata.context": c.passContext(o), "value": list})
}

// getPass answers GET /users/{id}/authentication/temporaryAccessPassMethods/{id}.
func getPass(c *call) (answer, error) {
	o, pass, err := c.findPass()
	if err != nil {
		return answer{}, err
	}
	shown := c.shownPass(pass, nil)
	shown["@odata.context"] = c.passContext(o) + "/$entity"
	return ok(shown)
}

// deletePass answers DELETE /users/{id}/authentication/temporaryAccessPassMethods/{id}.
func deletePass(c *call) (answer, error) {
	o, _, err := c.findPass()
	if err != nil {
		return answer{}, err
	}
	c.tenant.credential(o.id).pass = nil
	return noContent()
}
