package report

import (
	"context"
	"strings"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// question is whom a report is about and what it has to know of them.
type question struct {
	// groupID is a group, "" for all guests of the tenant; transitive follows the groups
	// in it.
	groupID    string
	transitive bool
	signIns    bool
	// dates are expiry dates by object id in lower case.
	dates map[string]time.Time
}

// properties is what is read of everybody.
func properties() []graph.Property {
	return []graph.Property{
		graph.DisplayName, graph.OtherMails, graph.UserType, graph.AccountEnabled,
		"companyName", "creationType", "createdDateTime", "externalUserState", "externalUserStateChangeDateTime",
	}
}

// gather reads the people. Sponsors and sign-ins of a group's people are asked for
// afterwards, because Graph does not list them with the members of a group.
func gather(ctx context.Context, client *graph.Client, q question) ([]Person, error) {
	var people []Person
	if q.groupID == "" {
		err := client.ListGuests(ctx, properties(), func(user graph.User, sponsored bool) {
			people = append(people, fromUser(user, sponsored, q.dates))
		})
		if err != nil || !q.signIns {
			return people, err
		}
		return people, client.ListGuestSignIns(ctx, len(people), signInsOf(people))
	}
	_, err := client.ListMembers(ctx, q.groupID, q.transitive, properties(), func(user graph.User) {
		people = append(people, fromUser(user, false, q.dates))
	})
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ObjectID
	}
	sponsored, err := client.Sponsored(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i := range people {
		people[i].Sponsored = sponsored[people[i].ObjectID]
	}
	if q.signIns {
		err = client.ListSignIns(ctx, ids, signInsOf(people))
	}
	return people, err
}

// signInsOf returns a function that notes when somebody signed in last.
func signInsOf(people []Person) func(id string, last time.Time) {
	index := make(map[string]int, len(people))
	for i, p := range people {
		index[p.ObjectID] = i
	}
	return func(id string, last time.Time) {
		if i, found := index[id]; found {
			people[i].LastSignIn = last
		}
	}
}

func fromUser(user graph.User, sponsored bool, dates map[string]time.Time) Person {
	address := addressOf(user)
	return Person{
		ObjectID: user.ID, Name: text(user.DisplayName), Address: address, Domain: domainOf(address),
		Company: text(user.CompanyName), UserType: text(user.UserType), State: text(user.ExternalUserState),
		Enabled:   user.AccountEnabled == nil || *user.AccountEnabled,
		CreatedAt: when(user.CreatedDateTime), StateChangedAt: when(user.ExternalUserStateChangeDateTime),
		Sponsored: sponsored, ExpiresAt: dates[strings.ToLower(user.ID)],
	}
}

// addressOf returns the e-mail address of a person. Where Entra kept none, as when a
// contact has the same, it is taken out of the sign-in name.
func addressOf(user graph.User) string {
	if address := person.AddressOf(user); address != "" {
		return address
	}
	upn := user.UserPrincipalName
	if cut := strings.Index(strings.ToUpper(upn), "#EXT#"); cut >= 0 {
		if at := strings.LastIndexByte(upn[:cut], '_'); at >= 0 {
			return upn[:at] + "@" + upn[at+1:cut]
		}
	}
	return upn
}

func domainOf(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return ""
	}
	domain := address[at+1:]
	return strings.ToLower(strings.TrimSpace(domain))
}

func text(value *string) string {
	if value == nil {
		return ""
	}
	return *value
}

func when(moment *time.Time) time.Time {
	if moment == nil {
		return time.Time{}
	}
	return *moment
}
