package graphemulator

import "github.com/entraguest/terraform-provider-entraguest/internal/graphemulator/odata"

// administratorRole is the directory role that role holders of the emulator have.
// Source: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference#user-administrator.
const administratorRole = "fe930be7-5e62-47db-91af-98c3a49a38b1"

// listRolesOf answers GET /users/{id}/transitiveMemberOf/microsoft.graph.directoryRole. A
// cast is an advanced query.
// Source: https://learn.microsoft.com/graph/api/user-list-transitivememberof.
func listRolesOf(c *call) (answer, error) {
	o, _, err := c.findUser()
	if err != nil {
		return answer{}, err
	}
	if !c.advanced() {
		return answer{}, unsupportedQuery("The specified filter to the reference property query is currently not supported. " +
			"OData cast requires the ConsistencyLevel: eventual header and the $count=true parameter.")
	}
	items := []item{}
	if c.tenant.roleHolders[o.id] {
		items = append(items, item{kind: "directoryRole", sequence: 1, properties: properties{
			"id": "f8c5b6a4-0000-4000-8000-000000000001", "displayName": "User Administrator", "roleTemplateId": administratorRole,
			"description": "Can manage all aspects of users and groups.",
		}})
	}
	l := listing{
		call: c, entity: "directoryRole", fragment: "directoryRoles", items: items, check: odata.CheckMemberFilter,
		show: func(i item) properties {
			shown := properties{"id": i.properties["id"]}
			for _, name := range []string{"displayName", "description", "roleTemplateId"} {
				if c.query.selects == nil || containsFold(c.query.selects, name) {
					shown[name] = i.properties[name]
				}
			}
			return shown
		},
	}
	return answer{later: l.page}, nil
}
