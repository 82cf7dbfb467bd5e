package mail

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Status is what became of the last welcome mail.
type Status string

// The values of welcome_email_status.
const (
	// None: no mail was due.
	None Status = "none"
	// Pending: a mail is due and was not tried.
	Pending Status = "pending"
	// Accepted: Exchange has taken it, or is assumed to have.
	Accepted Status = "accepted"
	// Failed: it was tried, and Exchange has not taken it.
	Failed Status = "failed"
)

// Value is the status as an attribute.
func (s Status) Value() types.String { return types.StringValue(string(s)) }

// Open reports whether a mail is still due.
func (s Status) Open() bool { return s == Pending || s == Failed }

// Change is what the plan, and later the update, knows about the attribute.
type Change struct {
	// Before and After are welcome_email in state and plan.
	Before, After types.Object
	// Status is welcome_email_status in the state, null in a new resource.
	Status types.String
	// Creates says that the resource makes the person: not for those who are adopted,
	// restored or imported.
	Creates bool
	// Quiet says that this is the first apply after an import.
	Quiet bool
}

// Due decides whether a mail goes. In the plan, a status that is due is unknown; at
// apply everything is known, and the answer is the same.
//
// A mail goes when the person is made, when an earlier one is open, and when trigger
// changes in a block that was there before. Nothing else sends one: not adding, editing
// or removing the block, not an adoption, and not the first apply after an import.
func (c Change) Due(ctx context.Context) (due bool, planned types.String, diags diag.Diagnostics) {
	status := Status(c.Status.ValueString())
	if c.Status.IsNull() || c.Status.IsUnknown() {
		status = None
	}
	if c.After.IsUnknown() {
		return false, types.StringUnknown(), nil
	}
	after, diags := Read(ctx, c.After)
	if diags.HasError() {
		return false, types.StringUnknown(), diags
	}
	if after == nil {
		if status.Open() {
			// Whoever removes the block no longer wants the mail.
			status = None
		}
		return false, status.Value(), diags
	}
	if c.Creates || status.Open() {
		return true, types.StringUnknown(), diags
	}
	before, more := Read(ctx, c.Before)
	diags.Append(more...)
	if before == nil || c.Quiet || after.Trigger.IsNull() {
		return false, status.Value(), diags
	}
	if after.Trigger.IsUnknown() {
		return false, types.StringUnknown(), diags
	}
	if !before.Trigger.Equal(after.Trigger) {
		return true, types.StringUnknown(), diags
	}
	return false, status.Value(), diags
}
