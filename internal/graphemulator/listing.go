package graphemulator

import (
	"cmp"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator/odata"
)

// Sizes of pages. Source: https://learn.microsoft.com/graph/api/user-list.
const (
	defaultPage = 100
	maxPage     = 999
	// signInPage is the largest page when signInActivity is asked for.
	signInPage = 500
	// expandLimit is how many related objects $expand shows.
	expandLimit = 20
)

// listing is one list request: what is there, and how it is checked and shown.
type listing struct {
	call *call
	// entity names the type in @odata.context and in errors.
	entity string
	// fragment is the resource in @odata.context, such as "users".
	fragment string
	items    []item
	check    func(*odata.Filter, bool) error
	// show makes one item ready for the answer.
	show func(item) properties
}

// page answers a list request. It runs without the lock, on the snapshot in items.
func (l listing) page() (answer, error) {
	c, q := l.call, l.call.query
	if err := l.checkQuery(); err != nil {
		return answer{}, err
	}
	offset, err := decodeSkipToken(q.skipToken)
	if err != nil {
		return answer{}, err
	}
	if c.emulator.config.Switches.EmptyPages && !strings.HasSuffix(q.skipToken, skipTokenSuffix) {
		return l.emptyPage(offset)
	}
	size := q.top
	if size == 0 {
		size = defaultPage
	}
	items, err := l.matching()
	if err != nil {
		return answer{}, err
	}
	body := map[string]any{"@odata.context": c.context(l.fragment + q.projection())}
	if c.advanced() && q.skipToken == "" {
		body["@odata.count"] = len(items)
	}
	start, _ := l.seek(items, offset)
	rest := items[start:]
	if len(rest) > size {
		rest = rest[:size]
		body["@odata.nextLink"] = c.nextLink(encodeSkipToken(l.position(rest[size-1], start+size)))
	}
	value := make([]any, 0, len(rest))
	for _, one := range rest {
		value = append(value, l.show(one))
	}
	body["value"] = value
	if q.selects == nil && l.entity == kindUser {
		body["@microsoft.graph.tips"] = selectTip
	}
	return ok(body)
}

// emptyPage shows nobody and links to the page at the offset. The count stands on the
// first page, also on one that is empty.
func (l listing) emptyPage(offset int64) (answer, error) {
	c, q := l.call, l.call.query
	body := map[string]any{
		"@odata.context":  c.context(l.fragment + q.projection()),
		"@odata.nextLink": c.nextLink(encodeSkipToken(offset) + skipTokenSuffix),
		"value":           []any{},
	}
	if c.advanced() && q.skipToken == "" {
		items, err := l.matching()
		if err != nil {
			return answer{}, err
		}
		body["@odata.count"] = len(items)
	}
	return ok(body)
}

const selectTip = "Use $select to choose only the properties your app needs, as this can lead to performance improvements. " +
	"For example: GET users?$select=displayName,mail"

// position is where the next page begins: behind the last item shown, or, in a sorted
// list, at an index.
func (l listing) position(last item, index int) int64 {
	if len(l.call.query.orders) > 0 {
		return int64(index)
	}
	return last.sequence
}

func (l listing) seek(items []item, offset int64) (int, bool) {
	if len(l.call.query.orders) > 0 {
		return int(min(offset, int64(len(items)))), true
	}
	// Sequence numbers begin at 1, so the first page is behind 0.
	return slices.BinarySearchFunc(items, offset+1, func(i item, sequence int64) int {
		return cmp.Compare(i.sequence, sequence)
	})
}

// matching applies $filter, $search and $orderby.
func (l listing) matching() ([]item, error) {
	q := l.call.query
	items := l.items
	if q.filter != nil || q.search != nil {
		items = nil
		for _, candidate := range l.items {
			found, err := q.matches(candidate.properties)
			if err != nil {
				return nil, refusedQuery(err)
			}
			if found {
				items = append(items, candidate)
			}
		}
	}
	if len(q.orders) > 0 {
		items = slices.Clone(items)
		slices.SortStableFunc(items, func(a, b item) int { return compareBy(q.orders, a.properties, b.properties) })
	}
	return items, nil
}

