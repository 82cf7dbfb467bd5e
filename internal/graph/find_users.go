package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// FindUsers finds the users that the keys name, with the given properties beyond object
// id, user principal name and mail. Every key is in the result, with its holders: none,
// one or, of an address or an employee id, several. Replicas may not list a fresh user yet.
//
// Keys share requests: 15 keys make a filter and 20 filters a batch. Addresses that nobody
// has in mail cost a second search, of five addresses per filter. Whatever Graph refuses
// or fails to answer is an error: nobody is left out in silence.
func (c *Client) FindUsers(ctx context.Context, keys []Key, properties ...Property) (map[Key][]User, error) {
	search := &userSearch{client: c, found: make(map[Key][]User, len(keys))}
	byKind := map[KeyKind][]Key{}
	for _, key := range keys {
		if _, known := search.found[key]; !known {
			search.found[key] = nil
			byKind[key.Kind] = append(byKind[key.Kind], key)
		}
	}
	if len(byKind[ByEmployeeID]) > 0 {
		properties = append(slices.Clone(properties), ByEmployeeID.property())
	}
	search.properties = selection(properties)
	var hunts []hunt
	for kind := ByObjectID; kind <= ByEmployeeID; kind++ {
		hunts = append(hunts, search.hunts(byKind[kind], inProperty())...)
	}
	if err := search.run(ctx, hunts); err != nil {
		return nil, err
	}
	missed := slices.DeleteFunc(byKind[ByAddress], func(key Key) bool { return len(search.found[key]) > 0 })
	search.properties = selection(append(slices.Clone(properties), "proxyAddresses", OtherMails))
	if err := search.run(ctx, search.hunts(missed, inOtherAddresses())); err != nil {
		return nil, err
	}
	return search.found, nil
}

// selection is what a list of users asks for: the properties named, and those by which a
// user is known.
func selection(properties []Property) []string {
	names := []string{"id", string(UserPrincipalName), "mail"}
	for _, property := range properties {
		if !slices.Contains(names, string(property)) {
			names = append(names, string(property))
		}
	}
	return names
}

// userSearch is one call of FindUsers.
type userSearch struct {
	client     *Client
	properties []string
	found      map[Key][]User
}

// hunt is one list request on behalf of some keys, page after page.
type hunt struct {
	keys []Key
	way  way
	url  string
	// read are the pages that were asked for already.
	read map[string]bool
}

func (h hunt) operation() operation {
	subject := h.keys[0].Value
	if further := len(h.keys) - 1; further > 0 {
		subject += fmt.Sprintf(" and %d more", further)
	}
	return operation{doing: "looking for the user", subject: subject, needs: needsRead}
}

// hunts puts keys of one kind into as few filters as the limits of Graph allow.
func (s *userSearch) hunts(keys []Key, way way) []hunt {
	var hunts []hunt
	for len(keys) > 0 {
		n := min(way.most, len(keys))
		for n > 1 && len(s.url(way.filter(keys[:n]))) > maxListURL {
			n--
		}
		hunts = append(hunts, s.hunt(keys[:n], way))
		keys = keys[n:]
	}
	return hunts
}

func (s *userSearch) hunt(keys []Key, way way) hunt {
	return hunt{keys: keys, way: way, url: s.url(way.filter(keys)), read: map[string]bool{}}
}

func (s *userSearch) url(filter string) string {
	return "/users?$select=" + strings.Join(s.properties, ",") + "&$filter=" + escapeQuery(filter)
}

// run carries the hunts out, and those they lead to.
func (s *userSearch) run(ctx context.Context, hunts []hunt) error {
	signIns := slices.Contains(s.properties, string(SignIns))
	for len(hunts) > 0 {
		some := hunts
		if signIns {
			// More at once would have to wait for each other.
			some = hunts[:min(signInBurst, len(hunts))]
		}
		requests := make([]batchRequest, len(some))
		for i, h := range some {
			requests[i] = batchRequest{method: http.MethodGet, url: h.url, signIns: signIns}
		}
		further := slices.Clone(hunts[len(some):])
		for i, answer := range s.client.batch(ctx, requests) {
			more, err := s.receive(hunts[i], answer)
			if err != nil {
				return err
			}
			further = append(further, more...)
		}
		hunts = further
	}
	return nil
}

// receive takes the users on one page and returns what is to be asked next.
func (s *userSearch) receive(h hunt, answer batchAnswer) ([]hunt, error) {
	var one page[User]
	err := answer.decode(h.operation(), &one)
	if _, refused := errors.AsType[*BadRequest](err); refused && len(h.keys) > 1 {
		// Asked one by one, the key that Graph does not take is named.
		alone := make([]hunt, 0, len(h.keys))
		for _, key := range h.keys {
			alone = append(alone, s.hunt([]Key{key}, h.way))
		}
		return alone, nil
	}
	if err != nil {
		return nil, err
	}
	if one.Value == nil {
		return nil, describe(errNoList, h.operation())
	}
	for _, user := range one.Value {
		for _, key := range h.keys {
			if h.way.holds(key, user) {
				s.found[key] = addUser(s.found[key], user)
			}
		}
	}
	if one.NextLink == "" {
		return nil, nil
	}
	if _, err := s.client.nextPage(one.NextLink); err != nil {
		return nil, describe(err, h.operation())
	}
	h.read[h.url] = true
	h.url = strings.TrimPrefix(one.NextLink, s.client.baseURL)
	if h.read[h.url] {
		return nil, describe(errLoop, h.operation())
	}
	return []hunt{h}, nil
}
