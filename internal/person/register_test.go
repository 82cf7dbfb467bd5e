package person

import (
	"strings"
	"testing"
)

func TestRegister(t *testing.T) {
	t.Parallel()
	const address, upper, id = "ada@x.example", "ADA@X.example", "0001"
	ada := Instance{Type: "kind", Address: address, ObjectID: id}
	type step func(*Register) *Clash
	read := func(r *Register) *Clash { return r.Read(ada) }
	held := func(r *Register) *Clash { return r.Held(ada) }
	leaving := func(r *Register) *Clash { return r.Leaving(ada) }
	arriving := func(r *Register) *Clash { return r.Arriving(Instance{Type: "kind", Address: upper}) }
	other := func(r *Register) *Clash { return r.Arriving(Instance{Type: "kind", Address: "bob@x.example"}) }
	adopting := func(r *Register) *Clash {
		return r.Arriving(Instance{Type: "kind", Address: "alias@x.example", ObjectID: id})
	}
	tests := map[string]struct {
		steps []step
		clash bool
		twice bool
	}{
		"refreshed, then planned":         {steps: []step{read, held}},
		"a second alias of a held person": {steps: []step{read, adopting}, clash: true},
		"the same, adopted first":         {steps: []step{adopting, leaving}, clash: true},
		"two instances, one is destroyed": {steps: []step{read, read, leaving}, clash: true, twice: true},
		"two instances, both stay":        {steps: []step{read, read, held, held}},
		"two, not read, one is destroyed": {steps: []step{held, leaving}, clash: true, twice: true},
		"the same, destroyed first":       {steps: []step{leaving, held}, clash: true, twice: true},
		"read, then destroyed":            {steps: []step{read, leaving}},
		"somebody else arrives":           {steps: []step{read, leaving, other}},
		"created once":                    {steps: []step{arriving}},
		"renamed, create planned":         {steps: []step{read, arriving}, clash: true},
		"renamed, destroy planned":        {steps: []step{arriving, leaving}, clash: true},
		"tainted":                         {steps: []step{read, arriving}, clash: true},
		"two resources, one person":       {steps: []step{arriving, arriving}, clash: true, twice: true},
		"read after the create":           {steps: []step{arriving, read}, clash: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			register := NewRegister()
			var clash *Clash
			for i, step := range test.steps {
				if clash = step(register); clash != nil && i < len(test.steps)-1 {
					t.Fatalf("step %d: %v", i, clash)
				}
			}
			if (clash != nil) != test.clash {
				t.Fatalf("clash %v, want %t", clash, test.clash)
			}
			if clash == nil {
				return
			}
			if clash.Twice != test.twice || !strings.Contains(clash.Error(), "@") {
				t.Errorf("clash %+v: %v", clash, clash)
			}
			if !clash.Twice && (!strings.Contains(clash.Error(), id) || !strings.Contains(clash.Error(), "from = kind.OLD_NAME")) {
				t.Errorf("the clash names neither the person nor the cure: %v", clash)
			}
		})
	}
}

// A login changes with the rule it is made by; the contact address tells who it is.
func TestRegisterOfContacts(t *testing.T) {
	t.Parallel()
	const id, contact = "0001", "ada@home.example"
	ada := Instance{Type: "kind", Address: "ada@x.example", ObjectID: id, Contact: contact, Names: []string{"Ada Byron"}}
	nameless := Instance{Type: "kind", Address: "ada@x.example", ObjectID: id, Names: []string{"Ada Byron"}}
	arrival := func(contact string, names ...string) Instance {
		return Instance{Type: "kind", Contact: contact, Names: names}
	}
	tests := map[string]struct {
		steps func(*Register) *Clash
		clash string
	}{
		"read, then created": {func(r *Register) *Clash { r.Read(ada); return r.Arriving(arrival("ADA@home.example")) }, "Applied, it could delete"},
		"leaving last":       {func(r *Register) *Clash { r.Arriving(arrival(contact)); return r.Leaving(ada) }, "Applied, it could delete"},
		"created twice":      {func(r *Register) *Clash { r.Arriving(arrival(contact)); return r.Arriving(arrival(contact)) }, "in other_mails instead"},
		"brought by a change": {func(r *Register) *Clash {
			r.Held(ada)
			return r.Moving(Instance{Type: "kind", ObjectID: "0002", Contact: contact})
		}, "in other_mails instead"},
		"the same, moved first": {func(r *Register) *Clash {
			r.Moving(Instance{Type: "kind", ObjectID: "0002", Contact: contact})
			return r.Read(ada)
		}, "in other_mails instead"},
		"put back": {func(r *Register) *Clash {
			r.Read(ada)
			r.Moving(Instance{Type: "kind", ObjectID: id, Contact: contact})
			return r.Held(ada)
		}, ""},
		"a guest of that address": {func(r *Register) *Clash { r.Read(ada); return r.Arriving(Instance{Type: "guest", Address: contact}) }, ""},
		// Two accounts that are there already are two, and one of them may go.
		"two of one contact": {func(r *Register) *Clash {
			r.Read(ada)
			other := Instance{Type: "kind", Address: "byron@x.example", ObjectID: "0002", Contact: contact}
			r.Read(other)
			r.Held(ada)
			return r.Leaving(other)
		}, ""},
		"one name, nothing else": {func(r *Register) *Clash { r.Leaving(nameless); return r.Arriving(arrival("", "ada  byron")) }, "both are called"},
		"the same, leaving last": {func(r *Register) *Clash { r.Arriving(arrival("", "Ada Byron")); return r.Leaving(nameless) }, "both are called"},
		"one contact alone":      {func(r *Register) *Clash { r.Leaving(ada); return r.Arriving(arrival("", "Ada Byron")) }, "both are called"},
		"two contacts":           {func(r *Register) *Clash { r.Leaving(ada); return r.Arriving(arrival("else@home.example", "Ada Byron")) }, ""},
		"a namesake who stays": {func(r *Register) *Clash {
			r.Read(nameless)
			r.Held(nameless)
			return r.Arriving(arrival("", "Ada Byron"))
		}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clash := test.steps(NewRegister())
			switch {
			case (clash != nil) != (test.clash != ""):
				t.Errorf("clash %v", clash)
			case clash != nil && !strings.Contains(clash.Error(), test.clash):
				t.Errorf("the clash says %v", clash)
			}
		})
	}
}

// No moved block leads from one type of resource to another.
func TestClashOfTwoTypes(t *testing.T) {
	t.Parallel()
	register := NewRegister()
	register.Read(Instance{Type: "one", Address: "ada@x.example", ObjectID: "0001"})
	clash := register.Arriving(Instance{Type: "other", Address: "ada@x.example"})
	if clash == nil || strings.Contains(clash.Error(), "moved {") || !strings.Contains(clash.Error(), "from one to other") {
		t.Errorf("the clash says %v", clash)
	}
}
