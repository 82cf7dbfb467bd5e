package photo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// record is what the private state keeps about a photo.
type record struct {
	// UserID is whose photo the instance holds. A plan that has it but no prior state is
	// a replacement.
	UserID string `json:"user_id"`
	// WrittenAt is the time on Graph's clock of the last write: what is read before a
	// few minutes have passed may be older.
	WrittenAt time.Time `json:"written_at,omitzero"`
	// ETag is that of the photo this resource has written; "" until a read has seen it.
	// It is provisional for some minutes after the write.
	ETag string `json:"etag,omitempty"`
	// Before is the etag there was before the last write: a read that shows it, soon
	// after, has met a replica that lags.
	Before string `json:"before,omitempty"`
	// Nothing says that this resource has no photo in the directory, because the user to
	// copy from has none.
	Nothing bool `json:"nothing,omitempty"`
	// SourceCopied is the source's etag of what was copied, SourceSeen the one the last
	// refresh saw; "" for no photo.
	SourceCopied string `json:"source_copied,omitempty"`
	SourceSeen   string `json:"source_seen,omitempty"`
}

const recordKey = "photo"

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
		diags.AddError("Private state cannot be read", fmt.Sprintf("The provider's private data about this photo is damaged: %v.", err))
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

// drifted reports whether the etag in the state is not that of what was written.
func (rec record) drifted(etag string) bool {
	return rec.ETag != "" && etag != "" && etag != rec.ETag
}

// stale reports whether a read soon after a write shows what was there before it.
func (rec record) stale(etag string) bool {
	return rec.Before != "" && etag == rec.Before && etag != rec.ETag
}