func (q query) matches(p properties) (bool, error) {
	if q.filter != nil {
		if found, err := q.filter.Match(p); err != nil || !found {
			return false, err
		}
	}
	if q.search != nil {
		return q.search.Match(p)
	}
	return true, nil
}

func compareBy(orders []odata.Order, a, b properties) int {
	for _, order := range orders {
		result := cmp.Compare(strings.ToLower(text(a, order.Property)), strings.ToLower(text(b, order.Property)))
		if order.Descending {
			result = -result
		}
		if result != 0 {
			return result
		}
	}
	return 0
}

// checkQuery refuses what Graph refuses.
// Source: https://learn.microsoft.com/graph/aad-advanced-queries.
func (l listing) checkQuery() error {
	c, q := l.call, l.call.query
	if err := q.checkSelect(l.entity); err != nil {
		return err
	}
	if err := c.checkNotOnCollections(); err != nil {
		return err
	}
	if q.search != nil && !c.eventual() {
		return unsupportedQuery("Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'")
	}
	if q.filter != nil {
		if err := l.check(q.filter, c.advanced()); err != nil {
			return refusedQuery(err)
		}
	}
	if err := c.checkOrder(l.entity); err != nil {
		return err
	}
	if q.expand != "" && (c.advanced() || q.search != nil) {
		return badRequest("The $expand query parameter is not supported with advanced query parameters.")
	}
	return nil
}

// checkNotOnCollections refuses the properties that only a single user shows.
// Source: https://learn.microsoft.com/graph/api/user-list.
func (c *call) checkNotOnCollections() error {
	for _, name := range c.query.selects {
		switch name {
		case "aboutMe", "birthday", "hireDate", "interests", "mySite", "pastProjects", "preferredName",
			"responsibilities", "schools", "skills", "mailboxSettings":
			return fail(http.StatusNotImplemented, "NotImplemented", "This operation target is not yet supported.")
		}
	}
	if c.query.asksSignIns() && c.query.top > signInPage {
		return unsupportedQuery("Invalid page size specified: '%d'. Must be between 1 and %d inclusive.", c.query.top, signInPage)
	}
	return nil
}

// checkOrder allows sorting by the two indexed names; everything else, and sorting
// together with a filter, is an advanced query.
func (c *call) checkOrder(entity string) error {
	for _, order := range c.query.orders {
		if !selectable(entity, order.Property) {
			return badSyntax("Could not find a property named '%s' on type 'microsoft.graph.%s'.", order.Property, entity)
		}
		indexed := order.Property == "displayName" || entity == kindUser && order.Property == "userPrincipalName"
		if c.advanced() {
			continue
		}
		if !indexed || c.query.filter != nil {
			return unsupportedQuery("Sorting not supported for current query.")
		}
	}
	return nil
}

// nextLink is the address of the next page, with the options of this one.
func (c *call) nextLink(skipToken string) string {
	values := url.Values{}
	maps.Copy(values, c.query.values)
	values.Set("$skiptoken", skipToken)
	escaped := make([]string, len(c.segments))
	for i, segment := range c.segments {
		escaped[i] = url.PathEscape(segment)
	}
	return c.base() + "/" + strings.Join(escaped, "/") + "?" + strings.ReplaceAll(values.Encode(), "%24", "$")
}

// skipTokenPrefix makes skip tokens look as opaque as they are.
const skipTokenPrefix = "RFNwdAIAAQAAAB" //nolint:gosec // no credential: it hides a position

// skipTokenSuffix marks the token that an empty page links to.
const skipTokenSuffix = "~"

func encodeSkipToken(position int64) string {
	return skipTokenPrefix + base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(position, 10)))
}

func decodeSkipToken(token string) (int64, error) {
	if token == "" {
		return 0, nil
	}
	encoded, found := strings.CutPrefix(strings.TrimSuffix(token, skipTokenSuffix), skipTokenPrefix)
	plain, err := base64.RawURLEncoding.DecodeString(encoded)
	position, parseErr := strconv.ParseInt(string(plain), 10, 64)
	if !found || err != nil || parseErr != nil || position < 0 {
		return 0, fail(http.StatusBadRequest, "Directory_ExpiredPageToken", "The specified page token value has expired and can no longer be included in your request.")
	}
	return position, nil
}
