package account

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// MaxNote is how long a justification or a trigger may be, in characters.
const MaxNote = 1024

// Words complete the descriptions of Attributes.
type Words struct {
	// Making is what creating does: "inviting and completing the profile".
	Making string
	// Made is how the resource brings people: "invited".
	Made string
	// Expiry says what a passed date does.
	Expiry, Expired string
	// Origin explains the values of origin.
	Origin string
	// Name is the attribute that names the person.
	Name string
	// PrincipalName explains user_principal_name.
	PrincipalName string
	// Audience is who gets the welcome mail.
	Audience mail.Audience
}

// Attributes returns the schema of Record.
func Attributes(ctx context.Context, words Words) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"justification": schema.StringAttribute{
			MarkdownDescription: "Who asked for the person and why, such as a ticket number, at most 1,024 characters. Kept in the state and shown in the plan; not sent to Graph.",
			Optional:            true,
			Validators:          []validator.String{person.PlainText(1, MaxNote)},
		},
		"on_destroy": schema.StringAttribute{
			MarkdownDescription: "What happens to the person when the resource is destroyed: `auto` deletes whom this resource has " + words.Made + " and disables everybody else, `delete` moves to the deleted items for 30 days, `purge` deletes for good (only whom this resource has " + words.Made + "), `disable` sets `account_enabled` to false, `keep` changes nothing. Default: `on_destroy` of the provider, else `auto`. " +
				"**The value in the state counts: apply a change before you remove the resource.**",
			Optional:   true,
			Computed:   true,
			Validators: []validator.String{stringvalidator.OneOf(person.OnDestroyValues...)},
		},
		"expires_at": schema.StringAttribute{
			MarkdownDescription: words.Expiry,
			Optional:            true,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1), person.Timestamp()},
		},
		"timeouts":             timeoutsAttribute(ctx, words.Making),
		mail.AttributeName:     mail.Attribute(words.Audience),
		"welcome_email_status": mail.StatusAttribute(),
		"object_id":            computedText("Object id of the person, a GUID. It never changes. Graph: `id`."),
		"tenant_id":            computedText("Id of the tenant the account is in, a GUID."),
		"name":                 computedText("The same as `" + words.Name + "`, so that every change in a plan says whose it is: Terraform shows `name` also where it stays."),
		"user_principal_name":  computedText(words.PrincipalName),
		"created_at":           computedText("When the person was created in the directory, RFC 3339 in UTC; known from the first refresh after creation on. Graph: `createdDateTime`."),
		"origin":               computedText(words.Origin),
		"expired":              computedFlag(words.Expired),
		"complete": computedFlag("Whether everything written down has reached the directory. `false` when the person was " + words.Made +
			" and a later step failed: creating never fails then, because Terraform would destroy the person in the next apply. Turn it into a failed run with a `postcondition`; the next apply finishes the work."),
	}
}

func computedText(description string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

func computedFlag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
	}
}

func timeoutsAttribute(ctx context.Context, making string) schema.Attribute {
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, Read: true, Update: true, Delete: true,
		CreateDescription: timeoutDescription(making),
		ReadDescription:   timeoutDescription("reading the person"),
		UpdateDescription: timeoutDescription("changing the person"),
		DeleteDescription: timeoutDescription("letting the person go"),
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

// IdentitySchema describes what tells one account from another.
func (k *Keeper) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"tenant_id": identityschema.StringAttribute{
				Description:       "Id of the tenant, a GUID. At import it may be left out.",
				OptionalForImport: true,
			},
			"object_id": identityschema.StringAttribute{
				Description:       "Object id of the person, a GUID.",
				RequiredForImport: true,
			},
		},
	}
}
