package graphemulator

import (
	"slices"
	"time"
)

// link is one reference from an object to another.
type link struct {
	id    string
	since time.Time
	// until is zero while the link exists.
	until time.Time
	hits  int
}

// relation is the ordered set of references of one object under one name: the members
// of a group, the sponsors of a user. Links that were removed are kept while some
// replica still shows them.
type relation struct {
	links   []*link
	byID    map[string]*link
	changed time.Time
	hits    int
}

func newRelation() *relation { return &relation{byID: map[string]*link{}} }

func (r *relation) has(id string) bool {
	l := r.byID[id]
	return l != nil && l.until.IsZero()
}

// ids lists what the relation really holds.
func (r *relation) ids() []string {
	ids := make([]string, 0, len(r.links))
	for _, l := range r.links {
		if l.until.IsZero() {
			ids = append(ids, l.id)
		}
	}
	return ids
}

// idsAsOf lists what a replica shows that has heard of nothing later than t.
func (r *relation) idsAsOf(t time.Time) []string {
	ids := make([]string, 0, len(r.links))
	for _, l := range r.links {
		if !l.since.After(t) && (l.until.IsZero() || l.until.After(t)) {
			ids = append(ids, l.id)
		}
	}
	return ids
}

// add links an id that is not linked. A zero time makes it known to every replica.
func (r *relation) add(id string, at time.Time) {
	r.drop(id)
	l := &link{id: id, since: at}
	r.links = append(r.links, l)
	r.byID[id] = l
	r.changed = at
}

// remove ends a link; replicas that lag show it until they hear of it.
func (r *relation) remove(id string, at time.Time, lag time.Duration) {
	if !r.has(id) {
		return
	}
	if lag <= 0 || at.IsZero() {
		r.drop(id)
		return
	}
	r.byID[id].until = at
	r.changed = at
	horizon := at.Add(-lag)
	r.links = slices.DeleteFunc(r.links, func(l *link) bool {
		gone := !l.until.IsZero() && l.until.Before(horizon)
		if gone && r.byID[l.id] == l {
			delete(r.byID, l.id)
		}
		return gone
	})
}

// drop forgets an id at once.
func (r *relation) drop(id string) {
	l := r.byID[id]
	if l == nil {
		return
	}
	delete(r.byID, id)
	r.links = slices.DeleteFunc(r.links, func(other *link) bool { return other == l })
}

// viewRelation lists what the next request for a relation sees.
func (r *replication) viewRelation(rel *relation) []string {
	if rel == nil {
		return nil
	}
	if r.lag > 0 && time.Since(rel.changed) < r.lag && r.stale(&rel.hits, 0) {
		return rel.idsAsOf(time.Now().Add(-r.lag))
	}
	return rel.ids()
}

// sees reports whether a request that names one link meets a replica that knows it.
func (r *replication) sees(rel *relation, id string) bool {
	if rel == nil {
		return false
	}
	l := rel.byID[id]
	if l == nil || !l.until.IsZero() {
		return false
	}
	return r.lag <= 0 || time.Since(l.since) >= r.lag || !r.stale(&l.hits, 0)
}

// shows reports what a request sees that looks at one link from the other end.
func (r *replication) shows(rel *relation, id string) bool {
	if rel == nil {
		return false
	}
	l := rel.byID[id]
	if l == nil {
		return false
	}
	changed := l.since
	if !l.until.IsZero() {
		changed = l.until
	}
	if r.lag <= 0 || time.Since(changed) >= r.lag || !r.stale(&l.hits, 0) {
		return l.until.IsZero()
	}
	horizon := time.Now().Add(-r.lag)
	return !l.since.After(horizon) && (l.until.IsZero() || l.until.After(horizon))
}
