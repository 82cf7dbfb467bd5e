package contract_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph/contract"
)

func TestProperties(t *testing.T) {
	t.Parallel()

	tests := []struct {
		entity, property       string
		selectable, navigation bool
	}{
		{contract.EntityUser, "id", true, false},
		{contract.EntityUser, "mail", true, false},
		{contract.EntityUser, "externalUserState", true, false},
		{contract.EntityUser, "employeeOrgData", true, false},
		{contract.EntityUser, "identities", true, false},
		{contract.EntityUser, "mailboxSettings", true, false},
		{contract.EntityUser, "signInActivity", true, false},
		{contract.EntityUser, "manager", false, true},
		{contract.EntityUser, "sponsors", false, true},
		{contract.EntityUser, "memberOf", false, true},
		{contract.EntityUser, "photo", false, true},
		{contract.EntityUser, "signInNames", false, false},
		{contract.EntityUser, "Mail", false, false},
		{contract.EntityUser, "@odata.type", false, false},
		{contract.EntityUser, "", false, false},
		{contract.EntityGroup, "isAssignableToRole", true, false},
		{contract.EntityGroup, "members", false, true},
		{contract.EntityInvitation, "inviteRedeemUrl", true, false},
		{contract.EntityInvitation, "invitedUserMessageInfo", true, false},
		{contract.EntityInvitation, "invitedUser", false, true},
		{contract.EntityInvitation, "invitedUserSponsors", false, true},
		{contract.EntityMessage, "toRecipients", true, false},
		{contract.EntityReference, "@odata.id", false, false},
		{"robot", "id", false, false},
	}

	for _, test := range tests {
		t.Run(test.entity+" "+test.property, func(t *testing.T) {
			t.Parallel()

			if got := contract.Selectable(test.entity, test.property); got != test.selectable {
				t.Errorf("Selectable = %t, want %t", got, test.selectable)
			}

			if got := contract.Navigation(test.entity, test.property); got != test.navigation {
				t.Errorf("Navigation = %t, want %t", got, test.navigation)
			}

			if got := slices.Contains(contract.Properties(test.entity), test.property); got != test.selectable {
				t.Errorf("Properties contains it: %t, want %t", got, test.selectable)
			}
		})
	}

	if !slices.IsSorted(contract.Properties(contract.EntityUser)) {
		t.Error("Properties are not sorted")
	}

	if contract.Properties("robot") != nil {
		t.Error("an unknown entity has properties")
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()

	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := contract.UnknownProperties(contract.EntityGroup, []byte(`{"displayName":"a"}`)); err != nil {
				t.Error(err)
			}
		})
	}

	group.Wait()
}
