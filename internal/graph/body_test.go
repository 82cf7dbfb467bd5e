package graph

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	jsonserialization "github.com/microsoft/kiota-serialization-json-go"
)

func written(t *testing.T, body serialization.Parsable) map[string]any {
	t.Helper()
	writer := jsonserialization.NewJsonSerializationWriter()
	if err := writer.WriteObjectValue("", body); err != nil {
		t.Fatal(err)
	}
	content, err := writer.GetSerializedContent()
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(content, &document); err != nil {
		t.Fatalf("%v in %s", err, content)
	}
	return document
}

func TestUserBody(t *testing.T) {
	t.Parallel()
	division := "R&D"
	got := written(t, userBody(Changes{
		"jobTitle":          "Boss \"of\" all",
		"department":        nil,
		"businessPhones":    []string{},
		"otherMails":        []string{"a@x.example"},
		AccountEnabled:      false,
		EmployeeOrgData:     OrgData{Division: &division},
		ExtensionAttributes: map[string]*string{"extensionAttribute1": &division, "extensionAttribute2": nil},
	}))
	want := map[string]any{
		"jobTitle":                      "Boss \"of\" all",
		"department":                    nil,
		"businessPhones":                []any{},
		"otherMails":                    []any{"a@x.example"},
		"accountEnabled":                false,
		"employeeOrgData":               map[string]any{"costCenter": nil, "division": "R&D"},
		"onPremisesExtensionAttributes": map[string]any{"extensionAttribute1": "R&D", "extensionAttribute2": nil},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestResetBody(t *testing.T) {
	t.Parallel()
	got := written(t, invitationBody(Invitation{EmailAddress: "ada@y.example", RedirectURL: "https://my.example", ResetFor: "0001"}))
	want := map[string]any{
		"invitedUserEmailAddress": "ada@y.example", "inviteRedirectUrl": "https://my.example", "sendInvitationMessage": false,
		"resetRedemption": true, "invitedUser": map[string]any{"id": "0001"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestInvitationBody(t *testing.T) {
	t.Parallel()
	got := written(t, invitationBody(Invitation{
		EmailAddress: "ada@x.example",
		RedirectURL:  "https://my.example",
		UserType:     "Member",
		Message:      &InvitationMessage{Body: "Hello", CCRecipients: []string{"boss@x.example"}},
		SponsorIDs:   []string{"0001"},
	}))
	want := map[string]any{
		"invitedUserEmailAddress": "ada@x.example",
		"inviteRedirectUrl":       "https://my.example",
		"invitedUserType":         "Member",
		"sendInvitationMessage":   false,
		"invitedUserSponsors":     []any{map[string]any{"id": "0001"}},
		"invitedUserMessageInfo": map[string]any{
			"customizedMessageBody": "Hello",
			"ccRecipients":          []any{map[string]any{"emailAddress": map[string]any{"address": "boss@x.example"}}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
