package specialist

import (
	"context"

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
		// What the state alone tells: Graph has answered the creation with a new account.
		evidence = person.Evidence{ObjectID: state.ObjectID.ValueString(), Proven: true, Quiet: !state.From().Own()}
	}
	r.LetGo(ctx, account.Farewell{
		Subject: state.subject(), Evidence: evidence, Known: known,
		Tell: func(evidence person.Evidence) diag.Diagnostics { return evidence.Save(ctx, resp.Private) },
	}, &resp.Diagnostics)
}
