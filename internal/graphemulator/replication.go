package graphemulator

import (
	"slices"
	"time"
)

// properties is an object as Graph JSON. A map that has become part of a history is
// never written again.
type properties = map[string]any

// version is what an object looked like from a moment on; nil properties mean that it
// was not there.
type version struct {
	at         time.Time
	properties properties
}

// object is a user or a group with what lagging replicas still see of it. The history
// is never empty; its last version is the truth.
type object struct {
	id       string
	kind     string
	sequence int64
	history  []version
	// hits counts the requests for the object while it is fresh; the one of four that
	// leaves the remainder phase meets the replica that lags.
	hits, phase int
}

func (o *object) current() properties { return o.history[len(o.history)-1].properties }

// asOf is what a replica shows that has heard of nothing later than t.
func (o *object) asOf(t time.Time) properties {
	for _, v := range slices.Backward(o.history) {
		if !v.at.After(t) {
			return v.properties
		}
	}
	return nil
}

// replication decides what a request sees.
type replication struct {
	lag  time.Duration
	hits LagHits
	// fresh counts the objects created, so that each meets its lagging replica at
	// another of its first four requests.
	fresh int
}

// write makes properties the truth about an object. Versions that every replica has
// overtaken are forgotten.
func (r *replication) write(o *object, p properties) {
	now := time.Now()
	if r.lag <= 0 {
		o.history = []version{{properties: p}}
		return
	}
	if len(o.history) == 0 {
		o.phase = r.fresh % 4
		r.fresh++
	}
	horizon := now.Add(-r.lag)
	first := 0
	for i, v := range o.history {
		if !v.at.After(horizon) {
			first = i
		}
	}
	o.history = append(append([]version(nil), o.history[first:]...), version{at: now, properties: p})
	if len(o.history) == 2 {
		// A change begins a new count: what was counted before belongs to an older one.
		o.hits = 0
	}
}

// settle makes properties the truth on every replica at once.
func (r *replication) settle(o *object, p properties) {
	o.history = []version{{properties: p}}
}

// fresh reports whether some replica has not heard the truth about an object yet.
func (r *replication) isFresh(o *object) bool {
	return r.lag > 0 && time.Since(o.history[len(o.history)-1].at) < r.lag
}

// view is what the next request for an object sees: nil when it meets a replica that
// does not have it. Every call counts as a request.
func (r *replication) view(o *object) properties {
	if o == nil {
		return nil
	}
	if !r.isFresh(o) {
		return o.current()
	}
	if !r.stale(&o.hits, o.phase) {
		return o.current()
	}
	return o.asOf(time.Now().Add(-r.lag))
}

// stale counts a request and reports whether it meets the replica that lags.
func (r *replication) stale(hits *int, phase int) bool {
	hit := *hits % 4
	*hits++
	return r.hits == LagAll || hit == phase
}
