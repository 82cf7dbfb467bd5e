package specialist

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/principalname"
)

const description = "A temporary member account of the tenant for an external specialist: with a user principal name by rule, a password nobody has to see, a date at which the account is disabled, and the licences that groups have brought.\n\n" +
	"No change of an attribute ever replaces the account, and a forced replacement is refused at plan. " +
	"Destroying the resource deletes an account it has created and disables every other, unless `on_destroy` says otherwise."

// words complete the descriptions of what all resources about an account have.
var words = account.Words{
	Making:        "creating and completing the account",
	Made:          "created",
	Expiry:        "When the specialist's time ends, RFC 3339. The first apply afterwards disables the account and revokes its sessions; nothing happens by itself, so schedule one. A later date enables what expiry has disabled. Not together with `account_enabled = true`.",
	Expired:       "Whether the specialist's time is over, by Graph's clock at the last refresh.",
	Origin:        "How the account came here: `created` by this resource, or `imported`. It decides what `on_destroy = \"auto\"` does.",
	Audience:      mail.Specialists,
	Name:          "user_principal_name",
	PrincipalName: "Name the specialist signs in with. Left out, it is made once, from `given_name`, `surname`, `domain` and the rule of prefix, suffix and transliteration, and shown at plan; a later change of name does not rename the login. Written out, a change renames it in place. Graph: `userPrincipalName`.",
}

// Schema describes the resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := person.Attributes()
	for name, text := range map[string]string{
		"display_name": "Name shown in the address book, at most 256 characters. Graph: `displayName`, which cannot be cleared. Left out, it is made from `given_name` and `surname` at creation, and not managed afterwards.",
		"user_type":    "`Member` or `Guest`. Graph: `userType`. Left out, a `Member` is created, and it is not managed afterwards.",
		"manager_id":   "Object id of the manager, a user of this tenant. Graph: `manager`. Left out, it is not managed; `\"\"` removes the manager.",
	} {
		if attribute, ok := attributes[name].(schema.StringAttribute); ok {
			attribute.MarkdownDescription = text
			attributes[name] = attribute
		}
	}
	for name, text := range map[string]string{
		"other_mails": "Further e-mail addresses, at most 250. `contact_email` is kept among them in Graph and not shown here. Graph: `otherMails`. Left out, it is not managed; `[]` clears it.",
		"sponsor_ids": "Object ids of the users or groups who answer for the person, at most 5. Graph: `sponsors`. Left out, it is not managed; `[]` removes all.",
	} {
		if attribute, ok := attributes[name].(schema.SetAttribute); ok {
			attribute.MarkdownDescription = text
			attributes[name] = attribute
		}
	}
	shared := account.Attributes(ctx, words)
	if name, ok := shared["user_principal_name"].(schema.StringAttribute); ok {
		name.Optional = true
		name.Validators = []validator.String{principalname.Validator()}
		shared["user_principal_name"] = name
	}
	maps.Copy(attributes, shared)
	maps.Copy(attributes, namingAttributes())
	maps.Copy(attributes, passwordAttributes())
	maps.Copy(attributes, map[string]schema.Attribute{
		"contact_email": schema.StringAttribute{
			MarkdownDescription: "E-mail address outside the tenant at which the specialist is reached. Kept among the other mails in Graph, without touching the rest: a change replaces the old address there. It tells people apart besides the login, so two specialists of one configuration cannot share one. Left out, it is not managed; `\"\"` takes it out of the other mails.",
			Optional:            true,
			Computed:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			Validators:          []validator.String{person.Contact()},
		},
		"allow_privileged": schema.BoolAttribute{
			MarkdownDescription: "Whether an imported account may hold a directory role. Where roles can be read, the first plan after the import fails otherwise. Default: `false`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"license_assignments": licensesAttribute(),
	})
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: attributes}
}

func namingAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"domain": schema.StringAttribute{
			MarkdownDescription: "Verified domain of the tenant on which the user principal name is made, such as `contoso.com`. A change renames the login to the new domain, keeping what is before the @. Left out, `user_principal_name` has to be written out.",
			Optional:            true,
			Computed:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"user_principal_name_prefix": schema.StringAttribute{
			MarkdownDescription: "What the made user principal name begins with, such as `ext-`. Used when the account is created. Default: that of the provider.",
			Optional:            true,
			Validators:          []validator.String{principalname.AffixValidator()},
		},
		"user_principal_name_suffix": schema.StringAttribute{
			MarkdownDescription: "What the part before the @ of the made user principal name ends with. Used when the account is created. Default: that of the provider.",
			Optional:            true,
			Validators:          []validator.String{principalname.AffixValidator()},
		},
		"transliteration": schema.StringAttribute{
			MarkdownDescription: "How letters beyond a to z are written in the made user principal name: `\"\"` takes accents away (ä as a), `de` writes ä as ae. Used when the account is created. Default: that of the provider, else `\"\"`.",
			Optional:            true,
			Validators:          []validator.String{stringvalidator.OneOf(principalname.Transliterations()...)},
		},
		"on_conflict": schema.StringAttribute{
			MarkdownDescription: "What to do when somebody else has the made user principal name: `error` fails the plan and names the holder, `suffix` takes the first free of `name2`, `name3`, … and shows it at plan. Two new specialists of one plan that arrive at one name are an error in any case. Default: `error`.",
			Optional:            true,
			Computed:            true,
			Default:             stringdefault.StaticString(conflictError),
			Validators:          []validator.String{stringvalidator.OneOf(conflictError, conflictSuffix)},
		},
		"mail_nickname": schema.StringAttribute{
			MarkdownDescription: "Mail alias, at most 64 characters. Left out, the part before the @ of the user principal name at creation, and not managed afterwards. Graph: `mailNickname`.",
			Optional:            true,
			Computed:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			Validators:          []validator.String{mailNickname()},
		},
	}
}

func passwordAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"password_wo": schema.StringAttribute{
			MarkdownDescription: "First password. Write-only: it is in no plan and no state, and needs Terraform 1.11 or later. Left out, a strong one is made that nobody sees. Graph: `passwordProfile`.",
			Optional:            true,
			Sensitive:           true,
			WriteOnly:           true,
			Validators:          []validator.String{stringvalidator.LengthBetween(8, 256)},
		},
		"password_wo_version": schema.Int64Attribute{
			MarkdownDescription: "Any number; changing it sets `password_wo`, or a new one that nobody sees. The first apply after an import only records it.",
			Optional:            true,
		},
		"force_change_password_next_sign_in": schema.BoolAttribute{
			MarkdownDescription: "Whether the specialist has to choose another password at the first sign-in after one was set. A change is used with the next password. Default: `true`. Graph: `forceChangePasswordNextSignIn`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(true),
		},
		"revoke_sessions_on_rotation": schema.BoolAttribute{
			MarkdownDescription: "Whether setting another password, by `password_wo_version` or with a welcome mail that carries one, also ends the sessions of the account, within minutes. Default: `false`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"temporary_access_pass": schema.SingleNestedAttribute{
			MarkdownDescription: "Makes a Temporary Access Pass for the welcome mail, which carries it as `{{temporary_access_pass}}`; nobody else sees it. With it the specialist signs in without a password, and registers a method of signing in. A new one is made for every mail. The authentication methods policy of the tenant has to allow it. Needs `UserAuthMethod-TAP.ReadWrite.All`. Graph: `temporaryAccessPassAuthenticationMethod`.",
			Optional:            true,
			Attributes: map[string]schema.Attribute{
				"lifetime_in_minutes": schema.Int64Attribute{
					MarkdownDescription: "How long the pass is valid, in minutes, 10 to 43,200, within the tenant's policy. Default: that of the policy. Graph: `lifetimeInMinutes`.",
					Optional:            true,
					Validators:          []validator.Int64{int64validator.Between(10, 43200)},
				},
				"usable_once": schema.BoolAttribute{
					MarkdownDescription: "Whether the pass is valid for one sign-in only. Default: that of the policy, which may demand it. Graph: `isUsableOnce`.",
					Optional:            true,
				},
				"start_at": schema.StringAttribute{
					MarkdownDescription: "From when the pass is valid, RFC 3339; a time that has passed means at once. Default: at once. Graph: `startDateTime`.",
					Optional:            true,
					Validators:          []validator.String{stringvalidator.LengthAtLeast(1), person.Timestamp()},
				},
			},
		},
	}
}

func licensesAttribute() schema.Attribute {
	members := map[string]schema.Attribute{}
	for name, text := range person.LicenseDescriptions {
		members[name] = schema.StringAttribute{MarkdownDescription: text, Computed: true}
	}
	return schema.ListNestedAttribute{
		MarkdownDescription: "Licences of the account and what came of them, sorted by `sku_id`; known from the first refresh after creation on. A licence by a group takes Entra some minutes. Graph: `licenseAssignmentStates`.",
		Computed:            true,
		PlanModifiers:       []planmodifier.List{listplanmodifier.UseStateForUnknown()},
		NestedObject:        schema.NestedAttributeObject{Attributes: members},
	}
}
