// Command terraform-provider-entraguest serves the entraguest provider to Terraform and OpenTofu.
package main

import (
	"flag"
	"log"
	"os"
	"runtime/debug"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/entraguest/terraform-provider-entraguest/internal/bulk"
	"github.com/entraguest/terraform-provider-entraguest/internal/provider"
	"github.com/entraguest/terraform-provider-entraguest/internal/walk"
)

// address is where the provider lives in the registry; a debugger's reattach configuration must name it too.
const address = "registry.terraform.io/entraguest/entraguest"

// version is set by the linker in a release.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger such as delve and print the reattach configuration")
	flag.Parse()

	if err := quietFramework(os.Environ(), os.Setenv); err != nil {
		log.Fatal(err)
	}

	limitGarbage(os.LookupEnv)
	stop := profiled()

	// No signal handler is installed here: on Ctrl-C Terraform asks the provider to stop, and what has been
	// sent to Graph by then still has to reach the state.
	var options []tf6server.ServeOpt
	if *debug {
		options = append(options, tf6server.WithManagedDebug())
	}

	serve := func() tfprotov6.ProviderServer { return bulk.NewServer(provider.New(version)()) }
	err := tf6server.Serve(address, func() tfprotov6.ProviderServer { return walk.NewServer(serve) }, options...)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

// quietFramework switches the plugin framework's own log off unless the environment asks for any log at all.
// With the level unset the framework composes every message before it is dropped, which costs time quadratic
// in the number of values of a plan.
func quietFramework(environment []string, setenv func(key, value string) error) error {
	for _, entry := range environment {
		if strings.HasPrefix(entry, "TF_LOG") {
			return nil
		}
	}

	return setenv("TF_LOG_SDK_FRAMEWORK", "off")
}

// Garbage is left alone until it fills most of memoryGoal, in bytes: the framework turns the values of a large plan over
// many times, and half of the provider's time went into clearing up behind it. With the goal, 10,000 guests in one
// resource stay below 200 MB.
const (
	garbagePercent = 400
	memoryGoal     = 150 << 20
)

// limitGarbage sets the limits unless the environment has its own, GOGC and GOMEMLIMIT.
func limitGarbage(lookup func(string) (string, bool)) {
	if _, given := lookup("GOGC"); !given {
		debug.SetGCPercent(garbagePercent)
	}
	if _, given := lookup("GOMEMLIMIT"); !given {
		debug.SetMemoryLimit(memoryGoal)
	}
}
