package person

import (
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Limits of Graph's user and invitation.
// Source: https://learn.microsoft.com/graph/api/resources/user#properties.
const (
	maxOtherMails = 250
	maxSponsors   = 5
	maxPhone      = 64
	maxExtension  = 1024
)

var (
	guid          = regexp.MustCompile(`(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	extensionName = regexp.MustCompile(`^extensionAttribute([1-9]|1[0-5])$`)
)

const unmanaged = " Left out, it is not managed"

// Attributes returns the schema of Profile.
func Attributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"business_phone": optionalText(
			"Business telephone number, at most 64 characters. Graph: `businessPhones`, which holds one number."+unmanaged+"; `\"\"` clears it.",
			PlainText(0, maxPhone)),
		"employee_leave_date_time": optionalText(
			"When the person leaves the organisation, RFC 3339. Graph: `employeeLeaveDateTime`; an application needs `User-LifeCycleInfo.ReadWrite.All` besides the right to write users."+unmanaged+"; `\"\"` clears it.",
			Timestamp()),
		"user_type": optionalText(
			"`Guest` or `Member`. Graph: `userType`."+unmanaged+", and Graph makes a guest.",
			stringvalidator.OneOf("Guest", "Member")),
		"manager_id": optionalText(
			"Object id of the manager, a user of this tenant. Graph: `manager`."+unmanaged+"; `\"\"` removes the manager.",
			stringvalidator.Any(ObjectID(), stringvalidator.OneOf(""))),
		"account_enabled": schema.BoolAttribute{
			MarkdownDescription: "Whether the account can sign in. Graph: `accountEnabled`." + unmanaged + ".",
			Optional:            true,
			Computed:            true,
			PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		},
		"other_mails": schema.SetAttribute{
			MarkdownDescription: "Further e-mail addresses, at most 250. The person's own address is kept among them in Graph and not shown here. Graph: `otherMails`." + unmanaged + "; `[]` clears it.",
			ElementType:         types.StringType,
			Optional:            true,
			Computed:            true,
			PlanModifiers:       []planmodifier.Set{setplanmodifier.UseStateForUnknown()},
			Validators:          []validator.Set{setvalidator.SizeAtMost(maxOtherMails - 1), setvalidator.ValueStringsAre(Address())},
		},
		"sponsor_ids": schema.SetAttribute{
			MarkdownDescription: "Object ids of the users or groups who answer for the person, at most 5. Sent with the invitation. Graph: `sponsors`." + unmanaged + "; `[]` removes all.",
			ElementType:         types.StringType,
			Optional:            true,
			Computed:            true,
			PlanModifiers:       []planmodifier.Set{setplanmodifier.UseStateForUnknown()},
			Validators:          []validator.Set{setvalidator.SizeAtMost(maxSponsors), setvalidator.ValueStringsAre(ObjectID())},
		},
		"extension_attributes": schema.MapAttribute{
			MarkdownDescription: "Values by name, `extensionAttribute1` to `extensionAttribute15`, at most 1,024 characters each; names left out are not managed, `\"\"` clears. Graph: `onPremisesExtensionAttributes`.",
			ElementType:         types.StringType,
			Optional:            true,
			Computed:            true,
			PlanModifiers:       []planmodifier.Map{mapplanmodifier.UseStateForUnknown()},
			Validators: []validator.Map{
				mapvalidator.KeysAre(stringvalidator.RegexMatches(extensionName, "must be extensionAttribute1 to extensionAttribute15")),
				mapvalidator.ValueStringsAre(PlainText(0, maxExtension)),
			},
		},
	}
	for _, t := range texts {
		attributes[t.name] = t.attribute()
	}
	return attributes
}

func (t text) attribute() schema.StringAttribute {
	description := fmt.Sprintf("%s At most %d characters. Graph: `%s`.%s; `\"\"` clears it.", t.description, t.limit, t.property, unmanaged)
	least := 0
	if t.required {
		description = fmt.Sprintf("%s At most %d characters. Graph: `%s`, which cannot be cleared.%s.", t.description, t.limit, t.property, unmanaged)
		least = 1
	}
	validators := []validator.String{PlainText(least, t.limit)}
	switch t.name {
	case "usage_location":
		validators = []validator.String{CountryCode()}
	case "preferred_language":
		validators = append(validators, LanguageTag())
	}
	return optionalText(description, validators...)
}

func optionalText(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		Validators:          validators,
	}
}

// ObjectID validates a directory object id: a GUID.
func ObjectID() validator.String {
	return stringvalidator.RegexMatches(guid, "must be an object id: a GUID such as 00000000-0000-0000-0000-000000000000")
}

// IsObjectID reports whether text is a directory object id.
func IsObjectID(text string) bool { return guid.MatchString(text) }
