package specialist

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/principalname"
)

// rule is how this specialist's user principal name is made.
func (r *Resource) rule(config *model) principalname.Rule {
	rule := r.Session.Naming
	for target, own := range map[*string]types.String{
		&rule.Prefix: config.Prefix, &rule.Suffix: config.Suffix, &rule.Transliteration: config.Transliteration,
	} {
		if !own.IsNull() {
			*target = own.ValueString()
		}
	}
	return rule
}

// wanted is the user principal name a new specialist shall have.
type wanted struct {
	name, local, domain string
	// written says that the configuration spells it out.
	written bool
}

// wants returns the name the configuration leads to; known is false while that is
// decided at apply.
func (r *Resource) wants(config *model, diags *diag.Diagnostics) (w wanted, known bool) {
	if !config.UserPrincipalName.IsNull() {
		w.name, w.written = config.UserPrincipalName.ValueString(), true
		w.local, w.domain, _ = strings.Cut(w.name, "@")
		return w, !config.UserPrincipalName.IsUnknown()
	}
	for _, part := range []types.String{config.GivenName, config.Surname, config.Domain, config.Prefix, config.Suffix, config.Transliteration} {
		if part.IsUnknown() {
			return w, false
		}
	}
	rule := r.rule(config)
	local, err := rule.Local(config.GivenName.ValueString(), config.Surname.ValueString())
	if err != nil {
		summary, detail := "No user principal name can be made", diagnostic.Quote(config.fullName())+": "+err.Error()+". Write user_principal_name out."
		if name := config.blamed(err); name != "" {
			diags.AddAttributeError(path.Root(name), summary, detail)
		} else {
			diags.AddError(summary, detail)
		}
		return w, false
	}
	if rule.Reserved(local) {
		diags.AddAttributeError(path.Root("user_principal_name"), "This user principal name is reserved",
			diagnostic.Quote(local)+" is a name by which people expect an administrator or a service. If it is meant, write user_principal_name out.")
		return w, false
	}
	w.local, w.domain = local, config.Domain.ValueString()
	w.name = local + "@" + w.domain
	return w, true
}

// blamed is the attribute to blame for a name that cannot be made; "" where that is the
// provider's rule.
func (m *model) blamed(err error) string {
	if unwritable, ok := errors.AsType[*principalname.Unwritable](err); ok && unwritable.Part == principalname.Surname {
		return "surname"
	}
	invalid, ok := errors.AsType[*principalname.InvalidRule](err)
	if !ok {
		return "given_name"
	}
	for option, own := range map[string]struct {
		name  string
		value types.String
	}{
		principalname.OptionPrefix:          {"user_principal_name_prefix", m.Prefix},
		principalname.OptionSuffix:          {"user_principal_name_suffix", m.Suffix},
		principalname.OptionTransliteration: {"transliteration", m.Transliteration},
	} {
		if option == invalid.Option && !own.value.IsNull() {
			return own.name
		}
	}
	return ""
}

// checkDomain makes sure that the tenant owns the domain of a name. A tenant that must
// not be read tells nothing.
func (r *Resource) checkDomain(ctx context.Context, domain string, at path.Path, diags *diag.Diagnostics) (ok bool) {
	tenant, err := r.Session.Tenant(ctx)
	if graph.IsForbidden(err) {
		return true
	}
	if err != nil {
		diags.Append(diagnostic.Error("Reading the domains of the tenant failed", err))
		return false
	}
	names := make([]string, 0, len(tenant.VerifiedDomains))
	for _, verified := range tenant.VerifiedDomains {
		if strings.EqualFold(verified.Name, domain) {
			return true
		}
		names = append(names, diagnostic.Quote(verified.Name))
	}
	slices.Sort(names)
	diags.AddAttributeError(at, "This is no domain of the tenant",
		diagnostic.Quote(domain)+" is not among the verified domains of the tenant: "+strings.Join(names, ", ")+".")
	return false
}

const (
	// triesAtOnce is how many numbered names are looked up together.
	triesAtOnce = 14
	// maxNumber bounds the search for a free name.
	maxNumber = 99
)

