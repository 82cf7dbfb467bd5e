package memberships

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// record is what the private state keeps about the memberships of a group.
type record struct {
	// GroupID is whose memberships the instance holds. A plan that has it but no prior
	// state is a replacement.
	GroupID string `json:"group_id"`
	// WrittenAt is the time on Graph's clock of the last write: what is read before a few
	// minutes have passed may be older.
	WrittenAt time.Time `json:"written_at,omitzero"`
	// ReadAt is the time on Graph's clock of the last refresh.
	ReadAt time.Time `json:"read_at,omitzero"`
	// Removed are those taken out by the last write.
	Removed []string `json:"removed,omitempty"`
	// Waiting are those who have left the list and are still in the group, because no plan
	// has shown yet that they go.
	Waiting []string `json:"waiting,omitempty"`
	// Failed are those whom the last write could not put in.
	Failed []string `json:"failed,omitempty"`
	// Strangers are those in the state whom an exclusive read has found: nobody has asked
	// for them.
	Strangers []string `json:"strangers,omitempty"`
	// Imported says that the state was imported and nothing was applied since: switching
	// exclusive off then forgets who is not listed.
	Imported bool `json:"imported,omitempty"`
}

const recordKey = "memberships"

// loadRecord reads the record from private state; ok is false when there is none.
func loadRecord(ctx context.Context, private interface {
	GetKey(context.Context, string) ([]byte, diag.Diagnostics)
},
) (rec record, ok bool, diags diag.Diagnostics) {
	data, diags := private.GetKey(ctx, recordKey)
	if diags.HasError() || len(data) == 0 {
		return record{}, false, diags
	}
	if err := json.Unmarshal(data, &rec); err != nil {
		diags.AddError("Private state cannot be read", fmt.Sprintf("The provider's private data about these memberships is damaged: %v.", err))
		return record{}, false, diags
	}
	return rec, true, diags
}

// keeper is where private state is written.
type keeper interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// save writes the record to private state.
func (rec record) save(ctx context.Context, private keeper) diag.Diagnostics {
	data, err := json.Marshal(rec)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Private state cannot be written", err.Error())}
	}
	return private.SetKey(ctx, recordKey, data)
}

// forget removes the record, which outlives a state that a read has dropped.
func forget(ctx context.Context, private keeper) diag.Diagnostics {
	return private.SetKey(ctx, recordKey, nil)
}
