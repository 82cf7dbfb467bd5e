package person

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// Difference is what has to be written to bring a person from one profile to another.
type Difference struct {
	// Changes go into one PATCH.
	Changes graph.Changes
	// LiveCostCenter and LiveDivision say that one of the two stays as it is. Graph writes
	// both, so that one has to be read just before.
	LiveCostCenter, LiveDivision bool
	// Manager is the new manager, "" for none; only with SetManager.
	Manager    string
	SetManager bool
	// AddSponsors and RemoveSponsors are object ids.
	AddSponsors, RemoveSponsors []string
}

// Empty reports whether nothing has to be written.
func (d Difference) Empty() bool {
	return len(d.Changes) == 0 && !d.SetManager && len(d.AddSponsors) == 0 && len(d.RemoveSponsors) == 0
}

// Difference returns what has to be written so that a person like prior becomes like
// the plan p. What the plan leaves out is not touched. own is the person's address,
// which stays among the other mails.
func (p *Profile) Difference(prior *Profile, own string) Difference {
	d := Difference{Changes: graph.Changes{}}
	organisation := false
	for _, t := range texts {
		planned, was := *t.model(p), *t.model(prior)
		switch {
		case !changes(planned, was):
		case t.property == graph.EmployeeOrgData:
			organisation = true
		default:
			d.Changes[t.property] = orNull(planned)
		}
	}
	if organisation {
		// The two are written together: the one left out would become null.
		d.Changes[graph.EmployeeOrgData] = graph.OrgData{
			CostCenter: effective(p.CostCenter, prior.CostCenter),
			Division:   effective(p.Division, prior.Division),
		}
		d.LiveCostCenter = !changes(p.CostCenter, prior.CostCenter)
		d.LiveDivision = !changes(p.Division, prior.Division)
	}
	if changes(p.BusinessPhone, prior.BusinessPhone) {
		phones := []string{}
		if phone := p.BusinessPhone.ValueString(); phone != "" {
			phones = append(phones, phone)
		}
		d.Changes["businessPhones"] = phones
	}
	if changes(p.UserType, prior.UserType) {
		d.Changes[graph.UserType] = p.UserType.ValueString()
	}
	if set(p.AccountEnabled) && !p.AccountEnabled.Equal(prior.AccountEnabled) {
		d.Changes[graph.AccountEnabled] = p.AccountEnabled.ValueBool()
	}
	if changes(p.EmployeeLeaveDateTime, prior.EmployeeLeaveDateTime) && !sameMoment(p.EmployeeLeaveDateTime, prior.EmployeeLeaveDateTime) {
		d.Changes[graph.EmployeeLeaveDateTime] = moment(p.EmployeeLeaveDateTime)
	}
	if planned, was := elements(p.OtherMails), elements(prior.OtherMails); set(p.OtherMails) && !sameFold(planned, was) {
		d.Changes["otherMails"] = withOwn(planned, own)
	}
	if members := p.extensionChanges(prior); len(members) > 0 {
		d.Changes[graph.ExtensionAttributes] = members
	}
	d.relations(p, prior)
	return d
}

func (d *Difference) relations(p, prior *Profile) {
	if changes(p.ManagerID, prior.ManagerID) && !strings.EqualFold(p.ManagerID.ValueString(), prior.ManagerID.ValueString()) {
		d.Manager, d.SetManager = p.ManagerID.ValueString(), true
	}
	if !set(p.SponsorIDs) {
		return
	}
	planned, was := elements(p.SponsorIDs), elements(prior.SponsorIDs)
	d.AddSponsors = without(planned, was)
	d.RemoveSponsors = without(was, planned)
}

func (p *Profile) extensionChanges(prior *Profile) map[string]*string {
	members := map[string]*string{}
	was := prior.ExtensionAttributes.Elements()
	for name, value := range p.ExtensionAttributes.Elements() {
		planned, ok := value.(types.String)
		if !ok || !set(planned) {
			continue
		}
		before, _ := was[name].(types.String)
		if changes(planned, before) {
			members[name] = nonEmpty(planned.ValueString())
		}
	}
	return members
}

