package contract_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	jsonserialization "github.com/microsoft/kiota-serialization-json-go"
	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph/contract"
)

func TestUnknownProperties(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		entity, body string
		want         []string
	}{
		"profile": {
			contract.EntityUser,
			`{"@odata.type":"#microsoft.graph.user","displayName":"Ada","employeeOrgData":{"division":"R","costCenter":null},
			  "otherMails":["a"],"onPremisesExtensionAttributes":{"extensionAttribute1":"x"}}`,
			nil,
		},
		"empty": {contract.EntityUser, `{}`, nil},
		"unknown at every depth": {
			contract.EntityUser,
			`{"nickname":"a","employeeOrgData":{"foo":1},"identities":[{"issuer":"a"},{"bar":2}],"DisplayName":"case"}`,
			[]string{"DisplayName", "employeeOrgData/foo", "identities/1/bar", "nickname"},
		},
		"extension attribute in the wrong place": {contract.EntityUser, `{"extensionAttribute1":"x"}`, []string{"extensionAttribute1"}},
		"bind": {
			contract.EntityUser,
			`{"manager@odata.bind":"https://graph.microsoft.com/v1.0/users/1","sponsors@odata.bind":["a"]}`,
			nil,
		},
		"bind of what is no relation": {
			contract.EntityUser,
			`{"displayName@odata.bind":"x","boss@odata.bind":"x"}`,
			[]string{"boss@odata.bind", "displayName@odata.bind"},
		},
		"type of a property": {
			contract.EntityUser,
			`{"otherMails@odata.type":"#Collection(String)","nothing@odata.type":"#String"}`,
			[]string{"nothing@odata.type"},
		},
		"other control information": {contract.EntityUser, `{"@odata.id":"x"}`, []string{"@odata.id"}},
		"members":                   {contract.EntityGroup, `{"members@odata.bind":["https://graph.microsoft.com/v1.0/directoryObjects/1"]}`, nil},
		"invitation": {
			contract.EntityInvitation,
			`{"invitedUserEmailAddress":"a@b.example","inviteRedirectUrl":"https://x.example","sendInvitationMessage":true,
			  "invitedUserMessageInfo":{"customizedMessageBody":"hi","ccRecipients":[{"emailAddress":{"address":"c","nick":"d"}}]},
			  "invitedUserSponsors":[{"id":"1"},{"@odata.type":"#microsoft.graph.user","id":"2","mail":"m"}],
			  "invitedUser":{"id":"3"},"message":"?"}`,
			[]string{"invitedUserMessageInfo/ccRecipients/0/emailAddress/nick", "message"},
		},
		"derived type is needed": {
			contract.EntityInvitation,
			`{"invitedUserSponsors":[{"id":"1","mail":"m"}]}`,
			[]string{"invitedUserSponsors/0/mail"},
		},
		"message": {
			contract.EntityMessage,
			`{"subject":"Hi","body":{"contentType":"html","content":"x"},"toRecipients":[{"emailAddress":{"address":"a"}}],
			  "attachments":[{"@odata.type":"#microsoft.graph.fileAttachment","name":"a","contentBytes":"aGk="}],"to":"b"}`,
			[]string{"to"},
		},
		"reference":           {contract.EntityReference, `{"@odata.id":"https://graph.microsoft.com/v1.0/users/1"}`, nil},
		"more than reference": {contract.EntityReference, `{"@odata.id":"x","id":"1"}`, []string{"id"}},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, err := contract.UnknownProperties(test.entity, []byte(test.body))
			if err != nil {
				t.Fatal(err)
			}

			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}

			mismatches, err := contract.KindMismatches(test.entity, []byte(test.body))
			if err != nil || len(mismatches) > 0 {
				t.Errorf("KindMismatches = %v, %v, want none", mismatches, err)
			}
		})
	}
}

