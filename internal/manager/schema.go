package manager

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/entraguest/terraform-provider-entraguest/internal/membership"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

const description = "The manager of a user or guest.\n\n" +
	"`manager_id` of `entraguest_invitation` and `entraguest_specialist_user` does the same; use this resource where the manager comes from the same `for_each`, whose instances cannot refer to each other, " +
	"and not both for one person. A manager who is there already is replaced, and destroying the resource leaves the user without a manager."

// Schema describes the resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: map[string]schema.Attribute{
		"user_id": schema.StringAttribute{
			MarkdownDescription: "Object id of the user, a GUID. Another user means another manager to look after: the resource is replaced.",
			Required:            true,
			PlanModifiers:       []planmodifier.String{membership.Replaces("Another user has another manager.")},
			Validators:          []validator.String{person.ObjectID()},
		},
		"manager_id": schema.StringAttribute{
			MarkdownDescription: "Object id of the manager, a user of this tenant, a GUID. A change is made in place. Graph: `manager`.",
			Required:            true,
			Validators:          []validator.String{person.ObjectID()},
		},
		"tenant_id": schema.StringAttribute{
			MarkdownDescription: "Id of the tenant the user is in, a GUID.",
			Computed:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"timeouts": timeoutsAttribute(ctx),
	}}
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, Read: true, Update: true, Delete: true,
		CreateDescription: timeoutDescription("setting the manager, waiting for fresh accounts included,"),
		ReadDescription:   timeoutDescription("reading the manager"),
		UpdateDescription: timeoutDescription("changing the manager"),
		DeleteDescription: timeoutDescription("removing the manager"),
	})
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "How long the operations may take."
		return nested
	}
	return attribute
}

func timeoutDescription(of string) string {
	return "How long " + of + " may take, as a duration such as `90s` or `10m`. Default: `5m`."
}

// IdentitySchema describes what tells one user's manager from another's.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"tenant_id": identityschema.StringAttribute{
				Description:       "Id of the tenant, a GUID. At import it may be left out.",
				OptionalForImport: true,
			},
			"user_id": identityschema.StringAttribute{
				Description:       "Object id of the user, a GUID.",
				RequiredForImport: true,
			},
		},
	}
}