// Written returns the names of the attributes the plan writes down, sorted, as they
// stand in the configuration.
func (d Difference) Written() []string {
	names := slices.Collect(maps.Keys(attributeNames(d.Changes)))
	if d.SetManager {
		names = append(names, "manager_id")
	}
	if len(d.AddSponsors)+len(d.RemoveSponsors) > 0 {
		names = append(names, "sponsor_ids")
	}
	slices.Sort(names)
	return names
}

func attributeNames(changes graph.Changes) map[string]bool {
	names := map[string]bool{}
	for property := range changes {
		if name := AttributeOf(string(property)); name != "" {
			names[name] = true
		}
	}
	return names
}

// AttributeOf returns the Terraform attribute behind a Graph property, or "".
func AttributeOf(property string) string {
	switch property {
	case "businessPhones":
		return "business_phone"
	case "otherMails":
		return "other_mails"
	case string(graph.ExtensionAttributes):
		return "extension_attributes"
	case string(graph.EmployeeLeaveDateTime):
		return "employee_leave_date_time"
	case string(graph.AccountEnabled):
		return "account_enabled"
	case string(graph.UserType):
		return "user_type"
	case "invitedUserEmailAddress", "mail":
		return "email"
	case "inviteRedirectUrl":
		return "redirect_url"
	case "invitedUserDisplayName":
		return "display_name"
	}
	for _, t := range texts {
		if string(t.property) == property {
			return t.name
		}
	}
	return ""
}

// changes reports whether a planned text is written down and differs; null and "" are
// the same nothing.
func changes(planned, was types.String) bool {
	return set(planned) && planned.ValueString() != was.ValueString()
}

func orNull(text types.String) any {
	if text.ValueString() == "" {
		return nil
	}
	return text.ValueString()
}

// effective is the planned text where it is written down, else the prior one.
func effective(planned, prior types.String) *string {
	if set(planned) {
		return nonEmpty(planned.ValueString())
	}
	return nonEmpty(prior.ValueString())
}

func moment(text types.String) any {
	at, err := time.Parse(time.RFC3339, text.ValueString())
	if err != nil {
		return nil
	}
	return at.UTC().Format(time.RFC3339)
}

func sameMoment(a, b types.String) bool {
	one, errA := time.Parse(time.RFC3339, a.ValueString())
	other, errB := time.Parse(time.RFC3339, b.ValueString())
	return errA == nil && errB == nil && one.Equal(other)
}

// withOwn adds the person's own address, without which Graph would forget it: other
// mails are replaced as a whole.
func withOwn(addresses []string, own string) []string {
	all := slices.Clone(addresses)
	if own != "" && !slices.ContainsFunc(all, func(a string) bool { return strings.EqualFold(a, own) }) {
		all = append(all, own)
	}
	slices.Sort(all)
	return all
}

func sameFold(a, b []string) bool {
	return len(without(a, b)) == 0 && len(without(b, a)) == 0
}

// without returns the texts of a that b does not have in any case.
func without(a, b []string) []string {
	var rest []string
	for _, text := range a {
		if !slices.ContainsFunc(b, func(other string) bool { return strings.EqualFold(text, other) }) {
			rest = append(rest, text)
		}
	}
	slices.Sort(rest)
	return rest
}

// Lines describes what the plan would change of prior, one attribute a line, for a
// reviewer: quoted old and new values of texts, else the name alone.
func (p *Profile) Lines(prior *Profile, own string) []string {
	var lines []string
	for _, t := range texts {
		planned, was := *t.model(p), *t.model(prior)
		if changes(planned, was) {
			lines = append(lines, "  "+t.name+": "+diagnostic.Quote(was.ValueString())+" -> "+diagnostic.Quote(planned.ValueString()))
		}
	}
	for _, name := range p.Difference(prior, own).Written() {
		if !slices.ContainsFunc(texts, func(t text) bool { return t.name == name }) {
			lines = append(lines, "  "+name)
		}
	}
	return lines
}