// free finds the name that nobody has: the wanted one, or, where on_conflict says so, the
// first numbered one that is free. A holder who has the same contact address is this
// person, whom a second account would double.
func (r *Resource) free(ctx context.Context, w wanted, config *model, diags *diag.Diagnostics) (name string, ok bool) {
	matches, err := r.Session.Graph.LookUpNames(ctx, w.name)
	if !r.lookedUp(err, diags) {
		return "", false
	}
	match := matches[w.name]
	if len(match.Deleted) > 0 {
		diags.AddWarning("An older account is among the deleted users", fmt.Sprintf(
			"A deleted account had the user principal name %s. It does not hold the name, so a new account is made. "+
				"If it is the same person, restore the account in the directory, with its memberships and licences, and import it instead:\n%s",
			diagnostic.Quote(w.name), person.List(match.Deleted)))
	}
	if match.Holder == nil {
		return w.name, true
	}
	if !r.differs(*match.Holder, config, diags) {
		return "", false
	}
	if w.written || config.OnConflict.ValueString() != conflictSuffix {
		if clash := r.Session.Register.Arriving(ctx, person.Instance{Type: r.Kind.Type, Address: w.name, ObjectID: match.Holder.ID}); clash != nil {
			// Another address of this state has the account: most often a renamed key.
			diags.AddAttributeError(path.Root("user_principal_name"), clash.Summary(), clash.Error())
			return "", false
		}
		diags.AddAttributeError(path.Root("user_principal_name"), "The user principal name is taken", fmt.Sprintf(
			"%s belongs to %s. If that is the person meant, import the account:\n\n  terraform import entraguest_specialist_user.NAME %s\n\n"+
				"If it is somebody else, write user_principal_name out, or set on_conflict = \"suffix\".",
			diagnostic.Quote(w.name), person.Describe(*match.Holder), match.Holder.ID))
		return "", false
	}
	return r.numbered(ctx, w, config, diags)
}

// numbered finds the first free of name2, name3, ….
func (r *Resource) numbered(ctx context.Context, w wanted, config *model, diags *diag.Diagnostics) (name string, ok bool) {
	rule := r.rule(config)
	for first := 2; first <= maxNumber; first += triesAtOnce {
		names := make([]string, 0, triesAtOnce)
		for n := first; n < first+triesAtOnce; n++ {
			names = append(names, rule.Numbered(w.local, n)+"@"+w.domain)
		}
		matches, err := r.Session.Graph.LookUpNames(ctx, names...)
		if !r.lookedUp(err, diags) {
			return "", false
		}
		for _, candidate := range names {
			holder := matches[candidate].Holder
			if holder == nil {
				return candidate, true
			}
			if !r.differs(*holder, config, diags) {
				return "", false
			}
		}
	}
	diags.AddAttributeError(path.Root("user_principal_name"), "No user principal name is free", fmt.Sprintf(
		"%s and the numbered names up to %d are taken. Write user_principal_name out.", diagnostic.Quote(w.name), maxNumber))
	return "", false
}

// differs refuses to double a person: a holder who is reached at the same address.
func (r *Resource) differs(holder graph.User, config *model, diags *diag.Diagnostics) bool {
	if config.contact() == "" || !holder.Reachable(config.contact()) {
		return true
	}
	diags.AddAttributeError(path.Root("contact_email"), "This person has an account already", fmt.Sprintf(
		"%s is reached at the same address %s, so a new account would be a second one of the same person. Import the account:\n\n"+
			"  terraform import entraguest_specialist_user.NAME %s\n\nIf it is in the state under another address, write a moved block instead.",
		person.Describe(holder), diagnostic.Quote(config.contact()), holder.ID))
	return false
}

// lookedUp reports whether a look-up went well, or may be done without.
func (r *Resource) lookedUp(err error, diags *diag.Diagnostics) bool {
	if err == nil {
		return true
	}
	if graph.IsForbidden(err) {
		if r.Session.Once("names") {
			diags.Append(diagnostic.Warning("Whether user principal names are taken cannot be seen", err,
				"Microsoft Graph refuses a name that is taken when the account is created."))
		}
		return true
	}
	diags.Append(diagnostic.Error("Looking the user principal name up failed", err))
	return false
}

// tooAlike tells two new specialists of one plan apart, which only the author can.
func tooAlike(clash *person.Clash, name string) (summary, detail string) {
	if !clash.Twice {
		return clash.Summary(), clash.Error()
	}
	return "Two specialists would get one user principal name", "Two resources of this configuration lead to " + diagnostic.Quote(name) +
		". Which of them would get which name depends on the order in which Terraform comes to them, so it is not decided. Write user_principal_name out for one of them. If both are one person, remove one resource."
}

// conflict reports a name that was taken between plan and apply.
func conflict(err error) []string {
	if _, taken := errors.AsType[*graph.Conflict](err); taken {
		return []string{"Somebody else has got the name since the plan was made. Plan again."}
	}
	return nil
}
