package graphemulator

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// collection holds objects by id, and in the order in which lists show them.
type collection struct {
	byID  map[string]*object
	order []*object
	// buried are objects that are gone but that some replica may still show.
	buried []*object
	// changed is the last change that replicas may not have heard of; hits counts the
	// lists since.
	changed time.Time
	hits    int
}

func newCollection() *collection { return &collection{byID: map[string]*object{}} }

func (c *collection) add(o *object) {
	c.byID[o.id] = o
	c.order = append(c.order, o)
}

func (c *collection) remove(o *object) {
	delete(c.byID, o.id)
	if i, found := c.position(o.sequence); found {
		c.order = slices.Delete(c.order, i, i+1)
	}
}

// position is where the object with a sequence number is, or would be.
func (c *collection) position(sequence int64) (int, bool) {
	return slices.BinarySearchFunc(c.order, sequence, func(o *object, s int64) int {
		return cmp.Compare(o.sequence, s)
	})
}

// sweep forgets the buried objects that no replica shows any more.
func (c *collection) sweep(r *replication) {
	c.buried = slices.DeleteFunc(c.buried, func(o *object) bool {
		if o.exists() {
			return true
		}
		if r.isFresh(o) {
			return false
		}
		if c.byID[o.id] == o {
			c.remove(o)
		}
		return true
	})
}

// item is an object as one list shows it.
type item struct {
	sequence   int64
	kind       string
	properties properties
}

// items lists what the next list request sees, in order.
func (c *collection) items(r *replication) []item {
	stale := r.lag > 0 && time.Since(c.changed) < r.lag && r.stale(&c.hits, 0)
	horizon := time.Now().Add(-r.lag)
	items := make([]item, 0, len(c.order))
	for _, o := range c.order {
		p := o.current()
		if stale {
			p = o.asOf(horizon)
		}
		if p != nil {
			items = append(items, item{sequence: o.sequence, kind: o.kind, properties: p})
		}
	}
	return items
}

// index finds object ids by a text, without regard to case.
type index struct{ ids map[string][]string }

func newIndex() *index { return &index{ids: map[string][]string{}} }

func (x *index) holders(key string) []string { return x.ids[strings.ToLower(key)] }

func (x *index) add(key, id string) {
	if key == "" {
		return
	}
	key = strings.ToLower(key)
	if !slices.Contains(x.ids[key], id) {
		x.ids[key] = append(x.ids[key], id)
	}
}

func (x *index) remove(key, id string) {
	key = strings.ToLower(key)
	rest := slices.DeleteFunc(x.ids[key], func(other string) bool { return other == id })
	if len(rest) == 0 {
		delete(x.ids, key)
		return
	}
	x.ids[key] = rest
}

// heldByOther reports whether somebody else holds a text.
func (x *index) heldByOther(key, id string) bool {
	for _, holder := range x.holders(key) {
		if holder != id {
			return true
		}
	}
	return false
}

// text reads a string property; "" when it is null or none.
func text(p properties, name string) string {
	value, _ := p[name].(string)
	return value
}

// texts reads a collection of strings.
func texts(p properties, name string) []string {
	list, _ := p[name].([]any)
	values := make([]string, 0, len(list))
	for _, element := range list {
		if value, ok := element.(string); ok {
			values = append(values, value)
		}
	}
	return values
}

// flag reads a Boolean property; false when it is null.
func flag(p properties, name string) bool {
	value, _ := p[name].(bool)
	return value
}

// addressesOf lists mail and proxy addresses, without scheme, in lower case.
func addressesOf(p properties) []string {
	var addresses []string
	if mail := text(p, "mail"); mail != "" {
		addresses = append(addresses, strings.ToLower(mail))
	}
	for _, proxy := range texts(p, "proxyAddresses") {
		_, address, found := strings.Cut(proxy, ":")
		if address = strings.ToLower(address); found && !slices.Contains(addresses, address) {
			addresses = append(addresses, address)
		}
	}
	return addresses
}
