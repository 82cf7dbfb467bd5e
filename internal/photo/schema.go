package photo

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

const description = "The profile photo of a user or guest, from bytes, from a file, or copied from a user of another tenant.\n\n" +
	"The picture is a JPEG or PNG of at most 10 MB and 50 megapixels. It is turned upright, scaled to at most 648 pixels, and sent as a JPEG of at most 100 KB without metadata. " +
	"A photo that is there already is replaced, and destroying the resource removes the photo."

// Schema describes the resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: map[string]schema.Attribute{
		"user_id": schema.StringAttribute{
			MarkdownDescription: "Object id of the user, a GUID. Another user means another photo: the resource is replaced.",
			Required:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplaceIf(anotherUser, anotherUserText, anotherUserText)},
			Validators:          []validator.String{person.ObjectID()},
		},
		"content_base64": schema.StringAttribute{
			MarkdownDescription: "The picture in base64, such as `filebase64(\"ada.jpg\")`. It is kept in the state; `source` and `copy_from` are not. Exactly one of `content_base64`, `source` and `copy_from` is required.",
			Optional:            true,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1), base64Text{}},
		},
		"source": schema.StringAttribute{
			MarkdownDescription: "Path of a file with the picture. It is read at plan and, if it has changed, at apply; it has to be there at both.",
			Optional:            true,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"copy_from": schema.SingleNestedAttribute{
			MarkdownDescription: "The user whose photo is copied. Each refresh compares the media etag; the photo is downloaded at apply, and only when it has changed. A user without a photo is no error: nothing is copied, and what was copied before is removed.",
			Optional:            true,
			Attributes: map[string]schema.Attribute{
				"tenant_id": schema.StringAttribute{
					MarkdownDescription: "Id of the user's tenant, a GUID listed in `source_tenant_ids` of the provider. Default: the tenant the provider is signed in to.",
					Optional:            true,
					Validators:          []validator.String{person.ObjectID()},
				},
				"user_id": schema.StringAttribute{
					MarkdownDescription: "Object id of the user there, a GUID.",
					Required:            true,
					Validators:          []validator.String{person.ObjectID()},
				},
			},
		},
		"content_sha256": schema.StringAttribute{
			MarkdownDescription: "SHA-256 of the picture as given, in hexadecimal digits; null after an import, and when the user to copy from has no photo. Graph encodes photos anew, so this is not the hash of what it shows.",
			Computed:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"etag": schema.StringAttribute{
			MarkdownDescription: "Media etag by which a photo that was changed outside is noticed; null until Graph shows what was sent. A change outside within five minutes after a change of this resource is taken for its own. Graph: `@odata.mediaEtag`.",
			Computed:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"tenant_id": schema.StringAttribute{
			MarkdownDescription: "Id of the tenant the user is in, a GUID.",
			Computed:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"complete": schema.BoolAttribute{
			MarkdownDescription: "Whether the photo has reached the directory. `false` when Graph did not take it within the timeout, as for some minutes after an account was created: creating does not fail then. Turn it into a failed run with a `postcondition`; the next apply sends the photo again.",
			Computed:            true,
			PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		},
		"timeouts": timeoutsAttribute(ctx),
	}}
}

const anotherUserText = "Another user is another photo."

// anotherUser tells another user from another spelling of the same id.
func anotherUser(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = req.PlanValue.IsUnknown() || !strings.EqualFold(req.PlanValue.ValueString(), req.StateValue.ValueString())
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, Read: true, Update: true, Delete: true,
		CreateDescription: timeoutDescription("setting the photo, waiting for a fresh account included,", "10m"),
		ReadDescription:   timeoutDescription("comparing the photo", "5m"),
		UpdateDescription: timeoutDescription("changing the photo", "10m"),
		DeleteDescription: timeoutDescription("removing the photo", "5m"),
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

// IdentitySchema describes what tells one photo from another.
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
