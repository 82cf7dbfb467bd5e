package person

import (
	"cmp"
	"fmt"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// Clash is one person in two instances.
type Clash struct {
	// Held is the instance in the state, empty where there is none, and Coming the one that
	// would get the person.
	Held, Coming Instance
	// Twice says that two instances would create or hold the person.
	Twice bool

	byContact bool   // the contact address is what tells
	name      string // what both are called, where nothing else tells
}

// Summary is constant per kind of clash, so that it can be searched for.
func (c *Clash) Summary() string {
	if c.Twice {
		return "Two resources for one person"
	}
	return "A person would be deleted and created again"
}

// Error names the person and what to do.
func (c *Clash) Error() string {
	if c.Twice {
		return c.twice()
	}
	return fmt.Sprintf(`%s (object id %s) is in the state already, under another address or as an object to be replaced, and this plan would create the same person again%s. Applied, it could delete the person.

%s

If the instance is tainted, run "terraform untaint" on it. If two resources describe the same person, remove one with a removed block whose lifecycle says destroy = false.%s`,
		diagnostic.Quote(c.Held.Address), c.Held.ObjectID, c.why(), c.renamed(), c.otherwise())
}

func (c *Clash) twice() string {
	if c.byContact {
		return fmt.Sprintf("Two resources have the contact address %s, and a contact address tells people apart. If both are one person, keep one resource.%s",
			diagnostic.Quote(c.Coming.Contact), c.otherwise())
	}
	return fmt.Sprintf("Two resources are about %s. Keep one of them: remove the other with a removed block whose lifecycle says destroy = false.",
		diagnostic.Quote(cmp.Or(c.Coming.Address, c.Held.Address)))
}

// why says what makes the two one person, where it is not the address.
func (c *Clash) why() string {
	switch {
	case c.byContact:
		return ": both have the contact address " + diagnostic.Quote(c.Held.Contact)
	case c.name != "":
		return ": both are called " + diagnostic.Quote(c.name) + ", and no contact address tells them apart"
	default:
		return ""
	}
}

// renamed says how Terraform is told that the instance has another address.
func (c *Clash) renamed() string {
	if c.Coming.Type != c.Held.Type {
		return fmt.Sprintf("A moved block does not lead from %s to %s. Let the old one go with a removed block whose lifecycle says destroy = false, and apply. Add the new one afterwards.",
			c.Held.Type, c.Coming.Type)
	}
	return fmt.Sprintf(`Most often a resource or a for_each key was renamed. Then tell Terraform, and nothing is sent:

  moved {
    from = %[1]s.OLD_NAME["OLD_KEY"]
    to   = %[1]s.NEW_NAME["NEW_KEY"]
  }`, c.Held.Type)
}

// otherwise says what to do about two people who seem to be one.
func (c *Clash) otherwise() string {
	switch {
	case c.byContact:
		return " Somebody else who is reached at the same address has it in other_mails instead of contact_email."
	case c.name != "":
		return " If they are two people, apply the removal of the one first."
	default:
		return ""
	}
}
