package report

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/boolvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

const description = "The guests of the tenant, or the people of a group, in numbers, and as a report that can be shown: Markdown with charts that GitHub and GitLab draw in a pull request, a self-contained page with charts, search and sorting, or CSV.\n\n" +
	"A guest is everybody whose user type is `Guest`, and everybody who was invited, whatever the user type. 20,000 guests take about 20 requests. " +
	"The same data on the same day (`as_of`) gives the same report.\n\n" +
	"What is rendered is sensitive, because it can hold personal data, and so that a plan does not print it: write it with `local_sensitive_file`. Data sources are kept in the state, so the people are there as well when `include_people` is set."

// Schema describes the data source.
func (d *DataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := arguments(ctx)
	for name, text := range map[string]string{
		"total":           "People in the report.",
		"enabled":         "People whose accounts can be used. Graph: `accountEnabled`.",
		"disabled":        "People whose accounts are blocked.",
		"pending_longer":  "People who have not accepted an invitation of more than `pending_days` days ago.",
		"without_sponsor": "People without a sponsor. Graph: `sponsors`.",
		"never_signed_in": "People without any sign-in, those who have not accepted yet left out; null without `include_sign_in_activity`.",
		"inactive":        "People who have not signed in for more than `inactive_days` days, in whatever way, but have before; null without `include_sign_in_activity`. Graph: `signInActivity`.",
		"expiring":        "People whose date in `expires_at` is the day of the report or one of the `expiring_days` days after it; null without `expires_at`.",
		"expired":         "People whose date in `expires_at` is before the day of the report; null without `expires_at`.",
	} {
		attributes[name] = schema.Int64Attribute{MarkdownDescription: text, Computed: true}
	}
	for name, text := range map[string]string{
		"by_redemption_state": "People by redemption state, `Accepted`, `PendingAcceptance`, or empty where Graph records none. Graph: `externalUserState`.",
		"by_domain":           "People by the domain of the e-mail address, in lower case, empty where there is no address.",
		"by_company":          "People by company, in the commonest spelling, empty where none is given. Graph: `companyName`.",
	} {
		attributes[name] = tallies(text+" The largest come first, those of one size in the order of their names.", "name", "What the people have in common.")
	}
	attributes["invited_per_month"] = tallies("People by the month they were invited or their accounts were made in, in UTC: every month from the first to that of the report. Graph: `createdDateTime`.", "month", "The month, such as `2026-01`.")
	for name, text := range map[string]string{
		"markdown": "The report in Markdown: tables, and charts in Mermaid. Numbers only, unless `include_people` is set. Null when `formats` leaves it out.",
		"html":     "The report as one page, in HTML, that asks for nothing else: with charts, for light and dark screens, phones and paper, and with a table that can be searched and sorted when `include_people` is set. Null when `formats` leaves it out.",
		"csv":      "The report in CSV of RFC 4180, UTF-8: one record for each person when `include_people` is set, one for each number otherwise. Cells that a spreadsheet could take for a formula begin with an apostrophe. Null when `formats` leaves it out.",
	} {
		attributes[name] = schema.StringAttribute{MarkdownDescription: text, Computed: true, Sensitive: true}
	}
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: attributes}
}

func arguments(ctx context.Context) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"tenant_id": session.TenantAttribute(),
		"member_of": schema.StringAttribute{
			MarkdownDescription: "Object id of a group, a GUID: the report is about the users in it, guests or not, such as specialists. Their sponsors take a request for 300 people more, their sign-ins one for 15. Default: all guests of the tenant.",
			Optional:            true,
			Validators:          []validator.String{person.ObjectID()},
		},
		"transitive": schema.BoolAttribute{
			MarkdownDescription: "Whether the people of groups in the group count as well. Default: `false`.",
			Optional:            true,
			Validators:          []validator.Bool{boolvalidator.AlsoRequires(path.MatchRoot("member_of"))},
		},
		"title": schema.StringAttribute{
			MarkdownDescription: "Heading of what is rendered, 1 to 100 characters. Default: `" + defaultTitle + "`.",
			Optional:            true,
			Validators:          []validator.String{person.PlainText(1, 100)},
		},
		"as_of": schema.StringAttribute{
			MarkdownDescription: "The day that ages are measured at, such as `2026-01-31`; it changes nothing about who is counted. Default: today, in UTC.",
			Optional:            true,
			Computed:            true,
			Validators:          []validator.String{calendarDay{}},
		},
		"pending_days":  days64("After how many days an invitation that is not accepted counts as pending too long.", defaultPendingDays),
		"inactive_days": days64("After how many days without a sign-in a person counts as inactive.", defaultInactiveDays),
		"expiring_days": days64("How many days before the date in `expires_at` a person counts as expiring.", defaultExpiringDays),
		"expires_at": schema.MapAttribute{
			MarkdownDescription: "When people are to go: object id to a time of RFC 3339. Null is no date, and people who are not in the report are ignored, so `{ for g in entraguest_invitation.guest : g.object_id => g.expires_at }` fits. Default: nothing is known about it.",
			ElementType:         types.StringType,
			Optional:            true,
			Validators:          []validator.Map{mapvalidator.KeysAre(person.ObjectID()), mapvalidator.ValueStringsAre(person.Timestamp())},
		},
		"include_people": schema.BoolAttribute{
			MarkdownDescription: "Whether what is rendered lists the people, with name, address, company, state and dates. Default: `false`, numbers only.",
			Optional:            true,
		},
		"include_sign_in_activity": schema.BoolAttribute{
			MarkdownDescription: "Whether it is read when people signed in. It needs `AuditLog.Read.All` and a licence of Entra ID P1. Graph answers ten such requests a minute, of 500 guests each, or 15 people of a group, and the provider keeps to that: 20,000 guests take about four minutes. The log (`TF_LOG=INFO`) shows the progress. Default: `false`.",
			Optional:            true,
		},
		"formats": schema.ListAttribute{
			MarkdownDescription: "What is rendered: `markdown`, `html`, `csv`; an empty list renders nothing. Default: `[\"markdown\"]`.",
			ElementType:         types.StringType,
			Optional:            true,
			Validators: []validator.List{
				listvalidator.UniqueValues(), listvalidator.NoNullValues(),
				listvalidator.ValueStringsAre(stringvalidator.OneOf(string(Markdown), string(HTML), string(CSV))),
			},
		},
		"timeouts": timeoutsAttribute(ctx),
	}
}

// mostDays is a hundred years.
const mostDays = 36525

func days64(text string, otherwise int) schema.Attribute {
	return schema.Int64Attribute{
		MarkdownDescription: fmt.Sprintf("%s Default: `%d`.", text, otherwise),
		Optional:            true,
		Validators:          []validator.Int64{int64validator.Between(0, mostDays)},
	}
}

func tallies(text, name, nameText string) schema.Attribute {
	return schema.ListNestedAttribute{
		MarkdownDescription: text,
		Computed:            true,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			name:    schema.StringAttribute{MarkdownDescription: nameText, Computed: true},
			"count": schema.Int64Attribute{MarkdownDescription: "How many people.", Computed: true},
		}},
	}
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.AttributesWithOpts(ctx, timeouts.Opts{
		ReadDescription: "How long reading may take, as a duration such as `90s` or `10m`. Default: `5m`, and `1h` with `include_sign_in_activity`.",
	})
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "How long the operations may take."
		return nested
	}
	return attribute
}
