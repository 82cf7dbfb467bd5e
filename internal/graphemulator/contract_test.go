package graphemulator_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph/contract"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// Whatever is selected, the answer holds exactly that, in the types of the contract.
func TestAnswersKeepTheContract(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	guest, member := c.invite("ada@partner.example"), c.expect(http.StatusCreated, http.MethodPost, "users", c.member("grace")).text("id")
	if err := c.Redeem(c.tenant.TenantID, "ada@partner.example"); err != nil {
		t.Fatal(err)
	}
	everything := func(entity string) string { return "?$select=" + strings.Join(contract.Properties(entity), ",") }
	sponsored := invitation("bob@partner.example")
	sponsored["invitedUserSponsors"] = []object{{"id": member}}
	for name, test := range map[string]struct {
		entity string
		answer answer
	}{
		"guest":      {contract.EntityUser, c.expect(http.StatusOK, http.MethodGet, "users/"+guest+everything("user"), nil)},
		"member":     {contract.EntityUser, c.expect(http.StatusOK, http.MethodGet, "users/"+member+everything("user"), nil)},
		"default":    {contract.EntityUser, c.expect(http.StatusOK, http.MethodGet, "users/"+guest, nil)},
		"group":      {contract.EntityGroup, c.expect(http.StatusOK, http.MethodGet, "groups/"+c.group()+everything("group"), nil)},
		"full group": {contract.EntityGroup, c.expect(http.StatusOK, http.MethodGet, "groups/"+c.group(), nil)},
		"invitation": {contract.EntityInvitation, c.expect(http.StatusCreated, http.MethodPost, "invitations", sponsored)},
	} {
		selected := test.answer.body
		for _, property := range contract.Properties(test.entity) {
			if _, there := selected[property]; !there && (name == "guest" || name == "member" || name == "group") {
				t.Errorf("%s: %s was selected and is missing", name, property)
			}
		}
		plain := maps.Clone(selected)
		maps.DeleteFunc(plain, func(name string, _ any) bool { return strings.HasPrefix(name, "@") })
		body, err := json.Marshal(plain)
		if err != nil {
			t.Fatal(err)
		}
		unknown, err := contract.UnknownProperties(test.entity, body)
		if err != nil {
			t.Fatal(err)
		}
		// The group page of v1.0 shows these, the model does not know them.
		unknown = slices.DeleteFunc(unknown, func(property string) bool {
			return slices.Contains([]string{"creationOptions", "resourceBehaviorOptions", "resourceProvisioningOptions"}, property)
		})
		mismatches, err := contract.KindMismatches(test.entity, body)
		if err != nil || len(unknown) > 0 || len(mismatches) > 0 {
			t.Errorf("%s: unknown %v, of another type %v, %v", name, unknown, mismatches, err)
		}
	}
}
