package invitation

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

const description = "Invites a person as a guest of the tenant, keeps the profile as written down, shows whether the invitation was accepted, and lets the person go again.\n\n" +
	"No change of an attribute ever replaces the person, and a forced replacement is refused at plan. " +
	"Destroying the resource deletes a person it has invited and disables everybody else, unless `on_destroy` says otherwise."

// Schema describes the resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := person.Attributes()
	maps.Copy(attributes, account.Attributes(ctx, words))
	maps.Copy(attributes, map[string]schema.Attribute{
		"email": schema.StringAttribute{
			MarkdownDescription: "E-mail address to invite, the account the person signs in with at home. Upper and lower case make no difference. Changing it moves the same person to the new address: the old one leaves mail and other mails, and the person has to accept again. With `welcome_email`, change its `trigger` in the same change: that mail carries the new link. Graph: `invitedUserEmailAddress`.",
			Required:            true,
			Validators:          []validator.String{person.Address()},
		},
		"redirect_url": schema.StringAttribute{
			MarkdownDescription: "Where the person lands after accepting: an http or https URL. Default: `redirect_url` of the provider, else the tenant's My Apps page. A change is used by the next invitation and sends nothing. Graph: `inviteRedirectUrl`.",
			Optional:            true,
			Computed:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			Validators:          []validator.String{person.WebAddress()},
		},
		"send_invitation_message": schema.BoolAttribute{
			MarkdownDescription: "Whether Microsoft mails the invitation. Default: `true`, and `false` with `welcome_email`, so that nobody is mailed twice. Nobody who is taken over or restored is mailed: the value then counts for a later invitation, of a move or of `resend_trigger`. With `false`, hand `redeem_url` over yourself. A change sends nothing. Graph: `sendInvitationMessage`.",
			Optional:            true,
			Computed:            true,
		},
		"message": messageAttribute(),
		"existing_user": schema.StringAttribute{
			MarkdownDescription: "What to do when a guest with this address is there already: `adopt` takes the person over, changing only what is written down and mailing nobody, `error` fails the plan. Default: `adopt`.",
			Optional:            true,
			Computed:            true,
			Default:             stringdefault.StaticString(existingAdopt),
			Validators:          []validator.String{stringvalidator.OneOf(existingAdopt, existingError)},
		},
		"existing_user_id": schema.StringAttribute{
			MarkdownDescription: "Object id of the guest to take over, where the address leads to nobody for certain: to several guests, or only to somebody's other mails. Used when the resource is created.",
			Optional:            true,
			Validators:          []validator.String{person.ObjectID()},
		},
		"restore_deleted": schema.BoolAttribute{
			MarkdownDescription: "Whether a deleted guest with this address is restored, with the old memberships and licences, instead of invited anew. Default: `false`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"allow_move": schema.BoolAttribute{
			MarkdownDescription: "Whether a person whom this resource did not invite may be moved to another `email`. Default: `false`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"resend_trigger": schema.StringAttribute{
			MarkdownDescription: "Any text; changing it sends the invitation again while it is pending, and renews `redeem_url`. With `welcome_email`, change `welcome_email.trigger` instead: that mail carries a new link. An adoption and the first apply after an import only record it.",
			Optional:            true,
			Validators:          []validator.String{person.PlainText(1, account.MaxNote)},
		},
		"accept_by": schema.StringAttribute{
			MarkdownDescription: "Until when the invitation has to be accepted, RFC 3339. Still pending then, the guest counts as expired.",
			Optional:            true,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1), person.Timestamp()},
		},
		"redeem_url": schema.StringAttribute{
			MarkdownDescription: "Link with which the person accepts the invitation; whoever has it can accept. Null once accepted, after an import, because Graph shows it only once, and with `welcome_email`, which carries it. Graph: `inviteRedeemUrl`.",
			Computed:            true,
			Sensitive:           true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
	})
	for name, text := range computedTexts {
		attributes[name] = schema.StringAttribute{
			MarkdownDescription: text,
			Computed:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		}
	}
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: attributes}
}

// words complete the descriptions of what all resources about an account have.
var words = account.Words{
	Making:        "inviting and completing the profile",
	Made:          "invited",
	Expiry:        "When the person's time ends, RFC 3339. The first apply afterwards disables the account; nothing happens by itself, so schedule one. The guest's sessions cannot be revoked from this tenant. A later date enables what expiry has disabled. Not together with `account_enabled = true`.",
	Expired:       "Whether the person's time is over, by Graph's clock at the last refresh: `expires_at` has passed, or `accept_by` has and the invitation is pending.",
	Origin:        "How the person came here: `invited` by this resource, `adopted` because the person was in the directory already, `restored` from the deleted items, or `imported`. It decides what `on_destroy = \"auto\"` does.",
	Name:          "email",
	PrincipalName: "Sign-in name in this tenant, usually with `#EXT#`. Graph: `userPrincipalName`.",
	Audience:      mail.Guests,
}

// computedTexts are the attributes that only Graph, or the provider, sets.
var computedTexts = map[string]string{
	"invitation_id":               "Id of the last invitation this resource has sent, a GUID; null after an import.",
	"redemption_state":            "`PendingAcceptance` until the person accepts, then `Accepted`; null for guests who came by other ways. Graph: `externalUserState`.",
	"redemption_state_changed_at": "When `redemption_state` changed, RFC 3339 in UTC. Graph: `externalUserStateChangeDateTime`.",
	"invited_at":                  "When this resource has sent the last invitation, RFC 3339 in UTC on Graph's clock; null after an import.",
}

func messageAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Shapes the mail Microsoft sends. A change sends nothing. Graph: `invitedUserMessageInfo`.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"body": schema.StringAttribute{
				MarkdownDescription: "Text of the mail, instead of Microsoft's. **Microsoft leaves it out when an application invites, not a person.** Not together with `language`. Graph: `customizedMessageBody`.",
				Optional:            true,
				Validators:          []validator.String{person.MessageText()},
			},
			"language": schema.StringAttribute{
				MarkdownDescription: "Language of Microsoft's text as a tag such as `de-DE`. Default: `en-US`. Graph: `messageLanguage`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1), person.LanguageTag()},
			},
			"cc_recipients": schema.ListAttribute{
				MarkdownDescription: "Address that receives a copy; Graph mails one at most. Graph: `ccRecipients`.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.List{listvalidator.SizeAtMost(1), listvalidator.ValueStringsAre(person.Address())},
			},
		},
	}
}
