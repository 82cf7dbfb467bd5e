package session

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

const tenantID = "tenant_id"

// TenantAttribute is the argument by which a data source reads another tenant.
func TenantAttribute() schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: "Id of the tenant that is read, a GUID: the one the provider is signed in to, or one of its `source_tenant_ids`. Default: the one it is signed in to.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{person.ObjectID()},
	}
}

// Reading returns the client of the tenant that a data source reads, given by the argument
// of TenantAttribute, and the tenant's id. It reports why there is none.
func (d *DataSource) Reading(ctx context.Context, tenant types.String, diags *diag.Diagnostics) (client *graph.Client, id string, ok bool) {
	if !d.Session.Ready() {
		var unknown []string
		if d.Session != nil {
			unknown = d.Session.Unknown
		}
		diags.AddError("Provider arguments are known only after apply",
			fmt.Sprintf("Nothing can be read before the provider can sign in, and %s known only after apply. Give the provider arguments whose values are known at plan.", isAre(unknown)))
		return nil, "", false
	}
	identity, err := d.Session.Identity(ctx)
	if err != nil {
		diags.Append(diagnostic.Error("Signing in failed", err))
		return nil, "", false
	}
	client, err = d.Session.In(tenant.ValueString())
	if err != nil {
		if _, unlisted := errors.AsType[*UnlistedTenant](err); unlisted {
			diags.AddAttributeError(path.Root(tenantID), "This tenant cannot be read", err.Error())
		} else {
			diags.Append(diagnostic.Error("This tenant cannot be read", err))
		}
		return nil, "", false
	}
	if tenant.ValueString() == "" {
		return client, identity.TenantID, true
	}
	return client, tenant.ValueString(), true
}
