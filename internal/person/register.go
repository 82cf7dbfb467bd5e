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
	holders map[string]*holder // by lower-case address and by object id
	written map[string]bool    // object ids this process has created, adopted or changed
}

type holder struct {
	objectID string
	read     int  // instances in the state that were refreshed
	held     bool // by an instance in the state
	kept     bool // by an instance in the state that is planned to stay
	arriving int  // instances planned that would create or adopt the person
	leaving  bool // planned to be destroyed
	// successors are instances planned for somebody else because this name is taken.
	successors int
}

// NewRegister returns an empty register.
func NewRegister() *Register {
	return &Register{holders: map[string]*holder{}, written: map[string]bool{}}
}

// Clash is one person in two instances.
type Clash struct {
	Address  string
	ObjectID string
	// Twice says that two instances would create or hold the person.
	Twice bool
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
		return fmt.Sprintf("Two resources are about %s. Keep one of them: remove the other with a removed block whose lifecycle says destroy = false.", who)
	}
	return fmt.Sprintf(`%s (object id %s) is in the state already, under another address or as an object to be replaced, and this plan would create the same person again. Applied, it could delete the person.

Most often a resource or a for_each key was renamed. Then tell Terraform, and nothing is sent:

  moved {
    from = entraguest_invitation.OLD_NAME["OLD_KEY"]
    to   = entraguest_invitation.NEW_NAME["NEW_KEY"]
  }

If the instance is tainted, run "terraform untaint" on it. If two resources describe the same person, remove one with a removed block whose lifecycle says destroy = false.`, who, c.ObjectID)
}

// Read notes that an instance in the state was refreshed and holds the person.
func (r *Register) Read(address, objectID string) *Clash {
	return r.note(address, objectID, func(h *holder) {
		h.read++
		h.held, h.objectID = true, objectID
	})
}

// Held notes that an instance in the state holds the person, refreshed or not, and is
// planned to stay.
func (r *Register) Held(address, objectID string) *Clash {
	return r.note(address, objectID, func(h *holder) { h.held, h.kept, h.objectID = true, true, objectID })
}

// Leaving notes that an instance that holds the person is planned to be destroyed.
func (r *Register) Leaving(address, objectID string) *Clash {
	return r.note(address, objectID, func(h *holder) {
		h.held, h.leaving, h.objectID = true, true, objectID
	})
}

// Arriving notes that an instance is planned that would create the person, or adopt the
// one with the object id, which may be "".
func (r *Register) Arriving(address, objectID string) *Clash {
	return r.note(address, objectID, func(h *holder) { h.arriving++ })
}

// Succeeding notes that an instance is planned under another name because somebody has
// this one. The two may be one person under a renamed key: when the holder leaves in the
// same plan, that is a clash.
func (r *Register) Succeeding(name string) *Clash {
	return r.note(name, "", func(h *holder) { h.successors++ })
}

// Moving notes that the holder of objectID is planned to move to the address: somebody
// else must neither hold it nor be about to get it.
func (r *Register) Moving(address, objectID string) *Clash {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := strings.ToLower(address)
	h := r.holders[key]
	if h == nil {
		h = &holder{}
		r.holders[key] = h
	}
	if h.arriving > 0 || h.held && !strings.EqualFold(h.objectID, objectID) {
		return &Clash{Address: address, ObjectID: h.objectID, Twice: true}
	}
	h.arriving++
	return nil
}

func (r *Register) note(address, objectID string, change func(*holder)) *Clash {
	r.mu.Lock()
	defer r.mu.Unlock()
	keys := []string{strings.ToLower(address)}
	if objectID != "" {
		keys = append(keys, strings.ToLower(objectID))
	}
	var clash *Clash
	for _, key := range keys {
		h := r.holders[key]
		if h == nil {
			h = &holder{}
			r.holders[key] = h
		}
		change(h)
		switch {
		case h.arriving > 0 && h.held, h.successors > 0 && h.leaving:
			clash = &Clash{Address: address, ObjectID: h.objectID}
		case h.arriving > 1, h.leaving && (h.read > 1 || h.kept):
			// The second: two instances in the state hold one person, and one of them goes.
			clash = &Clash{Address: address, ObjectID: h.objectID, Twice: true}
		}
	}
	return clash
}

// Wrote notes that this process has created, adopted or changed a person.
func (r *Register) Wrote(objectID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.written[strings.ToLower(objectID)] = true
}

// Written reports whether this process has created, adopted or changed a person. At
// apply, where a process knows nothing of the plan, it keeps one instance from deleting
// whom another has just taken over.
func (r *Register) Written(objectID string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.written[strings.ToLower(objectID)]
}
