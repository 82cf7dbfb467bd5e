package acceptance

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Import is terraform import: it finds an object by an id, refreshes it and keeps it
// under an address.
func (w *Workspace) Import(ctx context.Context, name, id string) Diagnostics {
	provider, diags := w.open(ctx)
	if diags.failed() {
		return diags
	}
	answer, err := provider.server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: w.Type, ID: id})
	if err != nil {
		diags.fail("The provider did not answer", "%v", err)
		return diags
	}
	diags.add(answer.Diagnostics)
	if !diags.failed() && len(answer.ImportedResources) != 1 {
		diags.fail(InvalidObject, "an import of %d objects", len(answer.ImportedResources))
	}
	if diags.failed() {
		return diags
	}
	found := answer.ImportedResources[0]
	object, more := provider.refresh(ctx, Object{Value: provider.decode(found.State, &diags), Private: found.Private, Identity: found.Identity})
	if diags = append(diags, more...); !diags.failed() {
		w.State[name] = object
	}
	return diags
}
