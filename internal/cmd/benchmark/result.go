package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// report is what a run of the benchmark has found.
type report struct {
	Terraform             string    `json:"terraform"`
	LatencySeconds        float64   `json:"latency_seconds"`
	ReplicationLagSeconds float64   `json:"replication_lag_seconds"`
	Provider              program   `json:"provider"`
	Works                 []*result `json:"works"`
	Growth                []growth  `json:"growth"`
	Targets               []target  `json:"targets"`
}

// result is what was found about one work.
type result struct {
	Name    string `json:"name"`
	Guests  int    `json:"guests"`
	Objects int    `json:"objects"`
	Bulk    bool   `json:"bulk"`
	// Standing guests were there already.
	Standing bool         `json:"standing"`
	Phases   []comparison `json:"phases"`
}

// measurement is one phase of one run.
type measurement struct {
	WallSeconds    float64 `json:"wall_seconds"`
	Requests       int     `json:"requests"`
	SignInRequests int     `json:"sign_in_requests"`
	Connections    int     `json:"connections"`
	// GuestWrites are single writes of people, GroupRequests those of Requests that are about groups.
	GuestWrites     int   `json:"guest_writes"`
	GroupRequests   int   `json:"group_requests"`
	PeakMemoryBytes int64 `json:"peak_memory_bytes"`
}

// comparison is one phase of the provider beside its two floors.
type comparison struct {
	Phase string `json:"phase"`
	measurement
	// FloorSeconds is what Terraform itself takes for resources of its own in the same shape.
	FloorSeconds float64 `json:"floor_seconds"`
	// RatioToFloor compares the two.
	RatioToFloor float64 `json:"ratio_to_floor"`
	// OwnFloorSeconds is what the provider takes when Graph answers at once and without lag.
	OwnFloorSeconds float64 `json:"own_floor_seconds"`
	// OverOwnFloorSeconds is what is spent on waiting for Graph.
	OverOwnFloorSeconds float64 `json:"over_own_floor_seconds"`
	// PerObjectSeconds is what one guest, or one membership, takes.
	PerObjectSeconds float64 `json:"per_object_seconds"`
}

func newComparison(phase string, objects int, provider, floor, ownFloor measurement) comparison {
	return comparison{
		Phase: phase, measurement: provider,
		FloorSeconds:        floor.WallSeconds,
		RatioToFloor:        provider.WallSeconds / floor.WallSeconds,
		OwnFloorSeconds:     ownFloor.WallSeconds,
		OverOwnFloorSeconds: provider.WallSeconds - ownFloor.WallSeconds,
		PerObjectSeconds:    provider.WallSeconds / float64(objects),
	}
}

// print writes the table of one work.
func (r *result) print(output io.Writer) {
	fmt.Fprintf(output, "\n%s\n\n", r.Name)
	table := tabwriter.NewWriter(output, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\twall\tfloor\tratio\town floor\tover own floor\tper object\trequests\tconnections\tsign-in\tpeak memory\t")
	for _, phase := range r.Phases {
		fmt.Fprintf(table, "%s\t%.2f s\t%.2f s\t%.1f\t%.2f s\t%+.2f s\t%.1f ms\t%d\t%d\t%d\t%s\t\n",
			phase.Phase, phase.WallSeconds, phase.FloorSeconds, phase.RatioToFloor, phase.OwnFloorSeconds, phase.OverOwnFloorSeconds,
			phase.PerObjectSeconds*1000, phase.Requests, phase.Connections, phase.SignInRequests, memory(phase.PeakMemoryBytes))
	}
	// A write to the standard output that fails leaves nobody to tell.
	_ = table.Flush()
}

// print writes what concerns the whole run: growth and targets.
func (r *report) print(output io.Writer) {
	fmt.Fprintf(output, "\nTerraform %s at its default parallelism. Graph answers after %.0f ms and shows what was written after %.0f ms.\n"+
		"floor: terraform_data in the same shape. own floor: this provider, Graph without latency, lag and limits.\n"+
		"requests: to Graph, on the wire; a batch is one. peak memory: of the largest provider process.\n",
		r.Terraform, r.LatencySeconds*1000, r.ReplicationLagSeconds*1000)
	table := tabwriter.NewWriter(output, 0, 0, 2, ' ', 0)
	if len(r.Growth) > 0 {
		fmt.Fprint(table, "\nTime per object\n\n\tfrom\tto\tgrows\tthe floor's\t\n")
	}
	for _, one := range r.Growth {
		fmt.Fprintf(table, "%s\t%d guests\t%d guests\t× %.2f\t× %.2f\t\n", one.Phase, one.From, one.To, one.Factor, one.FloorFactor)
	}
	fmt.Fprint(table, "\nTargets\n\n\tmeasured\ttarget\t\t\n")
	for _, one := range r.Targets {
		verdict := "FAIL"
		if one.Met {
			verdict = "pass"
		}
		fmt.Fprintf(table, "%s: %s\t%.4g %s\t≤ %.4g %s\t%s\t\n", one.Work, one.What, one.Measured, one.Unit, one.Limit, one.Unit, verdict)
	}
	_ = table.Flush()
}

func memory(bytes int64) string {
	if bytes == 0 {
		return "not measured"
	}

	return fmt.Sprintf("%d MB", bytes>>20)
}
