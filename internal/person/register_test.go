package person

import (
	"strings"
	"testing"
)

func TestRegister(t *testing.T) {
	t.Parallel()
	const address, upper, id = "ada@x.example", "ADA@X.example", "0001"
	type step func(*Register) *Clash
	read := func(r *Register) *Clash { return r.Read(address, id) }
	held := func(r *Register) *Clash { return r.Held(address, id) }
	leaving := func(r *Register) *Clash { return r.Leaving(address, id) }
	arriving := func(r *Register) *Clash { return r.Arriving(upper, "") }
	other := func(r *Register) *Clash { return r.Arriving("bob@x.example", "") }
	adopting := func(r *Register) *Clash { return r.Arriving("alias@x.example", id) }
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
			if !clash.Twice && (!strings.Contains(clash.Error(), id) || !strings.Contains(clash.Error(), "moved {")) {
				t.Errorf("the clash names neither the person nor the cure: %v", clash)
			}
		})
	}
}
