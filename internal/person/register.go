package person

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/entraguest/terraform-provider-entraguest/internal/walk"
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
	holders map[mark]*holder
	names   map[string]*namesakes // by lower-case name
	written map[string]bool       // object ids this process has created, adopted or changed
	deposed map[string]bool       // object ids of instances that have a successor already
}

// Instance is one instance of a resource, and what tells whom it is about.
type Instance struct {
	// Type is the resource type.
	Type string
	// Address is the address or user principal name that names the person, and ObjectID
	// whom it is about; "" while that is not known.
	Address, ObjectID string
	// Contact is the address at which somebody is reached who signs in by another name, or
	// "". Like Address it leads to one person: a login changes with its rule, and the
	// contact stays.
	Contact string
	// Names are what the person is called. Several people may share one.
	Names []string
}

// mark is an address, object id or contact address, in lower case, which leads to one
// person. The contact address of one may be the address of another, who is a guest.
type mark struct {
	text    string
	contact bool
}

func (i Instance) marks() []mark {
	all := []mark{{strings.ToLower(i.Address), false}, {strings.ToLower(i.ObjectID), false}, {strings.ToLower(i.Contact), true}}
	return slices.DeleteFunc(all, func(m mark) bool { return m.text == "" })
}

type holder struct {
	by       Instance // the last one known to hold the person
	comes    Instance // the last one that would create or adopt the person
	read     int      // instances in the state that were refreshed
	held     bool     // by an instance in the state
	kept     bool     // by an instance in the state that is planned to stay
	arriving int      // instances planned that would create or adopt the person
	leaving  bool     // planned to be destroyed
	moves    int      // instances in the state planned to get the person's address
	mover    Instance // the last one of them
	// successors are instances planned for somebody else because this name is taken.
	successors int
}

// clash reports one person in two instances, or nil. Two accounts with one contact
// address that are in the state already are two all the same, and one of them may go.
func (h *holder) clash(m mark) *Clash {
	found := &Clash{Held: h.by, Coming: h.comes, byContact: m.contact}
	switch {
	case h.moves > 0 && (h.moves > 1 || h.arriving > 0 || h.held && !strings.EqualFold(h.by.ObjectID, h.mover.ObjectID)):
		found.Coming, found.Twice = h.mover, true
	case h.arriving > 0 && h.held, h.successors > 0 && h.leaving:
	case h.arriving > 1, !m.contact && h.leaving && (h.read > 1 || h.kept):
		// The second: two instances in the state hold one person, and one of them goes.
		found.Twice = true
	default:
		return nil
	}
	return found
}

// namesakes are the instances that come and go under one name.
type namesakes struct{ coming, leaving []Instance }

// clash reports somebody who goes and somebody who comes under one name, where nothing
// tells them apart.
func (n *namesakes) clash(name string) *Clash {
	for _, coming := range n.coming {
		for _, leaving := range n.leaving {
			if coming.Contact == "" || leaving.Contact == "" || strings.EqualFold(coming.Contact, leaving.Contact) {
				return &Clash{Held: leaving, Coming: coming, name: name}
			}
		}
	}
	return nil
}

// NewRegister returns an empty register.
func NewRegister() *Register {
	return &Register{holders: map[mark]*holder{}, names: map[string]*namesakes{}, written: map[string]bool{}, deposed: map[string]bool{}}
}

// Read notes that an instance in the state was refreshed and holds the person.
func (r *Register) Read(i Instance) *Clash {
	return r.note(i, func(h *holder) { h.held, h.by, h.read = true, i, h.read+1 })
}

// Held notes that an instance in the state holds the person, refreshed or not, and is
// planned to stay.
func (r *Register) Held(i Instance) *Clash {
	return r.note(i, func(h *holder) { h.held, h.by, h.kept = true, i, true })
}

// Leaving notes that an instance that holds the person is planned to be destroyed.
func (r *Register) Leaving(ctx context.Context, i Instance) *Clash {
	clash := r.note(i, func(h *holder) { h.held, h.by, h.leaving = true, i, true })
	if clash != nil && clash.Twice {
		walk.Twin(ctx)
	}
	if other := r.called(i, func(n *namesakes) { n.leaving = append(n.leaving, i) }); clash == nil {
		return other
	}
	return clash
}

// Arriving notes that an instance is planned that would create the person, or adopt the
// one with the object id.
func (r *Register) Arriving(ctx context.Context, i Instance) *Clash {
	clash := r.note(i, func(h *holder) { h.comes, h.arriving = i, h.arriving+1 })
	if other := r.called(i, func(n *namesakes) { n.coming = append(n.coming, i) }); clash == nil {
		clash = other
	}
	switch {
	case clash == nil:
	case clash.Twice:
		walk.Twin(ctx)
	default:
		walk.Held(ctx)
	}
	return clash
}

// Succeeding notes that an instance is planned under another name because somebody has
// this one. The two may be one person under a renamed key: when the holder leaves in the
// same plan, that is a clash.
func (r *Register) Succeeding(i Instance) *Clash {
	return r.note(i, func(h *holder) { h.comes, h.successors = i, h.successors+1 })
}

// Moving notes that the holder of the object id is planned to move to the address, or to
// the contact address: somebody else must neither hold it nor be about to get it.
func (r *Register) Moving(i Instance) *Clash {
	return r.note(Instance{Address: i.Address, Contact: i.Contact}, func(h *holder) {
		if !strings.EqualFold(h.mover.ObjectID, i.ObjectID) {
			h.moves++
		}
		h.mover = i
	})
}

func (r *Register) note(i Instance, change func(*holder)) *Clash {
	r.mu.Lock()
	defer r.mu.Unlock()
	var clash *Clash
	for _, m := range i.marks() {
		h := r.holders[m]
		if h == nil {
			h = &holder{}
			r.holders[m] = h
		}
		change(h)
		if found := h.clash(m); clash == nil {
			clash = found
		}
	}
	return clash
}

func (r *Register) called(i Instance, change func(*namesakes)) *Clash {
	r.mu.Lock()
	defer r.mu.Unlock()
	var clash *Clash
	for _, name := range i.Names {
		key := strings.ToLower(strings.Join(strings.Fields(name), " "))
		n := r.names[key]
		if n == nil {
			n = &namesakes{}
			r.names[key] = n
		}
		change(n)
		if found := n.clash(name); clash == nil {
			clash = found
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

// Depose notes that the instance of a person has a successor, made before it goes.
func (r *Register) Depose(objectID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deposed[strings.ToLower(objectID)] = true
}

// Deposed reports whether the instance of a person has a successor.
func (r *Register) Deposed(objectID string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.deposed[strings.ToLower(objectID)]
}
