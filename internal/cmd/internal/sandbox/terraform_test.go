package sandbox

import (
	"errors"
	"testing"
)

func TestSupported(t *testing.T) {
	t.Parallel()

	for version, want := range map[string]bool{
		"1.8.0":         true,
		"1.11.4":        true,
		"1.16.0-alpha1": true,
		"2.0.0":         true,
		"1.7.5":         false,
		"0.15.5":        false,
		"":              false,
		"newest":        false,
	} {
		if got := supported(version); got != want {
			t.Errorf("supported(%q) = %t, want %t", version, got, want)
		}
	}
}

func TestParseVersion(t *testing.T) {
	t.Parallel()

	got, err := parseVersion([]byte(`{"terraform_version": "1.11.4", "platform": "linux_amd64"}`))
	if err != nil || got != "1.11.4" {
		t.Errorf("parseVersion = %q, %v; want 1.11.4", got, err)
	}
	for _, output := range []string{"", "Terraform v1.11.4", "{}"} {
		if got, err := parseVersion([]byte(output)); err == nil {
			t.Errorf("parseVersion(%q) = %q, want an error", output, got)
		}
	}
}

func TestFindTerraformMissing(t *testing.T) {
	t.Parallel()

	if _, err := FindTerraform(t.Context(), "no-such-terraform"); !errors.Is(err, ErrTerraform) {
		t.Errorf("FindTerraform = %v, want ErrTerraform", err)
	}
}
