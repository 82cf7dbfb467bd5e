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

	for output, want := range map[string][2]string{
		"Terraform v1.11.4\non linux_amd64\n\nYour version of Terraform is out of date!\n": {"Terraform", "1.11.4"},
		"OpenTofu v1.12.6\non linux_amd64\n":                                               {"OpenTofu", "1.12.6"},
	} {
		product, version, err := parseVersion(output)
		if err != nil || [2]string{product, version} != want {
			t.Errorf("parseVersion(%q) = %s %s, %v; want %s", output, product, version, err, want)
		}
	}
	for _, output := range []string{"", "v1.11.4", "{}"} {
		if product, version, err := parseVersion(output); err == nil {
			t.Errorf("parseVersion(%q) = %s %s, want an error", output, product, version)
		}
	}
}

func TestFindTerraformMissing(t *testing.T) {
	t.Parallel()

	if _, err := FindTerraform(t.Context(), "no-such-terraform"); !errors.Is(err, ErrTerraform) {
		t.Errorf("FindTerraform = %v, want ErrTerraform", err)
	}
}

func TestRegistry(t *testing.T) {
	t.Parallel()

	for product, want := range map[string]string{OpenTofu: "registry.opentofu.org", "Terraform": "registry.terraform.io"} {
		if got := (Terraform{Product: product}).registry(); got != want {
			t.Errorf("%s looks into %s, want %s", product, got, want)
		}
	}
}
