package graph

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"

	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
)

// passwordLength is how many characters a made password has: 24 of 62 are 142 bits.
const passwordLength = 24

// The characters of a made password. What is mistaken for something else in some type
// face (0O, 1Il|) is left out, and so is what HTML, JSON, a shell or a URL would escape.
const (
	upperCase   = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	lowerCase   = "abcdefghijkmnopqrstuvwxyz"
	digits      = "23456789"
	signs       = "-_.~+"
	allInOneRow = upperCase + lowerCase + digits + signs
)

// NewPassword makes a password of 24 characters with letters of both cases, digits and
// signs, each password as probable as every other. Microsoft Entra asks for 8 to 256
// characters of three of these kinds.
// Source: https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy#microsoft-entra-password-policies.
func NewPassword() secret.Text {
	for {
		password := make([]byte, 0, passwordLength)
		for len(password) < passwordLength {
			password = append(password, randomCharacter())
		}
		// Drawing anew, instead of placing one of each kind, keeps all passwords equally
		// probable. About one in six is drawn anew.
		if text := string(password); ofAllKinds(text) {
			return secret.New(text)
		}
	}
}

// randomCharacter draws without bias: numbers beyond the last whole row are drawn anew.
func randomCharacter() byte {
	const whole = 256 - 256%len(allInOneRow)
	var drawn [1]byte
	for {
		// rand.Read never fails: the runtime aborts when the system has no randomness.
		_, _ = rand.Read(drawn[:])
		if int(drawn[0]) < whole {
			return allInOneRow[int(drawn[0])%len(allInOneRow)]
		}
	}
}

func ofAllKinds(text string) bool {
	var kinds [4]bool
	for i := range len(text) {
		for kind, characters := range []string{upperCase, lowerCase, digits, signs} {
			for j := range len(characters) {
				kinds[kind] = kinds[kind] || text[i] == characters[j]
			}
		}
	}
	return kinds == [4]bool{true, true, true, true}
}

// needsPassword is the least permission to set a password; the application has to hold
// the directory role User Administrator as well.
// Source: https://learn.microsoft.com/graph/api/user-update#permissions.
var needsPassword = []string{"User-PasswordProfile.ReadWrite.All"}

// SetPassword gives a user a new password; mustChange demands another one at the next
// sign-in. writtenAt is as for UpdateUser. No error repeats the password.
// Source: https://learn.microsoft.com/graph/api/user-update.
func (c *Client) SetPassword(ctx context.Context, userID string, password secret.Text, mustChange bool, writtenAt time.Time) error {
	op := operation{doing: "setting the password of the user", subject: userID, needs: needsPassword}
	write := func(ctx context.Context) error {
		info, err := users.NewUserItemRequestBuilderInternal(c.path("user%2Did", userID), c.adapter).
			ToPatchRequestInformation(ctx, passwordBody(password, mustChange), nil)
		if err != nil {
			return describe(err, op)
		}
		return c.call(ctx, op, info, nil)
	}
	return conceal(c.settle(secretive(ctx), writtenAt, write), password)
}

func passwordBody(password secret.Text, mustChange bool) models.Userable {
	plain := password.Reveal()
	profile := models.NewPasswordProfile()
	profile.SetPassword(&plain)
	profile.SetForceChangePasswordNextSignIn(&mustChange)
	body := models.NewUser()
	body.SetOdataType(nil)
	body.SetPasswordProfile(profile)
	return body
}
