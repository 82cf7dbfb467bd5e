package invitation

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Delete lets the person go as on_destroy in the state says.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	evidence, known, diags := person.LoadEvidence(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	timeout, diags := state.Timeouts.Delete(ctx, session.DefaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := session.Deadline(ctx, timeout)
	defer cancel()
	if !known {
		evidence = state.evidence()
	}
	r.LetGo(ctx, account.Farewell{
		Subject: state.subject(), Evidence: evidence, Known: known,
		Tell: func(evidence person.Evidence) diag.Diagnostics { return evidence.Save(ctx, resp.Private) },
	}, &resp.Diagnostics)
}

// evidence is what the state alone tells of the person.
func (m *model) evidence() person.Evidence {
	// Only a person who was invited has the time; the zero time it is otherwise.
	sentAt, _ := time.Parse(time.RFC3339, m.InvitedAt.ValueString())
	return person.Evidence{ObjectID: m.ObjectID.ValueString(), SentAt: sentAt, Quiet: m.From() != person.Invited}
}
