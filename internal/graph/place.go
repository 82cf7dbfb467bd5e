package graph

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
)

// Limits of Graph on lists with a filter.
const (
	// maxClauses is how many clauses joined by "or" Graph takes in one filter.
	maxClauses = 15
	// maxComparison is how many characters a value compared with eq may have.
	// Source: https://developer.microsoft.com/graph/known-issues.
	maxComparison = 120
	// maxURL bounds the URL of an advanced query. Source: the same.
	maxURL = 2048
	// maxListURL bounds it without the origin and the version.
	maxListURL = maxURL - len("https://microsoftgraph.chinacloudapi.cn/v1.0")
)

// place is a list of the directory that can hold an address.
type place struct {
	path       string
	properties []string
	// advanced marks filters that only the directory's index answers.
	// Source: https://learn.microsoft.com/graph/aad-advanced-queries.
	advanced bool
	// needs is the least permission, grants are all that do.
	needs  string
	grants []string
	// required places must be read; the others are skipped without a permission.
	required bool
	// barred remembers that Graph has refused to show the list.
	barred atomic.Bool
	// clauses are the conditions under which an object is of interest.
	clauses func(sought) []string
	// take adds an object to a match if it holds the address.
	take func(*Match, sought, User)
}

// places are the lists that are looked through.
func places() []*place {
	holderProperties := []string{"id", "displayName", "mail", "proxyAddresses"}
	return []*place{
		{
			path: "/users", properties: userProperties, needs: needsRead[0], required: true,
			clauses: userClauses, take: (*Match).takeUser,
		},
		{
			path: "/directory/deletedItems/microsoft.graph.user", properties: append(slices.Clone(userProperties), "deletedDateTime"),
			advanced: true, needs: needsRead[0],
			grants:  []string{"User.Read.All", "User.ReadWrite.All", "User.DeleteRestore.All", "Directory.Read.All", "Directory.ReadWrite.All", accessAsUser},
			clauses: deletedClauses, take: (*Match).takeDeleted,
		},
		{
			path: "/contacts", properties: holderProperties, needs: "OrgContact.Read.All",
			grants:  []string{"OrgContact.Read.All", "Directory.Read.All", "Directory.ReadWrite.All", accessAsUser},
			clauses: proxyClauses, take: (*Match).takeContact,
		},
		{
			path: "/groups", properties: holderProperties, needs: "GroupMember.Read.All",
			grants: []string{
				"GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.ReadBasic.All", "Group.Read.All", "Group.ReadWrite.All",
				"Directory.Read.All", "Directory.ReadWrite.All", accessAsUser,
			},
			clauses: proxyClauses, take: (*Match).takeGroup,
		},
	}
}

// accessAsUser is the delegated permission for all that the user may do.
const accessAsUser = "Directory.AccessAsUser.All"

// searches puts the addresses into as few filters as the limits of Graph allow.
func (p *place) searches(wanted []sought) []search {
	var searches []search
	var clauses []string
	var seekers []int
	for i, one := range wanted {
		own := p.clauses(one)
		more := slices.Concat(clauses, own)
		if len(seekers) > 0 && (len(more) > maxClauses || len(p.url(more)) > maxListURL) {
			searches = append(searches, p.search(clauses, seekers))
			more, seekers = own, nil
		}
		clauses, seekers = more, append(seekers, i)
	}
	if len(seekers) > 0 {
		searches = append(searches, p.search(clauses, seekers))
	}
	return searches
}

// searchesAlone gives each of the seekers a filter of its own.
func (p *place) searchesAlone(wanted []sought, seekers []int) []search {
	searches := make([]search, 0, len(seekers))
	for _, seeker := range seekers {
		searches = append(searches, p.search(p.clauses(wanted[seeker]), []int{seeker}))
	}
	return searches
}

func (p *place) search(clauses []string, seekers []int) search {
	request := batchRequest{method: http.MethodGet, url: p.url(clauses)}
	if p.advanced {
		request.headers = map[string]string{"ConsistencyLevel": "eventual"}
	}
	return search{place: p, seekers: seekers, request: request}
}

func (p *place) url(clauses []string) string {
	count := ""
	if p.advanced {
		count = "$count=true&"
	}
	return p.path + "?" + count + "$select=" + strings.Join(p.properties, ",") + "&$filter=" + escapeQuery(strings.Join(clauses, " or "))
}

// escapeQuery escapes the value of a query option, leaving what RFC 3986 lets stand in
// a query: filters stay short and legible.
func escapeQuery(value string) string {
	return strings.NewReplacer("+", "%20", "%27", "'", "%28", "(", "%29", ")", "%2F", "/", "%3A", ":", "%40", "@", "%2C", ",").
		Replace(url.QueryEscape(value))
}

func userClauses(wanted sought) []string {
	clauses := append([]string{equals("mail", wanted.address)}, proxyClauses(wanted)...)
	clauses = append(clauses, "otherMails/any(m:"+equals("m", wanted.address)+")")
	if wanted.guestName != "" {
		clauses = append(clauses, equals("userPrincipalName", wanted.guestName))
	}
	return clauses
}

// deletedClauses look for the end of the name: deleted users carry their object id in front.
func deletedClauses(wanted sought) []string {
	clauses := []string{equals("mail", wanted.address)}
	if wanted.guestName != "" {
		clauses = append(clauses, "endsWith(userPrincipalName,'"+quote(wanted.guestName)+"')")
	}
	return clauses
}

// proxyClauses name both prefixes, of the primary and of further addresses: whether the
// comparison minds the case of a prefix is not documented.
func proxyClauses(wanted sought) []string {
	return []string{
		"proxyAddresses/any(p:" + equals("p", "SMTP:"+wanted.address) + ")",
		"proxyAddresses/any(p:" + equals("p", "smtp:"+wanted.address) + ")",
	}
}

// equals compares a property with a value, with the beginning of one that is too long
// for eq: everything found is compared again.
func equals(property, value string) string {
	if runes := []rune(value); len(runes) > maxComparison {
		return "startsWith(" + property + ",'" + quote(string(runes[:maxComparison])) + "')"
	}
	return property + " eq '" + quote(value) + "'"
}
