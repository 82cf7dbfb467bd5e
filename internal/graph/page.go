package graph

import (
	"fmt"
	"net/url"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"
)

// nextPage returns the request for the next page of a list. The link comes from an
// answer and the token goes along, so it must lead to the same origin.
func (c *Client) nextPage(link string) (*abstractions.RequestInformation, error) {
	if !strings.HasPrefix(link, c.baseURL+"/") {
		return nil, fmt.Errorf("the next page is on another host than %s", c.baseURL)
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
