package graphemulator

import (
	"crypto/subtle"
	"fmt"
	"time"
)

// SignInMethod is what a user signed in with.
type SignInMethod string

// The ways in which a user can sign in here.
const (
	ByPassword   SignInMethod = "password"
	ByAccessPass SignInMethod = "temporaryAccessPass"
)

// SignInReason says why a user may not sign in.
type SignInReason string

// The reasons, as Entra tells them apart.
const (
	UnknownUser     SignInReason = "there is no such user"
	ForeignUser     SignInReason = "the user signs in elsewhere"
	DisabledUser    SignInReason = "the account is disabled"
	WrongCredential SignInReason = "neither password nor pass is right"
	PassNotYetValid SignInReason = "the pass is not valid yet"
	PassExpired     SignInReason = "the pass is over"
	PassUsed        SignInReason = "the pass has been used"
	PassBlocked     SignInReason = "the policy allows no passes"
)

// SignInRefused is a sign-in that failed.
type SignInRefused struct {
	UserPrincipalName string
	Reason            SignInReason
}

// Error tells who may not sign in, and why.
func (r *SignInRefused) Error() string {
	return fmt.Sprintf("%s cannot sign in: %s", r.UserPrincipalName, r.Reason)
}

// SignedIn is a sign-in that succeeded.
type SignedIn struct {
	UserID string
	Method SignInMethod
	// MustChangePassword says that the user gets no further without a new password.
	MustChangePassword bool
	// At is the time on the emulator's clock.
	At time.Time
}

// SignIn signs a user in with a password or a temporary access pass, as a person does at
// a browser. A one-time pass is used up by it. The error is a *SignInRefused.
func (e *Emulator) SignIn(tenantID, userPrincipalName, secret string) (SignedIn, error) {
	var done SignedIn
	err := e.with(tenantID, func(t *tenant) error {
		o := t.user(userPrincipalName)
		refuse := func(reason SignInReason) error {
			return &SignInRefused{UserPrincipalName: userPrincipalName, Reason: reason}
		}
		switch {
		case !o.exists():
			return refuse(UnknownUser)
		case isGuest(o.current()):
			return refuse(ForeignUser)
		case !flag(o.current(), "accountEnabled"):
			return refuse(DisabledUser)
		}
		now, kept := e.Now(), t.credential(o.id)
		done = SignedIn{UserID: o.id, At: now}
		switch {
		case kept.pass != nil && same(kept.pass.code, secret):
			done.Method = ByAccessPass
			if reason := t.passFault(kept.pass, now); reason != "" {
				return refuse(reason)
			}
			kept.pass.used = true
		case kept.password != "" && same(kept.password, secret):
			done.Method, done.MustChangePassword = ByPassword, kept.mustChange
		default:
			return refuse(WrongCredential)
		}
		return nil
	})
	if err != nil {
		return SignedIn{}, err
	}
	return done, nil
}

// passFault says why a pass may not be used now, or "".
func (t *tenant) passFault(p *accessPass, now time.Time) SignInReason {
	switch p.usability(t.passPolicy, now) {
	case reasonNotYet:
		return PassNotYetValid
	case reasonExpired:
		return PassExpired
	case reasonUsed:
		return PassUsed
	case reasonDisabled:
		return PassBlocked
	default:
		return ""
	}
}

// ChangePassword is what a person does who must choose a new password at sign-in.
func (e *Emulator) ChangePassword(tenantID, userPrincipalName, current, next string) error {
	if _, err := e.SignIn(tenantID, userPrincipalName, current); err != nil {
		return err
	}
	return e.with(tenantID, func(t *tenant) error {
		if !isStrongPassword(next) || same(current, next) {
			return weakPassword()
		}
		kept := t.credential(t.user(userPrincipalName).id)
		kept.password, kept.mustChange = next, false
		return nil
	})
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
