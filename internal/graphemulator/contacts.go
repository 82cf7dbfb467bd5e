package graphemulator

import (
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator/odata"
)

const kindContact = "orgContact"

// contactProperties are those of an organisational contact that are kept here.
// Source: https://learn.microsoft.com/graph/api/resources/orgcontact.
func contactProperties() []string { return []string{"id", "displayName", "mail", "proxyAddresses"} }

// listContacts answers GET /contacts.
func listContacts(c *call) (answer, error) {
	for _, name := range c.query.selects {
		if !slices.Contains(contactProperties(), name) {
			return answer{}, badSyntax("Parsing OData Select and Expand failed: Could not find a property named '%s' on type 'microsoft.graph.%s'.", name, kindContact)
		}
	}
	l := listing{
		call: c, entity: kindContact, fragment: "contacts", items: c.tenant.contactItems(),
		// Mail and proxy addresses of a contact can be filtered like a group's.
		check: odata.CheckGroupFilter,
		show: func(i item) properties {
			names := c.query.selects
			if names == nil {
				names = contactProperties()
			}
			shown := properties{"id": i.properties["id"]}
			for _, name := range names {
				shown[name] = i.properties[name]
			}
			return shown
		},
	}
	return answer{later: l.page}, nil
}

func (t *tenant) contactItems() []item {
	addresses := slices.Sorted(maps.Keys(t.contacts))
	items := make([]item, 0, len(addresses))
	for i, address := range addresses {
		items = append(items, item{sequence: int64(i + 1), kind: kindContact, properties: properties{
			"id":             uuid.NewSHA1(uuid.NameSpaceURL, []byte(t.id+"/"+address)).String(),
			"displayName":    address,
			"mail":           address,
			"proxyAddresses": []any{"SMTP:" + address},
		}})
	}
	return items
}
