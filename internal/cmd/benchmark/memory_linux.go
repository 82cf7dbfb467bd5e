package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// peakMemory returns the largest resident memory so far, in bytes, of the processes that run program now.
// Source: VmHWM in /proc/[pid]/status, proc_pid_status(5).
func peakMemory(program string) int64 {
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		return 0
	}

	var peak int64
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != program {
			continue
		}
		status, err := os.ReadFile(filepath.Join(filepath.Dir(link), "status"))
		if err != nil {
			continue
		}
		peak = max(peak, highWaterMark(status))
	}

	return peak
}

// highWaterMark finds VmHWM, which stands there in kibibytes.
func highWaterMark(status []byte) int64 {
	for line := range bytes.Lines(status) {
		value, found := strings.CutPrefix(string(line), "VmHWM:")
		if !found {
			continue
		}
		kibibytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		if err != nil {
			return 0
		}

		return kibibytes << 10
	}

	return 0
}
