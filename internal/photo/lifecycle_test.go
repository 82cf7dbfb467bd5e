package photo_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func hash(file []byte) knownvalue.Check {
	sum := sha256.Sum256(file)
	return knownvalue.StringExact(hex.EncodeToString(sum[:]))
}

func TestPhotoFromBytes(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	red, green := content(jpegFile("red")), content(pngFile("green"))
	s.test(
		resource.TestStep{
			Config:            s.photo(red),
			ConfigPlanChecks:  planned(plancheck.ResourceActionCreate),
			Check:             resource.ComposeTestCheckFunc(s.shows(s.ada, "red"), s.wrote("PUT ada")),
			ConfigStateChecks: []statecheck.StateCheck{complete(true), value("content_sha256", hash(jpegFile("red"))), value("tenant_id", knownvalue.StringExact(s.TenantID()))},
		},
		resource.TestStep{
			PreConfig:         s.ResetRequests,
			Config:            s.photo(red),
			ConfigPlanChecks:  planned(plancheck.ResourceActionNoop),
			Check:             s.wrote(),
			ConfigStateChecks: []statecheck.StateCheck{value("etag", knownvalue.NotNull())},
		},
		resource.TestStep{
			// PNG in, JPEG out.
			Config:           s.photo(green),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check:            resource.ComposeTestCheckFunc(s.shows(s.ada, "green"), s.wrote("PUT ada")),
		},
		resource.TestStep{
			// Timeouts alone send nothing.
			Config:           s.photo(green, `timeouts = { create = "20m" }`),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check:            s.wrote(),
		},
		resource.TestStep{
			PreConfig:        s.outside(s.TenantID(), s.ada, jpegFile("blue")),
			Config:           s.photo(green),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check:            resource.ComposeTestCheckFunc(s.shows(s.ada, "green"), s.wrote("PUT ada")),
		},
		resource.TestStep{Config: s.Provider(), Check: resource.ComposeTestCheckFunc(s.shows(s.ada, ""), s.wrote("DELETE ada"))},
	)
}

// A refresh asks for the metadata, never for the bytes.
func TestRefreshIsOneRequest(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	s.test(
		resource.TestStep{Config: s.photo(content(jpegFile("red")))},
		resource.TestStep{PreConfig: s.ResetRequests, RefreshState: true, Check: s.sent("GET /users/ada/photo")},
	)
}

func TestPhotoFromAFile(t *testing.T) {
	t.Parallel()
	s := start(t)
	file := filepath.Join(t.TempDir(), "ada.jpg")
	write := func(picture []byte) func() {
		return func() {
			if err := os.WriteFile(file, picture, 0o600); err != nil {
				t.Error(err)
			}
			s.ResetRequests()
		}
	}
	line := fmt.Sprintf("source = %q", file)
	s.test(
		resource.TestStep{Config: s.photo(line), ExpectError: regexp.MustCompile(`(?s)picture cannot be used.*no such file`)},
		resource.TestStep{PreConfig: write(jpegFile("red")), Config: s.photo(line), Check: s.shows(s.ada, "red")},
		resource.TestStep{PreConfig: write(jpegFile("red")), Config: s.photo(line), ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		resource.TestStep{
			PreConfig: write(pngFile("blue")), Config: s.photo(line), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check: resource.ComposeTestCheckFunc(s.shows(s.ada, "blue"), s.wrote("PUT ada")),
		},
		resource.TestStep{
			// The same picture by another way is the same picture.
			Config: s.photo(content(pngFile("blue"))), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: s.wrote(),
		},
		resource.TestStep{PreConfig: write([]byte("no picture")), Config: s.photo(line), ExpectError: regexp.MustCompile(`neither a JPEG nor a PNG`)},
	)
}

func TestPhotoRemovedOutsideIsSetAgain(t *testing.T) {
	t.Parallel()
	s := start(t)
	old := s.outside(s.TenantID(), s.ada, nil)
	s.test(
		resource.TestStep{Config: s.photo(content(jpegFile("red")))},
		resource.TestStep{PreConfig: old, Config: s.photo(content(jpegFile("red"))), ConfigPlanChecks: planned(plancheck.ResourceActionCreate), Check: s.shows(s.ada, "red")},
		// Gone already when it is to go.
		resource.TestStep{PreConfig: old, Config: s.Provider(), Check: s.shows(s.ada, "")},
	)
}

func TestImport(t *testing.T) {
	t.Parallel()
	s := start(t)
	ignore := []string{"content_base64", "content_sha256", "timeouts", "etag"}
	by := func(id string) resource.TestStep {
		return resource.TestStep{
			ResourceName: name, ImportState: true, ImportStateId: id, ImportStateVerify: true,
			ImportStateVerifyIdentifierAttribute: "user_id", ImportStateVerifyIgnore: ignore,
		}
	}
	missing := func(id, text string) resource.TestStep {
		return resource.TestStep{ResourceName: name, ImportState: true, ImportStateId: id, ExpectError: regexp.MustCompile(text)}
	}
	s.test(
		resource.TestStep{Config: s.photo(content(jpegFile("red")))},
		by(s.ada), by("ada_x.example#EXT#@"+s.InitialDomain()),
		missing(s.grace, "There is no photo"), missing("00000000-0000-0000-0000-00000000abcd", "There is no photo"),
		missing("ada", "Invalid import id"),
	)
}

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Test(resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			{
				Config:            s.photo(content(jpegFile("red"))),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectIdentity(name, map[string]knownvalue.Check{"tenant_id": knownvalue.StringExact(s.TenantID()), "user_id": knownvalue.StringExact(s.ada)})},
			},
			{ResourceName: name, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity, ExpectNonEmptyPlan: true},
		},
		CheckDestroy: func(*terraform.State) error { return s.colour(s.ada, "") },
	})
}

// Both positions of what is not established about media etags.
func TestEtagOfThePictureItself(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *graphemulator.Config) { c.Switches.PhotoETagOfContent = true })
	red := s.photo(content(jpegFile("red")))
	s.test(
		resource.TestStep{Config: red},
		resource.TestStep{Config: red, ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		resource.TestStep{PreConfig: s.outside(s.TenantID(), s.ada, jpegFile("blue")), Config: red, ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: s.shows(s.ada, "red")},
		resource.TestStep{Config: red, ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
	)
}
