// Package account is what resources share that look after one user account: the part of
// their model that is about the account rather than the person, the guard rails at plan,
// expiry, refresh, change, letting go, and finding somebody to import.
package account

import (
	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Kind is how diagnostics speak of the people a resource looks after.
type Kind struct {
	// Type is the resource type.
	Type string
	// Noun and Plural name them: "guest", "guests".
	Noun, Plural string
	// Made completes "was not … by this resource": "invited".
	Made string
	// Back completes "The plan brings the person back…" when somebody is gone: how.
	Back string
}

// Keeper carries out what resources about one account do alike. Embed it.
type Keeper struct {
	session.Resource
	Kind Kind
}

// Subject is the person of one instance.
type Subject struct {
	*Record
	// Key is the address or user principal name that names the person.
	Key string
	// Contact is the address at which somebody is reached who signs in by another name, or
	// "", and Names are what the person is called, where that helps to tell people apart.
	Contact string
	Names   []string
}

// Instance is what the register is told about the person.
func (k *Keeper) Instance(s Subject) person.Instance {
	return person.Instance{
		Type: k.Kind.Type, Address: s.Key, ObjectID: s.ObjectID.ValueString(), Contact: s.Contact, Names: s.Names,
	}
}

// Who names the person in diagnostics.
func (s Subject) Who() string {
	return diagnostic.Quote(s.Key) + " (object id " + s.ObjectID.ValueString() + ")"
}

// Permissions of which one is needed, named by the check at plan.
var (
	PermissionsToWrite  = []string{"User.ReadUpdate.All", "User.ReadWrite.All", "Directory.ReadWrite.All"}
	PermissionsToDelete = []string{"User.DeleteRestore.All", "User.ReadWrite.All", "Directory.ReadWrite.All"}
)
