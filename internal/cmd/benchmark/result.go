package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// result is what one run of the benchmark has found. It is the report of -json.
type result struct {
	Terraform             string       `json:"terraform"`
	Guests                int          `json:"guests"`
	Memberships           bool         `json:"memberships"`
	LatencySeconds        float64      `json:"latency_seconds"`
	ReplicationLagSeconds float64      `json:"replication_lag_seconds"`
	Phases                []comparison `json:"phases"`
}

// measurement is one phase of one run.
type measurement struct {
	WallSeconds     float64 `json:"wall_seconds"`
	Requests        int     `json:"requests"`
	SignInRequests  int     `json:"sign_in_requests"`
	Connections     int     `json:"connections"`
	PeakMemoryBytes int64   `json:"peak_memory_bytes"`
}

// comparison is one phase of the provider beside its two floors.
type comparison struct {
	Phase string `json:"phase"`
	measurement
	// FloorSeconds is what Terraform itself takes for as many resources.
	FloorSeconds float64 `json:"floor_seconds"`
	// OverFloorSeconds and RatioToFloor compare the two.
	OverFloorSeconds float64 `json:"over_floor_seconds"`
	RatioToFloor     float64 `json:"ratio_to_floor"`
	// OwnFloorSeconds is what the provider takes when Graph answers at once and without lag.
	OwnFloorSeconds float64 `json:"own_floor_seconds"`
	// OverOwnFloorSeconds is what is spent on waiting for Graph.
	OverOwnFloorSeconds float64 `json:"over_own_floor_seconds"`
}

func newComparison(phase string, provider, floor, ownFloor measurement) comparison {
	return comparison{
		Phase: phase, measurement: provider,
		FloorSeconds:        floor.WallSeconds,
		OverFloorSeconds:    provider.WallSeconds - floor.WallSeconds,
		RatioToFloor:        provider.WallSeconds / floor.WallSeconds,
		OwnFloorSeconds:     ownFloor.WallSeconds,
		OverOwnFloorSeconds: provider.WallSeconds - ownFloor.WallSeconds,
	}
}

// print writes the table a person reads.
func (r *result) print(output io.Writer) {
	what := "guests"
	if r.Memberships {
		what = "guests, each in one group"
	}
	fmt.Fprintf(output, "%d %s, Terraform %s at its default parallelism; Graph answers after %s, shows what was written after %s\n\n",
		r.Guests, what, r.Terraform, seconds(r.LatencySeconds), seconds(r.ReplicationLagSeconds))

	table := tabwriter.NewWriter(output, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\twall\tfloor\tover floor\tratio\town floor\tover own floor\trequests\tsign-in\tconnections\tpeak memory\t")
	for _, phase := range r.Phases {
		fmt.Fprintf(table, "%s\t%.2f s\t%.2f s\t%+.2f s\t%.1f\t%.2f s\t%+.2f s\t%d\t%d\t%d\t%s\t\n",
			phase.Phase, phase.WallSeconds, phase.FloorSeconds, phase.OverFloorSeconds, phase.RatioToFloor,
			phase.OwnFloorSeconds, phase.OverOwnFloorSeconds,
			phase.Requests, phase.SignInRequests, phase.Connections, memory(phase.PeakMemoryBytes))
	}
	// A write to the standard output that fails leaves nobody to tell.
	_ = table.Flush()

	fmt.Fprint(output, "\nfloor: as many terraform_data resources, in the same run. own floor: this provider, Graph without latency or lag.\n"+
		"requests: to Graph, on the wire; a batch is one. peak memory: of the largest provider process.\n")
}

func seconds(value float64) time.Duration { return time.Duration(value * float64(time.Second)) }

func memory(bytes int64) string {
	if bytes == 0 {
		return "not measured"
	}

	return fmt.Sprintf("%d MB", bytes>>20)
}