func TestKindMismatches(t *testing.T) {
	t.Parallel()

	type mismatch = contract.Mismatch

	tests := map[string]struct {
		entity, body string
		want         []mismatch
	}{
		"scalars": {
			contract.EntityUser,
			`{"accountEnabled":"true","displayName":1,"createdDateTime":"yesterday","employeeHireDate":"2026-01-01T00:00:00Z"}`,
			[]mismatch{
				{Path: "accountEnabled", Want: "Edm.Boolean", Got: "string"},
				{Path: "createdDateTime", Want: "Edm.DateTimeOffset", Got: "string"},
				{Path: "displayName", Want: "Edm.String", Got: "number"},
			},
		},
		"null": {
			contract.EntityUser,
			`{"accountEnabled":null,"employeeOrgData":null,"otherMails":null,"businessPhones":[null]}`,
			[]mismatch{
				{Path: "businessPhones/0", Want: "Edm.String", Got: "null"},
				{Path: "otherMails", Want: "Collection(Edm.String)", Got: "null"},
			},
		},
		"structure": {
			contract.EntityUser,
			`{"otherMails":"a","employeeOrgData":[],"identities":[{"issuer":{}},"x"],"jobTitle":[],"city":{}}`,
			[]mismatch{
				{Path: "city", Want: "Edm.String", Got: "object"},
				{Path: "employeeOrgData", Want: "Edm.ComplexType", Got: "array"},
				{Path: "identities/0/issuer", Want: "Edm.String", Got: "object"},
				{Path: "identities/1", Want: "Edm.ComplexType", Got: "string"},
				{Path: "jobTitle", Want: "Edm.String", Got: "array"},
				{Path: "otherMails", Want: "Collection(Edm.String)", Got: "string"},
			},
		},
		"numbers and enumerations": {
			contract.EntityMessage,
			`{"body":{"contentType":"markdown"},"importance":"high","attachments":[{"@odata.type":"#microsoft.graph.fileAttachment",
			  "size":1.5,"contentBytes":"%","isInline":0}]}`,
			[]mismatch{
				{Path: "attachments/0/contentBytes", Want: "Edm.Binary", Got: "string"},
				{Path: "attachments/0/isInline", Want: "Edm.Boolean", Got: "number"},
				{Path: "attachments/0/size", Want: "Edm.Int64", Got: "number"},
				{Path: "body/contentType", Want: "Edm.Enum", Got: "string"},
			},
		},
		"bind": {
			contract.EntityGroup,
			`{"members@odata.bind":"https://graph.microsoft.com/v1.0/users/1","createdOnBehalfOf@odata.bind":["x"]}`,
			[]mismatch{
				{Path: "createdOnBehalfOf@odata.bind", Want: "Edm.String", Got: "array"},
				{Path: "members@odata.bind", Want: "Collection(Edm.String)", Got: "string"},
			},
		},
		"type": {
			contract.EntityInvitation,
			`{"@odata.type":"#microsoft.graph.user","invitedUser":{"@odata.type":1},
			  "invitedUserSponsors":[{"@odata.type":"#microsoft.graph.nobody"},{"@odata.type":"microsoft.graph.group"},
			  {"@odata.type":"#microsoft.graph.directoryObject"}]}`,
			[]mismatch{
				{Path: "@odata.type", Want: "Invitation", Got: "string"},
				{Path: "invitedUser/@odata.type", Want: "Edm.String", Got: "number"},
				{Path: "invitedUserSponsors/0/@odata.type", Want: "DirectoryObject", Got: "string"},
			},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, err := contract.KindMismatches(test.entity, []byte(test.body))
			if err != nil {
				t.Fatal(err)
			}

			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBodyErrors(t *testing.T) {
	t.Parallel()

	for _, body := range []string{``, `{`, `null`, `[]`, `"x"`, `{} {}`, `{}]`} {
		if _, err := contract.UnknownProperties(contract.EntityUser, []byte(body)); err == nil {
			t.Errorf("body %q is accepted", body)
		}
	}

	if _, err := contract.KindMismatches("robot", []byte(`{}`)); !errors.Is(err, contract.ErrUnknownEntity) {
		t.Errorf("error = %v, want ErrUnknownEntity", err)
	}
}

// TestAgreesWithTheSDK shows that what is reported as unknown is what the SDK keeps as
// additional data when it parses the same body.
func TestAgreesWithTheSDK(t *testing.T) {
	t.Parallel()

	const body = `{"displayName":"Ada","nickname":"a","extension_x":"y","otherMails":["b"],"accountEnabled":true,"Mail":"c"}`

	node, err := jsonserialization.NewJsonParseNode([]byte(body))
	if err != nil {
		t.Fatal(err)
	}

	parsed, err := node.GetObjectValue(models.CreateUserFromDiscriminatorValue)
	if err != nil {
		t.Fatal(err)
	}

	holder, ok := parsed.(serialization.AdditionalDataHolder)
	if !ok {
		t.Fatalf("%T holds no additional data", parsed)
	}

	got, err := contract.UnknownProperties(contract.EntityUser, []byte(body))
	if err != nil {
		t.Fatal(err)
	}

	if diff := cmp.Diff(slices.Sorted(maps.Keys(holder.GetAdditionalData())), got); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkUnknownProperties(b *testing.B) {
	body := []byte(`{"displayName":"Ada","employeeOrgData":{"division":"R"},"otherMails":["a"]}`)

	for b.Loop() {
		if _, err := contract.UnknownProperties(contract.EntityUser, body); err != nil {
			b.Fatal(err)
		}
	}
}
