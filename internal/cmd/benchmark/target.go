package main

import "fmt"

// target is one number to reach.
type target struct {
	Work     string  `json:"work"`
	What     string  `json:"what"`
	Measured float64 `json:"measured"`
	Limit    float64 `json:"limit"`
	Unit     string  `json:"unit"`
	Met      bool    `json:"met"`
}

// growth is how the time per object grows with the number of guests: that of the provider, and that of the floor.
type growth struct {
	Phase       string  `json:"phase"`
	From        int     `json:"from"`
	To          int     `json:"to"`
	Factor      float64 `json:"factor"`
	FloorFactor float64 `json:"floor_factor"`
}

// The published write limit of one application in one tenant: so many at once, and so many in a second for ever.
// Source: https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits.
const (
	writeBurst     = 3000
	writesInSecond = 20
)

const megabyte = 1 << 20

// Numbers of guests up to which times are promised, and where a target of requests is for a hundred.
const (
	promisedLife    = 100
	promisedRefresh = 2000
	hundred         = 100.0
)

// judge compares what was found with the numbers to reach.
func (r *report) judge() {
	r.Growth, r.Targets = nil, nil
	before := map[string]*result{}
	for _, work := range r.Works {
		for _, phase := range work.Phases {
			if work.Bulk {
				r.judgeBulk(work, phase)
			} else {
				r.judgeSingle(work, phase)
			}
			kind := fmt.Sprint(phase.Phase, work.Bulk, work.Standing)
			if previous := before[kind]; previous != nil && previous.Guests < work.Guests {
				r.judgeGrowth(previous, work, phase)
			}
			before[kind] = work
		}
	}
	r.expect("provider", "program", float64(r.Provider.BinaryBytes)/megabyte, 50, "MB")
	r.expect("provider", "time to schema", r.Provider.SchemaSeconds*1000, 150, "ms")
	r.expect("provider", "idle memory", float64(r.Provider.IdleMemoryBytes)/megabyte, 60, "MB")
}

func (r *report) expect(work, what string, measured, limit float64, unit string) {
	r.Targets = append(r.Targets, target{Work: work, What: what, Measured: measured, Limit: limit, Unit: unit, Met: measured <= limit})
}

// judgeSingle judges a phase of guests with a resource each.
func (r *report) judgeSingle(w *result, phase comparison) {
	guests := float64(w.Guests)
	name := fmt.Sprintf("%s %d", phase.Phase, w.Guests)
	switch phase.Phase {
	case "create":
		r.expect(name, "writes for each guest", float64(phase.GuestWrites)/guests, 2, "")
		r.expect(name, "requests for 100 memberships", float64(phase.GroupRequests)*hundred/guests, 15, "")
		if w.Guests <= promisedLife {
			r.expect(name, "over own floor", phase.OverOwnFloorSeconds, 4+10*r.ReplicationLagSeconds, "s")
		}
	case "refresh":
		r.expect(name, "requests", float64(phase.Requests), 25, "")
		if w.Guests <= promisedRefresh {
			r.expect(name, "over own floor", phase.OverOwnFloorSeconds, 3, "s")
		}
	case "destroy":
		r.expect(name, "writes for each guest", float64(phase.GuestWrites)/guests, 1, "")
		r.expect(name, "requests for 100 memberships", float64(phase.GroupRequests)*hundred/guests, 15, "")
		if w.Guests <= promisedLife {
			r.expect(name, "over own floor", phase.OverOwnFloorSeconds, 3, "s")
		}
	}
}

// judgeBulk judges a phase of entraguest_guests.
func (r *report) judgeBulk(w *result, phase comparison) {
	name := fmt.Sprintf("bulk %s %d", phase.Phase, w.Guests)
	switch phase.Phase {
	case "create":
		r.expect(name, "writes for each guest", float64(phase.GuestWrites)/float64(w.Guests), 2, "")
		if phase.GuestWrites > writeBurst {
			allowed := float64(phase.GuestWrites-writeBurst) / writesInSecond
			r.expect(name, "time, beside what the write limit allows", phase.WallSeconds/allowed, 1.2, "")
		}
	case "plan", "refresh":
		r.expect(name, "time", phase.WallSeconds, 30, "s")
		r.expect(name, "requests", float64(phase.Requests), 15, "")
		if phase.PeakMemoryBytes > 0 {
			r.expect(name, "peak memory", float64(phase.PeakMemoryBytes)/megabyte, 200, "MB")
		}
	}
}

// judgeGrowth compares a phase with the same one of fewer guests: the time for one object may grow by a fifth more than
// that of the floor, which grows with the size of the state.
func (r *report) judgeGrowth(few, many *result, phase comparison) {
	for _, earlier := range few.Phases {
		if earlier.Phase != phase.Phase {
			continue
		}
		more := float64(many.Objects) / float64(few.Objects)
		one := growth{
			Phase: phase.Phase, From: few.Guests, To: many.Guests,
			Factor: phase.PerObjectSeconds / earlier.PerObjectSeconds, FloorFactor: phase.FloorSeconds / earlier.FloorSeconds / more,
		}
		r.Growth = append(r.Growth, one)
		r.expect(fmt.Sprintf("%s %d to %d", one.Phase, one.From, one.To), "growth beside the floor's", one.Factor/one.FloorFactor, 1.2, "")
	}
}
