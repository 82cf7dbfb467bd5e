package graph

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"
)

// pageSize is the largest page Graph serves of users, groups and members.
const pageSize = 999

// page is one page of a list.
type page[T any] struct {
	Value    []T    `json:"value"`
	NextLink string `json:"@odata.nextLink"`
}

// list reads a list to its end, page by page, and hands every element to take. A page
// may be empty and still not be the last one. Headers, such as ConsistencyLevel, go
// along with every page, because the link does not carry them.
// Source: https://learn.microsoft.com/graph/paging.
func list[T any](ctx context.Context, c *Client, op operation, info *abstractions.RequestInformation, take func(T)) error {
	headers := abstractions.NewRequestHeaders()
	for _, name := range info.Headers.ListKeys() {
		// The first page's token must not go along: a long list outlives it.
		if !strings.EqualFold(name, "Authorization") {
			for _, value := range info.Headers.Get(name) {
				headers.Add(name, value)
			}
		}
	}
	seen := map[string]bool{}
	for {
		var one page[T]
		if err := c.call(ctx, op, info, &one); err != nil {
			return err
		}
		if one.Value == nil {
			return describe(errNoList, op)
		}
		for _, element := range one.Value {
			take(element)
		}
		if one.NextLink == "" {
			return nil
		}
		if seen[one.NextLink] {
			return describe(errLoop, op)
		}
		seen[one.NextLink] = true
		next, err := c.nextPage(one.NextLink)
		if err != nil {
			return describe(err, op)
		}
		next.Headers.AddAll(headers)
		info = next
	}
}

// Lists that are none.
var (
	errNoList = errors.New("the answer holds no list")
	errLoop   = errors.New("the list links back to a page that was read already")
	// errElsewhere is a link that the token must not follow.
	errElsewhere = errors.New("the next page is on another host")
)

// nextPage returns the request for the next page of a list. The link comes from an
// answer and the token goes along, so it must lead to the same origin.
func (c *Client) nextPage(link string) (*abstractions.RequestInformation, error) {
	if !strings.HasPrefix(link, c.baseURL+"/") {
		return nil, fmt.Errorf("%w than %s", errElsewhere, c.baseURL)
	}
	target, err := url.Parse(link)
	if err != nil {
		return nil, fmt.Errorf("parsing the link to the next page: %w", err)
	}
	info := abstractions.NewRequestInformation()
	info.Method = abstractions.GET
	info.SetUri(*target)
	return info, nil
}
