package graph

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
)

func TestNewPassword(t *testing.T) {
	t.Parallel()
	const many = 12000
	seen, count := map[string]bool{}, map[byte]int{}
	for range many {
		password := NewPassword().Reveal()
		if len(password) != passwordLength || !ofAllKinds(password) || seen[password] {
			t.Fatalf("made %q", password)
		}
		if strings.ContainsAny(password, `0O1Il<>&"'\ %$`) {
			t.Fatalf("%q is hard to read or to write", password)
		}
		seen[password] = true
		for i := range len(password) {
			count[password[i]]++
		}
	}
	// Within one kind all characters are drawn equally often; a biased modulo would favour
	// the first by a quarter.
	for _, kind := range []string{upperCase, lowerCase, digits, signs} {
		total := 0
		for i := range len(kind) {
			total += count[kind[i]]
		}
		mean := float64(total) / float64(len(kind))
		for i := range len(kind) {
			if got := float64(count[kind[i]]); got < 0.91*mean || got > 1.09*mean {
				t.Errorf("%q was drawn %.0f times, its kind %.0f times on average", kind[i], got, mean)
			}
		}
	}
}

func TestBodiesWithSecrets(t *testing.T) {
	t.Parallel()
	once := true
	start := time.Date(2027, 1, 31, 8, 0, 0, 0, time.FixedZone("", 3600))
	for name, test := range map[string]struct{ got, want map[string]any }{
		"password": {
			written(t, passwordBody(secret.New(`a"b`), false)),
			map[string]any{"passwordProfile": map[string]any{"password": `a"b`, "forceChangePasswordNextSignIn": false}},
		},
		"pass": {
			written(t, accessPassBody(AccessPassOptions{StartsAt: start, Lifetime: 90 * time.Minute, UsableOnce: &once})),
			map[string]any{"startDateTime": "2027-01-31T07:00:00Z", "lifetimeInMinutes": 90.0, "isUsableOnce": true},
		},
		"pass by policy": {written(t, accessPassBody(AccessPassOptions{})), map[string]any{}},
		"mail": {
			written(t, mailBody(Message{To: []string{"a@x.example", "b@x.example"}, BCC: []string{"c@x.example"}, Subject: "S", Body: secret.New("B")})),
			map[string]any{"SaveToSentItems": false, "Message": map[string]any{
				"subject": "S", "body": map[string]any{"contentType": "text", "content": "B"},
				"toRecipients":  []any{address("a@x.example"), address("b@x.example")},
				"bccRecipients": []any{address("c@x.example")},
			}},
		},
	} {
		if diff := cmp.Diff(test.want, test.got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func address(text string) any {
	return map[string]any{"emailAddress": map[string]any{"address": text}}
}
