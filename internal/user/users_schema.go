package user

import (
	"context"
	"maps"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// domainName is a domain, without what a filter or an address would take for its own.
var domainName = regexp.MustCompile(`^[^\s@'"]+\.[^\s@'"]+$`)

const manyDescription = "Users and guests of the tenant: those named by object id, e-mail address or user principal name, those who meet criteria, or the former as far as they meet the latter.\n\n" +
	"`object_ids`, `emails` and `user_principal_names` are added up; everybody they name is found once. " +
	"The criteria (`user_type`, `redemption_state`, `email_domain`, `company_name`, `account_enabled`, `created_after`, `created_before`, `last_sign_in_before`, `member_of`, `filter`) all have to be met, also by those who are named. " +
	"An argument that is an empty list names nobody. At least one argument is required."

// Schema describes the data source.
func (d *ManyDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	roll := rollOfUsers(nil)
	attributes := map[string]schema.Attribute{
		"object_ids": list("Object ids, GUIDs. Order and duplicates are ignored.", person.ObjectID()),
		"emails": list("E-mail addresses, in any spelling of case: of those who have them in `mail`, else in a proxy address or among their other mails. "+
			"An address of several people is an error. Order and duplicates are ignored; 3,000 addresses take 10 requests.", person.PlainText(1, maxAddress)),
		"user_principal_names": list("User principal names, in any spelling of case. Order and duplicates are ignored.", person.PlainText(1, maxAddress)),
		"ignore_missing": schema.BoolAttribute{
			MarkdownDescription: "Whether entries of `object_ids`, `emails` and `user_principal_names` that lead to nobody are left out, instead of being an error that names them. Default: `false`.",
			Optional:            true,
		},
		"user_type":        criterion("`Guest` or `Member`. Graph: `userType`.", stringvalidator.OneOf("Guest", "Member")),
		"redemption_state": criterion("`PendingAcceptance` or `Accepted`. Graph: `externalUserState`.", stringvalidator.OneOf("PendingAcceptance", "Accepted")),
		"email_domain":     criterion("Domain of `mail`, such as `fabrikam.com`, without its subdomains.", person.PlainText(1, 253), stringvalidator.RegexMatches(domainName, "must be a domain such as fabrikam.com")),
		"company_name":     criterion("Company, in any spelling of case. Graph: `companyName`.", person.PlainText(1, 64)),
		"account_enabled": schema.BoolAttribute{
			MarkdownDescription: "Whether the account can sign in. Graph: `accountEnabled`.", Optional: true,
		},
		"created_after":  criterion("Accounts created at this time or later, RFC 3339. Graph: `createdDateTime`.", timeRules()...),
		"created_before": criterion("Accounts created before this time, RFC 3339. Graph: `createdDateTime`.", timeRules()...),
		"last_sign_in_before": criterion("Accounts that have not signed in, in whatever way, at this time or later, RFC 3339. Who has never signed in is one of them: "+
			"combine it with `created_before` to spare those just invited. Needs `AuditLog.Read.All` and a licence of Entra ID P1; Graph serves 500 users in a request and ten requests a minute. "+
			"A time made by `plantimestamp()` is known at plan, one by `timestamp()` is not. Graph: `signInActivity`.", timeRules()...),
		"member_of": criterion("Object id of a group whose direct members they are, a GUID. A list of members that may be incomplete is an error.", person.ObjectID()),
		"filter": criterion("A further condition in Graph's own words (OData), such as `startsWith(jobTitle,'Eng')`; advanced queries are allowed. "+
			"A condition on `signInActivity` reaches Graph alone, and the rest is checked afterwards.", stringvalidator.LengthAtLeast(1)),
		"attributes": roll.Attribute(),
		"tenant_id":  session.TenantAttribute(),
		"timeouts":   timeoutsAttribute(ctx),
	}
	maps.Copy(attributes, roll.Outputs("users", "The users found; `last_sign_in_at` says when each last signed in, in whatever way (null for never, and unless `attributes` or `last_sign_in_before` asks for it), `manager_id` who manages each (null for nobody, and unless `attributes` asks for it, because it takes a request for 300 people)"))
	resp.Schema = schema.Schema{MarkdownDescription: manyDescription, Attributes: attributes}
}

func list(description string, rule validator.String) schema.Attribute {
	return schema.ListAttribute{
		MarkdownDescription: description, ElementType: types.StringType, Optional: true,
		Validators: []validator.List{listvalidator.ValueStringsAre(rule)},
	}
}

func criterion(description string, rules ...validator.String) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: rules}
}

func timeRules() []validator.String {
	return []validator.String{person.Timestamp(), stringvalidator.LengthAtLeast(1)}
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.AttributesWithOpts(ctx, timeouts.Opts{
		ReadDescription: "How long the search may take, as a duration such as `90s` or `10m`. Default: `5m`, and `1h` where sign-ins are read.",
	})
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "How long the operations may take."
		return nested
	}
	return attribute
}

// ConfigValidators demand that somebody is asked for.
func (d *ManyDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	var expressions []path.Expression
	for _, name := range append(keyLists(), "user_type", "redemption_state", "email_domain", "company_name", "account_enabled",
		"created_after", "created_before", "last_sign_in_before", "member_of", "filter") {
		expressions = append(expressions, path.MatchRoot(name))
	}
	return []datasource.ConfigValidator{datasourcevalidator.AtLeastOneOf(expressions...)}
}
