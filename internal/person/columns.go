package person

import (
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// Column is one attribute of a user as data sources show it.
type Column struct {
	Name      string
	Attribute schema.Attribute
	// Properties are what Graph has to be asked for.
	Properties []graph.Property
	// Show takes the value out of a user who was read with these.
	Show func(graph.User) attr.Value
	// Always marks the columns that cannot be left out, OnRequest those that are shown only
	// to whoever names them, because they need a further permission or further requests.
	Always, OnRequest bool
}

// Columns returns the attributes that all data sources show of a user: those of Profile,
// as Graph has them, and what Graph alone decides.
func Columns() []Column {
	columns := []Column{
		{
			Name: "object_id", Always: true, Attribute: computedText("Object id of the user, a GUID. Graph: `id`."),
			Show: func(u graph.User) attr.Value { return types.StringValue(u.ID) },
		},
		{
			Name: "user_principal_name", Always: true,
			Attribute: computedText("Name the user signs in with; of a guest, made from the invited address. Graph: `userPrincipalName`."),
			Show:      func(u graph.User) attr.Value { return shownText(&u.UserPrincipalName) },
		},
		textColumn("mail", "E-mail address. Graph: `mail`.", "mail", func(u graph.User) *string { return u.Mail }),
		textColumn("business_phone", "Business telephone number. Graph: `businessPhones`, which holds one number.", "businessPhones", func(u graph.User) *string {
			if len(u.BusinessPhones) == 0 {
				return nil
			}
			return &u.BusinessPhones[0]
		}),
		listColumn("other_mails", "Further e-mail addresses, sorted; of a guest, the invited one is mostly among them. Graph: `otherMails`.",
			graph.OtherMails, func(u graph.User) []string { return u.OtherMails }),
		listColumn("proxy_addresses", "Addresses of the mailbox, sorted, with the prefix `SMTP:` for the first and `smtp:` for further ones. Graph: `proxyAddresses`.",
			"proxyAddresses", func(u graph.User) []string { return u.ProxyAddresses }),
		{
			Name: "extension_attributes", Properties: []graph.Property{graph.ExtensionAttributes},
			Attribute: schema.MapAttribute{
				MarkdownDescription: "Values by name, `extensionAttribute1` to `extensionAttribute15`; names without a value are left out. Graph: `onPremisesExtensionAttributes`.",
				ElementType:         types.StringType, Computed: true,
			},
			Show: shownExtensions,
		},
		timeColumn("employee_leave_date_time", "When the person leaves the organisation, RFC 3339 in UTC. Reading it needs `User-LifeCycleInfo.Read.All`. Graph: `employeeLeaveDateTime`.",
			graph.EmployeeLeaveDateTime, func(u graph.User) *time.Time { return u.EmployeeLeaveDateTime }),
		flagColumn("account_enabled", "Whether the account can sign in. Graph: `accountEnabled`.", graph.AccountEnabled,
			func(u graph.User) *bool { return u.AccountEnabled }),
		textColumn("user_type", "`Guest` or `Member`. Graph: `userType`.", graph.UserType, func(u graph.User) *string { return u.UserType }),
		textColumn("creation_type", "How the account came to be: `Invitation` for most guests, null for accounts of the tenant's own and for guests of sharing links. Graph: `creationType`.",
			"creationType", func(u graph.User) *string { return u.CreationType }),
		{
			Name: "external", Properties: []graph.Property{"creationType"},
			Attribute: schema.BoolAttribute{
				MarkdownDescription: "Whether the person came by an invitation or a sharing link, as opposed to an account of this tenant. `user_type` does not tell: members can be external, and guests internal.",
				Computed:            true,
			},
			Show: func(u graph.User) attr.Value { return types.BoolValue(IsExternal(u)) },
		},
		textColumn("redemption_state", "`PendingAcceptance` or `Accepted`; null for accounts of the tenant's own and for some guests. Graph: `externalUserState`.",
			"externalUserState", func(u graph.User) *string { return u.ExternalUserState }),
		timeColumn("redemption_state_changed_at", "When `redemption_state` changed, RFC 3339 in UTC. Graph: `externalUserStateChangeDateTime`.",
			"externalUserStateChangeDateTime", func(u graph.User) *time.Time { return u.ExternalUserStateChangeDateTime }),
		timeColumn("created_at", "When the account was created, RFC 3339 in UTC. Graph: `createdDateTime`.",
			"createdDateTime", func(u graph.User) *time.Time { return u.CreatedDateTime }),
		{
			Name: "synchronised", Properties: []graph.Property{"onPremisesSyncEnabled"},
			Attribute: schema.BoolAttribute{MarkdownDescription: "Whether the account is synchronised from on premises. Graph: `onPremisesSyncEnabled`.", Computed: true},
			Show: func(u graph.User) attr.Value {
				return types.BoolValue(u.OnPremisesSyncEnabled != nil && *u.OnPremisesSyncEnabled)
			},
		},
		textColumn("mail_nickname", "Mail alias. Graph: `mailNickname`.", graph.MailNickname, func(u graph.User) *string { return u.MailNickname }),
	}
	for i := range columns {
		columns[i].Always = columns[i].Always || columns[i].Name == "mail"
		columns[i].OnRequest = columns[i].Name == "employee_leave_date_time"
	}
	for _, t := range texts {
		// What follows the first sentence is about writing.
		about, _, _ := strings.Cut(t.description, ". ")
		columns = append(columns, textColumn(t.name, strings.TrimSuffix(about, ".")+". Graph: `"+string(t.property)+"`.", t.property,
			func(u graph.User) *string { return *t.graph(&u) }))
	}
	return columns
}

// ManagerID is the name of the column of managers.
const ManagerID = "manager_id"

// ManagerColumn returns the column of the managers, whom Graph does not show together with
// their people: managers leads from object ids, in lower case, to those of the managers, and
// may be filled later.
func ManagerColumn(managers map[string]string) Column {
	return Column{
		Name: ManagerID, OnRequest: true,
		Attribute: computedText("Object id of the manager; null when there is none, and unless `attributes` asks for it, because it takes a request for 300 people. Graph: `manager`."),
		Show: func(u graph.User) attr.Value {
			manager := managers[strings.ToLower(u.ID)]
			return shownText(&manager)
		},
	}
}

// IDs returns the object ids of users.
func IDs(users []graph.User) []string {
	ids := make([]string, len(users))
	for i, user := range users {
		ids[i] = user.ID
	}
	return ids
}

func computedText(description string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

func textColumn(name, description string, property graph.Property, of func(graph.User) *string) Column {
	return Column{
		Name: name, Attribute: computedText(description), Properties: []graph.Property{property},
		Show: func(u graph.User) attr.Value { return shownText(of(u)) },
	}
}

func timeColumn(name, description string, property graph.Property, of func(graph.User) *time.Time) Column {
	return Column{
		Name: name, Attribute: computedText(description), Properties: []graph.Property{property},
		Show: func(u graph.User) attr.Value { return ShownTime(of(u)) },
	}
}

func flagColumn(name, description string, property graph.Property, of func(graph.User) *bool) Column {
	return Column{
		Name: name, Attribute: schema.BoolAttribute{MarkdownDescription: description, Computed: true}, Properties: []graph.Property{property},
		Show: func(u graph.User) attr.Value { return types.BoolPointerValue(of(u)) },
	}
}

func listColumn(name, description string, property graph.Property, of func(graph.User) []string) Column {
	return Column{
		Name:       name,
		Attribute:  schema.ListAttribute{MarkdownDescription: description, ElementType: types.StringType, Computed: true},
		Properties: []graph.Property{property},
		Show:       func(u graph.User) attr.Value { return ShownList(of(u)) },
	}
}

// shownText shows no text as null, like the resources.
func shownText(text *string) types.String {
	if text == nil || *text == "" {
		return types.StringNull()
	}
	return types.StringValue(*text)
}

// ShownTime shows a time as data sources do: RFC 3339 in UTC, null for none.
func ShownTime(at *time.Time) types.String {
	if at == nil || at.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(at.UTC().Format(time.RFC3339))
}

// ShownList shows texts as data sources do: sorted.
func ShownList(texts []string) types.List {
	values := make([]attr.Value, 0, len(texts))
	for _, text := range slices.Sorted(slices.Values(texts)) {
		values = append(values, types.StringValue(text))
	}
	return types.ListValueMust(types.StringType, values)
}

func shownExtensions(u graph.User) attr.Value {
	values := map[string]attr.Value{}
	for name, value := range u.ExtensionAttributes {
		if value != nil && *value != "" {
			values[name] = types.StringValue(*value)
		}
	}
	return types.MapValueMust(types.StringType, values)
}
