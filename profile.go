//go:build profile

package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
)

// profileVariable names the folder a build for measuring writes its profiles to: one of the CPU and one of all
// allocations for each of its processes.
const profileVariable = "ENTRAGUEST_PROFILES"

// profiled begins to profile the process; stop writes the profiles.
func profiled() (stop func()) {
	folder := os.Getenv(profileVariable)
	if folder == "" {
		return func() {}
	}
	name := func(kind string) string {
		return filepath.Join(folder, fmt.Sprintf("%s-%d.prof", kind, os.Getpid()))
	}
	processor, err := os.Create(name("cpu"))
	if err == nil {
		err = pprof.StartCPUProfile(processor)
	}
	if err != nil {
		log.Fatal(err)
	}

	return func() {
		pprof.StopCPUProfile()
		allocations, err := os.Create(name("allocs"))
		if err == nil {
			runtime.GC()
			err = pprof.Lookup("allocs").WriteTo(allocations, 0)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
}
