// Command graph-emulator serves the Graph emulator until it is interrupted.
//
//	graph-emulator -listen 127.0.0.1:0 -ready FILE [-seed FILE] [-seed-guests N]
//	    [-latency 50ms] [-replication-lag 500ms] [-lag-hits some|all] [-throttle off|small|medium|large]
//
// The ready file appears when it serves. It tells in JSON how to reach it and sign in,
// and is removed at the end.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	err := run(ctx, os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "graph-emulator:", err)
		stop()
		os.Exit(1)
	}
}
