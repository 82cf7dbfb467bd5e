package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

var objectID = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)

// trafficLines counts the requests to Graph by method and path, in the order of their first appearance. A batch is
// one request.
func trafficLines(requests []graphemulator.Request) []string {
	var kinds []string
	count := map[string]int{}
	for _, request := range requests {
		path, isGraph := strings.CutPrefix(request.Path, "/v1.0")
		if !isGraph || request.Batched {
			continue
		}
		kind := fmt.Sprintf("%-6s %s", request.Method, objectID.ReplaceAllString(path, "{id}"))
		if count[kind] == 0 {
			kinds = append(kinds, kind)
		}
		count[kind]++
	}

	lines := make([]string, 0, len(kinds))
	for _, kind := range kinds {
		lines = append(lines, fmt.Sprintf("%4d × %s", count[kind], kind))
	}

	return lines
}
