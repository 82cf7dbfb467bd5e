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
	leaving := func(r *Register) *Clash { return r.Leaving(t.Context(), ada) }
	arriving := func(r *Register) *Clash { return r.Arriving(t.Context(), Instance{Type: "kind", Address: upper}) }
	other := func(r *Register) *Clash {
		return r.Arriving(t.Context(), Instance{Type: "kind", Address: "bob@x.example"})
	}
	adopting := func(r *Register) *Clash {
		return r.Arriving(t.Context(), Instance{Type: "kind", Address: "alias@x.example", ObjectID: id})
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

// A login changes with the rule it is made by; the contact address tells who it is, and
// where there is none, the name.
func TestRegisterOfContacts(t *testing.T) {
	t.Parallel()
	const id, contact = "0001", "ada@home.example"
	type step func(*Register) *Clash
	ada := Instance{Type: "kind", Address: "ada@x.example", ObjectID: id, Contact: contact, Names: []string{"Ada Byron"}}
	other := Instance{Type: "kind", Address: "byron@x.example", ObjectID: "0002", Contact: contact}
	nameless := ada
	nameless.Contact = ""
	read := func(i Instance) step { return func(r *Register) *Clash { return r.Read(i) } }
	held := func(i Instance) step { return func(r *Register) *Clash { return r.Held(i) } }
	leaving := func(i Instance) step { return func(r *Register) *Clash { return r.Leaving(t.Context(), i) } }
	arriving := func(contact string, names ...string) step {
		return func(r *Register) *Clash {
			return r.Arriving(t.Context(), Instance{Type: "kind", Contact: contact, Names: names})
		}
	}
	moving := func(id string) step {
		return func(r *Register) *Clash { return r.Moving(Instance{Type: "kind", ObjectID: id, Contact: contact}) }
	}
	invited := func(r *Register) *Clash { return r.Arriving(t.Context(), Instance{Type: "guest", Address: contact}) }
	const again, twice, called = "Applied, it could delete", "in other_mails instead", "both are called"
	tests := map[string]struct {
		steps []step
		clash string
	}{
		"read, then created":     {[]step{read(ada), arriving("ADA@home.example")}, again},
		"leaving last":           {[]step{arriving(contact), leaving(ada)}, again},
		"created twice":          {[]step{arriving(contact), arriving(contact)}, twice},
		"brought by a change":    {[]step{held(ada), moving("0002")}, twice},
		"the same, moved first":  {[]step{moving("0002"), read(ada)}, twice},
		"two change to it":       {[]step{moving("0002"), moving("0003")}, twice},
		"put back":               {[]step{read(ada), moving(id), moving(id), held(ada)}, ""},
		"a guest of the address": {[]step{read(ada), invited}, ""},
		// Two accounts that are there already are two, and one of them may go.
		"two of one contact":     {[]step{read(ada), read(other), held(ada), leaving(other)}, ""},
		"one name, nothing else": {[]step{leaving(nameless), arriving("", "ada  byron")}, called},
		"the same, leaving last": {[]step{arriving("", "Ada Byron"), leaving(nameless)}, called},
		"one contact alone":      {[]step{leaving(ada), arriving("", "Ada Byron")}, called},
		"two contacts":           {[]step{leaving(ada), arriving("else@home.example", "Ada Byron")}, ""},
		"a namesake who stays":   {[]step{read(nameless), held(nameless), arriving("", "Ada Byron")}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			register := NewRegister()
			for i, step := range test.steps {
				clash, last := step(register), i == len(test.steps)-1
				switch {
				case (clash != nil) != (last && test.clash != ""):
					t.Fatalf("step %d: %v", i, clash)
				case clash != nil && !strings.Contains(clash.Error(), test.clash):
					t.Errorf("the clash says %v", clash)
				}
			}
		})
	}
}

// No moved block leads from one type of resource to another.
func TestClashOfTwoTypes(t *testing.T) {
	t.Parallel()
	register := NewRegister()
	if clash := register.Read(Instance{Type: "one", Address: "ada@x.example", ObjectID: "0001"}); clash != nil {
		t.Fatal(clash)
	}
	clash := register.Arriving(t.Context(), Instance{Type: "other", Address: "ada@x.example"})
	if clash == nil || strings.Contains(clash.Error(), "moved {") || !strings.Contains(clash.Error(), "from one to other") {
		t.Errorf("the clash says %v", clash)
	}
}
