package membership

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

const description = "One person, or a group or service principal, directly in one group, optionally until a date.\n\n" +
	"Somebody who is in the group already is taken over, and destroying the resource takes the person out of the group; the person stays. " +
	"Groups with a dynamic membership, synchronised and mail-enabled ones are refused at plan. " +
	"Members of `protected_group_id` can be put into other groups and taken out of them, but who is in the protected group itself is never changed."

// Schema describes the resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: map[string]schema.Attribute{
		"group_id": schema.StringAttribute{
			MarkdownDescription: "Object id of the group, a GUID. Another group means another membership: the resource is replaced.",
			Required:            true,
			PlanModifiers:       []planmodifier.String{Replaces("Another group is another membership.")},
			Validators:          []validator.String{person.ObjectID()},
		},
		"member_id": schema.StringAttribute{
			MarkdownDescription: "Object id of the user, group or service principal, a GUID. Another one means another membership: the resource is replaced.",
			Required:            true,
			PlanModifiers:       []planmodifier.String{Replaces("Another person is another membership.")},
			Validators:          []validator.String{person.ObjectID()},
		},
		"expires_at": schema.StringAttribute{
			MarkdownDescription: "When the membership ends, a time of RFC 3339 such as `2027-01-31T00:00:00Z`. The first apply after it takes the person out of the group; a later date puts the person back. It takes effect with an apply, not by itself. Default: never.",
			Optional:            true,
			Validators:          []validator.String{person.Timestamp()},
		},
		"allow_role_assignable": schema.BoolAttribute{
			MarkdownDescription: "Whether the group may be one to which directory roles can be assigned. Default: `false`. Graph: `isAssignableToRole`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"active": schema.BoolAttribute{
			MarkdownDescription: "Whether the person is in the group. `false` when the membership has expired, or when Graph did not say whether the person came in: creating does not fail then, and the next apply tries again. Turn the latter into a failed run with a `postcondition`.",
			Computed:            true,
			PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		},
		"expired": schema.BoolAttribute{
			MarkdownDescription: "Whether `expires_at` has passed, on Graph's clock at the last refresh.",
			Computed:            true,
			PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		},
		"tenant_id": schema.StringAttribute{
			MarkdownDescription: "Id of the tenant the group is in, a GUID.",
			Computed:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"timeouts": Timeouts(ctx, "10m"),
	}}
}

// Replaces makes another object id a replacement; another spelling of the same is none.
func Replaces(text string) planmodifier.String {
	return stringplanmodifier.RequiresReplaceIf(func(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
		resp.RequiresReplace = req.PlanValue.IsUnknown() || !strings.EqualFold(req.PlanValue.ValueString(), req.StateValue.ValueString())
	}, text, text)
}

// Timeouts is the attribute of the same name; writes is the default of what changes a group.
func Timeouts(ctx context.Context, writes string) schema.Attribute {
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, Read: true, Update: true, Delete: true,
		CreateDescription: timeoutDescription("adding, waiting for a fresh group or person included,", writes),
		ReadDescription:   timeoutDescription("looking who is in the group", "5m"),
		UpdateDescription: timeoutDescription("adding and removing", writes),
		DeleteDescription: timeoutDescription("removing", writes),
	})
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "How long the operations may take."
		return nested
	}
	return attribute
}

func timeoutDescription(of, otherwise string) string {
	return "How long " + of + " may take, as a duration such as `90s` or `10m`. Default: `" + otherwise + "`."
}

// IdentitySchema describes what tells one membership from another.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"tenant_id": identityschema.StringAttribute{
				Description:       "Id of the tenant, a GUID. At import it may be left out.",
				OptionalForImport: true,
			},
			"group_id": identityschema.StringAttribute{
				Description:       "Object id of the group, a GUID.",
				RequiredForImport: true,
			},
			"member_id": identityschema.StringAttribute{
				Description:       "Object id of the user, group or service principal, a GUID.",
				RequiredForImport: true,
			},
		},
	}
}
