package main

import (
	"os"
	"testing"
)

func TestHighWaterMark(t *testing.T) {
	t.Parallel()

	for status, want := range map[string]int64{
		"Name:\tx\nVmPeak:\t  900 kB\nVmHWM:\t   41984 kB\nVmRSS:\t 1 kB\n": 41984 << 10,
		"Name:\tx\n":      0,
		"VmHWM:\tmuch\n":  0,
		"VmHWM:\t1 kB":    1 << 10,
		"NotVmHWM:\t1 kB": 0,
	} {
		if got := highWaterMark([]byte(status)); got != want {
			t.Errorf("highWaterMark(%q) = %d, want %d", status, got, want)
		}
	}
}

func TestPeakMemoryOfThisProcess(t *testing.T) {
	t.Parallel()

	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	if got := peakMemory(program); got < 1<<20 {
		t.Errorf("peakMemory of this process = %d bytes, want more than a mebibyte", got)
	}
	if got := peakMemory("/no/such/program"); got != 0 {
		t.Errorf("peakMemory of nothing = %d, want 0", got)
	}
}
