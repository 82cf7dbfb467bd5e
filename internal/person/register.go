package person

import (
	"fmt"
	"strings"
	"sync"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// Register remembers, for one walk of Terraform, which persons are held by instances
// that were read, and which are planned to come or go. Terraform never tells a provider
// that it deletes and re-creates one person in one plan (a renamed key without a moved
// block, a tainted instance); the register is how it is noticed, whichever half is
// planned first.
//
// It belongs to one configured provider and is safe for concurrent use.
type Register struct {
	mu      sync.Mutex
	holders map[string]holder // by lower-case address
}

type holder struct {
	objectID string
	read     bool // an instance in the state
	arriving bool // planned to be created
	twice    bool // by more than one instance
	leaving  bool // planned to be destroyed
}

// NewRegister returns an empty register.
func NewRegister() *Register { return &Register{holders: map[string]holder{}} }

// Clash is one person in two instances.
type Clash struct {
	Address  string
	ObjectID string
	// Twice says that two instances would create the person.
	Twice bool
	// Leaving says that one of the instances is planned to be destroyed.
	Leaving bool
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
	who := diagnostic.Quote(c.Address)
	if c.Twice {
		return fmt.Sprintf("Two resources in this configuration would create %s. Keep one of them.", who)
	}
	return fmt.Sprintf(`%s (object id %s) is in the state already, under another address or as an object to be replaced, and this plan would create the same person again. Applied, it could delete the person.

Most often a resource or a for_each key was renamed. Then tell Terraform, and nothing is sent:

  moved {
    from = entraguest_invitation.OLD_NAME["OLD_KEY"]
    to   = entraguest_invitation.NEW_NAME["NEW_KEY"]
  }

If the instance is tainted, run "terraform untaint" on it. If two resources describe the same person, remove one with a removed block whose lifecycle says destroy = false.`, who, c.ObjectID)
}

// Read notes that an instance in the state holds the person.
func (r *Register) Read(address, objectID string) *Clash {
	return r.note(address, func(h *holder) {
		h.read, h.objectID = true, objectID
	})
}

// Leaving notes that an instance that holds the person is planned to be destroyed.
func (r *Register) Leaving(address, objectID string) *Clash {
	return r.note(address, func(h *holder) {
		h.read, h.leaving, h.objectID = true, true, objectID
	})
}

// Arriving notes that an instance is planned that would create the person.
func (r *Register) Arriving(address string) *Clash {
	return r.note(address, func(h *holder) {
		h.twice, h.arriving = h.arriving, true
	})
}

func (r *Register) note(address string, change func(*holder)) *Clash {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := strings.ToLower(address)
	h := r.holders[key]
	change(&h)
	r.holders[key] = h
	switch {
	case h.arriving && h.read:
		return &Clash{Address: address, ObjectID: h.objectID, Leaving: h.leaving}
	case h.twice:
		return &Clash{Address: address, Twice: true}
	default:
		return nil
	}
}
