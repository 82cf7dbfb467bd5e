package graphemulator

import (
	"net/http"
	"strings"
)

// route is one operation of Graph.
type route struct {
	method string
	// pattern is the path below the version; {x} matches one segment.
	pattern string
	// permissions are alternatives, of which the token must carry one; "A+B" needs both.
	// Empty when every token will do, or when the handler decides by the body.
	permissions []string
	// units is the cost in resource units before $select, $expand and $top; 0 means 1.
	units  int
	handle func(*call) (answer, error)
	// batch, instead of handle, is run without the lock and without a cost of its own.
	batch func(*call) (answer, error)
}

// routeIndex finds routes by the number of their segments.
type routeIndex map[int][]indexedRoute

type indexedRoute struct {
	*route
	segments []string
}

func newRouteIndex(routes []route) routeIndex {
	index := routeIndex{}
	for i := range routes {
		segments := strings.Split(routes[i].pattern, "/")
		index[len(segments)] = append(index[len(segments)], indexedRoute{&routes[i], segments})
	}
	return index
}

// canonical rewrites the short form of a type or action name ("graph.user") to the long
// one, and a key in parentheses ("users('id')") to one in a segment of its own.
func canonical(segments []string) []string {
	result := make([]string, 0, len(segments))
	for _, segment := range segments {
		if name, found := strings.CutPrefix(segment, "graph."); found {
			segment = "microsoft.graph." + name
		}
		if action, found := strings.CutPrefix(segment, "microsoft.graph."); found && !isCast(action) {
			segment = action
		}
		open := strings.IndexByte(segment, '(')
		if open <= 0 || !strings.HasSuffix(segment, "')") || segment[open+1] != '\'' {
			result = append(result, segment)
			continue
		}
		key := segment[open+2 : len(segment)-2]
		result = append(result, segment[:open], strings.ReplaceAll(key, "''", "'"))
	}
	return result
}

func isCast(name string) bool {
	switch name {
	case kindUser, kindGroup, kindPrincipal, "device", "orgContact", "application", "directoryRole", "administrativeUnit":
		return true
	default:
		return false
	}
}

// find returns the route of a request with the values of its parameters.
func (e *Emulator) find(method string, path []string) (*route, map[string]string, error) {
	segments := canonical(path)
	if len(segments) > 0 && segments[0] == "me" {
		// An application is nobody.
		return nil, nil, badSyntax("/me request is only valid with delegated authentication flow.")
	}
	known := false
	for _, candidate := range e.routes[len(segments)] {
		parameters, ok := candidate.match(segments)
		if !ok {
			continue
		}
		known = true
		if candidate.method == method {
			return candidate.route, parameters, nil
		}
	}
	if known {
		return nil, nil, fail(http.StatusMethodNotAllowed, codeBadRequest,
			"Specified HTTP method is not allowed for the request target.")
	}
	return nil, nil, badSyntax("Resource not found for the segment '%s'.", e.routes.unknownSegment(segments))
}

func (r indexedRoute) match(segments []string) (map[string]string, bool) {
	parameters := map[string]string{}
	for i, want := range r.segments {
		switch {
		case strings.HasPrefix(want, "{"):
			if strings.HasPrefix(segments[i], "$") || strings.HasPrefix(segments[i], "microsoft.graph.") || segments[i] == "" {
				return nil, false
			}
			parameters[want[1:len(want)-1]] = segments[i]
		case !strings.EqualFold(want, segments[i]):
			return nil, false
		}
	}
	return parameters, true
}

// unknownSegment is the first segment at which no route goes on.
func (x routeIndex) unknownSegment(segments []string) string {
	longest := 0
	for _, routes := range x {
		for _, candidate := range routes {
			n := 0
			for n < len(segments) && n < len(candidate.segments) &&
				(strings.HasPrefix(candidate.segments[n], "{") || strings.EqualFold(candidate.segments[n], segments[n])) {
				n++
			}
			longest = max(longest, n)
		}
	}
	if longest >= len(segments) {
		longest = len(segments) - 1
	}
	if longest < 0 {
		return ""
	}
	return segments[longest]
}
