package sandbox

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWithoutPrefixes(t *testing.T) {
	t.Parallel()

	got := withoutPrefixes([]string{"PATH=/bin", "TF_LOG=trace", "ARM_TENANT_ID=x", "TFX=1", "HOME=/root"}, inherited)
	want := []string{"PATH=/bin", "TFX=1", "HOME=/root"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
