package graph

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// FindByAddress returns the users who hold an e-mail address in mail, proxy addresses
// or other mails, in any spelling of case. Replicas may not list a fresh user yet.
func (c *Client) FindByAddress(ctx context.Context, address string) ([]User, error) {
	quoted := quote(address)
	filter := fmt.Sprintf(
		"mail eq '%[1]s' or proxyAddresses/any(p:p eq 'SMTP:%[1]s') or proxyAddresses/any(p:p eq 'smtp:%[1]s') or otherMails/any(m:m eq '%[1]s')",
		quoted)
	op := operation{doing: "looking for the address", subject: address, needs: needsRead}
	info, err := users.NewUsersRequestBuilderInternal(c.path(), c.adapter).
		ToGetRequestInformation(ctx, &users.UsersRequestBuilderGetRequestConfiguration{
			QueryParameters: &users.UsersRequestBuilderGetQueryParameters{Filter: &filter, Select: userProperties},
		})
	if err != nil {
		return nil, describe(err, op)
	}
	var found []User
	err = list(ctx, c, op, info, func(user User) { found = append(found, user) })
	if err != nil {
		return nil, err
	}
	return found, nil
}

// holds reports whether the address is the user's own: in mail or a proxy address.
func (u User) holds(address string) bool {
	if u.Mail != nil && strings.EqualFold(*u.Mail, address) {
		return true
	}
	for _, proxy := range u.ProxyAddresses {
		if kind, rest, ok := strings.Cut(proxy, ":"); ok && strings.EqualFold(kind, "smtp") && strings.EqualFold(rest, address) {
			return true
		}
	}
	return false
}

// Reachable reports whether an address leads to the user: as the user's own, or among
// the other mails.
func (u User) Reachable(address string) bool {
	return u.holds(address) || slices.ContainsFunc(u.OtherMails, func(other string) bool { return strings.EqualFold(other, address) })
}

// quote escapes a string literal of an OData filter: single quotes are doubled.
// Source: https://learn.microsoft.com/graph/query-parameters#escaping-single-quotes.
func quote(text string) string { return strings.ReplaceAll(text, "'", "''") }
