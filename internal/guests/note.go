package guests

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// notes are what the private state keeps of everybody: the evidence by object id, so
// that it follows a person to another key.
type notes struct {
	// ReadAt is the time on Graph's clock of the last read, by which a plan judges expiry.
	ReadAt time.Time `json:"read_at,omitzero"`
	// Fresh says that the state was imported and not read yet.
	Fresh bool `json:"fresh,omitempty"`
	// People are by object id, in lower case.
	People map[string]note `json:"people"`
}

// note is what is kept of one person. What all have alike is left out: there are many.
type note struct {
	person.Evidence

	// Disabled says that the last read found the account disabled.
	Disabled bool `json:"disabled,omitempty"`
	// Plain says that the address in the entry is the only one known.
	Plain bool `json:"plain,omitempty"`
}

const notesKey = "guests"

// of fills in what is known of a guest.
func (n notes) of(g *guest) {
	id := strings.ToLower(g.ObjectID.ValueString())
	known := n.People[id]
	g.evidence, g.disabled = known.Evidence, known.Disabled
	g.evidence.ObjectID, g.evidence.ReadAt, g.evidence.Fresh = g.ObjectID.ValueString(), n.ReadAt, n.Fresh
	if known.Plain {
		g.evidence.Addresses = []string{strings.ToLower(g.entry.Email)}
	}
}

// noteOf is what is to be kept of a guest.
func noteOf(g *guest) note {
	kept := note{Evidence: g.evidence, Disabled: g.disabled}
	kept.ObjectID, kept.ReadAt, kept.Fresh = "", time.Time{}, false
	if slices.Equal(kept.Addresses, []string{strings.ToLower(g.entry.Email)}) {
		kept.Addresses, kept.Plain = nil, true
	}
	return kept
}

// takeNotes gathers what is to be kept of people.
func takeNotes(readAt time.Time, people map[string]*guest) notes {
	kept := notes{ReadAt: readAt, People: make(map[string]note, len(people))}
	for _, g := range people {
		if id := g.ObjectID.ValueString(); id != "" {
			kept.People[strings.ToLower(id)] = noteOf(g)
		}
	}
	return kept
}

// loadNotes reads the private state; ok is false when there is none.
func loadNotes(ctx context.Context, private interface {
	GetKey(context.Context, string) ([]byte, diag.Diagnostics)
},
) (n notes, ok bool, diags diag.Diagnostics) {
	data, diags := private.GetKey(ctx, notesKey)
	if diags.HasError() || len(data) == 0 {
		return notes{}, false, diags
	}
	if err := json.Unmarshal(data, &n); err != nil {
		diags.AddError("Private state cannot be read", fmt.Sprintf("The provider's private data about these guests is damaged: %v.", err))
		return notes{}, false, diags
	}
	return n, true, diags
}

// save writes the private state.
func (n notes) save(ctx context.Context, private interface {
	SetKey(context.Context, string, []byte) diag.Diagnostics
},
) diag.Diagnostics {
	data, err := json.Marshal(n)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Private state cannot be written", err.Error())}
	}
	return private.SetKey(ctx, notesKey, data)
}
