package photo_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestBadInputIsRefusedAtPlan(t *testing.T) {
	t.Parallel()
	s := start(t)
	text := filepath.Join(t.TempDir(), "text.jpg")
	if err := os.WriteFile(text, []byte("no picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := jpegFile("red")
	tests := map[string]struct {
		config, want string
	}{
		"nothing":       {s.photo(), `content_base64`},
		"two":           {s.photo(content(good), `source = "ada.jpg"`), `content_base64`},
		"no base64":     {s.photo(`content_base64 = "§"`), `Invalid base64`},
		"empty":         {s.photo(`content_base64 = ""`), `at least 1`},
		"text":          {s.photo(content([]byte("no picture"))), `neither a JPEG nor a PNG`},
		"text file":     {s.photo(fmt.Sprintf("source = %q", text)), `neither a JPEG nor a PNG`},
		"no file":       {s.photo(`source = "/nowhere/ada.jpg"`), `no such file`},
		"folder":        {s.photo(fmt.Sprintf("source = %q", t.TempDir())), `is a directory`},
		"damaged":       {s.photo(content(good[:len(good)/2])), `is damaged`},
		"no GUID":       {s.Provider() + block("test", "ada@x.example", content(good)), `must be an object id`},
		"tenant name":   {s.photo(`copy_from = { tenant_id = "contoso", user_id = "` + s.home + `" }`), `must be an object id`},
		"nobody":        {s.photo(`copy_from = {}`), `user_id`},
		"one too often": {s.photo(content(good)) + block("again", strings.ToUpper(s.ada), content(good)), `(?s)Two resources for one photo.*Keep one`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acceptance.Run(t, resource.TestCase{Steps: []resource.TestStep{{Config: test.config, ExpectError: regexp.MustCompile(test.want)}}})
		})
	}
}

// Terraform removes and sets one photo in any order: the photo stays.
func TestPhotoIsNotLostOnTheWay(t *testing.T) {
	t.Parallel()
	red := content(jpegFile("red"))
	trigger := func(n int) string {
		return fmt.Sprintf("\nresource \"terraform_data\" \"trigger\" { input = %d }\n", n)
	}
	tests := map[string]func(s *stage) []resource.TestStep{
		"renamed without moved": func(s *stage) []resource.TestStep {
			return []resource.TestStep{{Config: s.photo(red)}, {Config: s.Provider() + block("renamed", s.ada, red), Check: s.shows(s.ada, "red")}}
		},
		"tainted": func(s *stage) []resource.TestStep {
			return []resource.TestStep{{Config: s.photo(red)}, {Taint: []string{name}, Config: s.photo(red), Check: s.shows(s.ada, "red")}}
		},
		"replaced": func(s *stage) []resource.TestStep {
			line := `lifecycle { replace_triggered_by = [terraform_data.trigger] }`
			return []resource.TestStep{
				{Config: s.photo(red, line) + trigger(1)},
				{Config: s.photo(red, line) + trigger(2), ConfigPlanChecks: planned(plancheck.ResourceActionDestroyBeforeCreate), Check: s.shows(s.ada, "red")},
			}
		},
		"created before destroyed": func(s *stage) []resource.TestStep {
			line := "lifecycle {\n create_before_destroy = true\n replace_triggered_by = [terraform_data.trigger]\n }"
			return []resource.TestStep{
				{Config: s.photo(red, line) + trigger(1)},
				{Config: s.photo(red, line) + trigger(2), ConfigPlanChecks: planned(plancheck.ResourceActionCreateBeforeDestroy), Check: s.shows(s.ada, "red")},
			}
		},
		"for another user": func(s *stage) []resource.TestStep {
			return []resource.TestStep{
				{Config: s.photo(red)},
				{
					Config: s.Provider() + block("test", s.grace, red), ConfigPlanChecks: planned(plancheck.ResourceActionDestroyBeforeCreate),
					Check: resource.ComposeTestCheckFunc(s.shows(s.ada, ""), s.shows(s.grace, "red")),
				},
			}
		},
		"two users swapped": func(s *stage) []resource.TestStep {
			green := content(jpegFile("green"))
			return []resource.TestStep{
				{Config: s.photo(red) + block("other", s.grace, green)},
				{
					Config: s.Provider() + block("test", s.grace, red) + block("other", s.ada, green),
					Check:  resource.ComposeTestCheckFunc(s.shows(s.ada, "green"), s.shows(s.grace, "red")),
				},
			}
		},
		"id in capitals": func(s *stage) []resource.TestStep {
			return []resource.TestStep{
				{Config: s.photo(red)},
				{Config: s.Provider() + block("test", strings.ToUpper(s.ada), red), ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
			}
		},
	}
	for label, steps := range tests {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.test(steps(s)...)
		})
	}
}

// A picture that compresses badly still fits a guest's account.
func TestNoiseFitsAGuest(t *testing.T) {
	t.Parallel()
	s := start(t)
	picture := image.NewRGBA(image.Rect(0, 0, 900, 900))
	for i := range picture.Pix {
		picture.Pix[i] = byte(i * i * 2654435761 >> 13)
	}
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(t.TempDir(), "noise.png")
	if err := os.WriteFile(source, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	s.test(resource.TestStep{Config: s.photo(fmt.Sprintf("source = %q", source)), Check: s.wrote("PUT ada")})
}

// Plans need read permissions only.
func TestReadOnlyPlan(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *graphemulator.Config) {
		c.Seed.Tenants[0].Applications[0].Roles = []string{"ProfilePhoto.Read.All"}
	})
	s.test(resource.TestStep{Config: s.photo(content(jpegFile("red"))), PlanOnly: true, ExpectNonEmptyPlan: true})
}

func TestWrongTenant(t *testing.T) {
	t.Parallel()
	s := start(t)
	ready := s.Ready()
	other := strings.Replace(s.photo(content(jpegFile("red"))), ready.Tenants[0].TenantID, ready.Tenants[1].TenantID, 1)
	s.test(
		resource.TestStep{Config: s.photo(content(jpegFile("red")))},
		resource.TestStep{Config: other, ExpectError: regexp.MustCompile(`Wrong tenant`)},
		resource.TestStep{PreConfig: s.ResetRequests, Config: s.photo(content(jpegFile("red"))), ConfigPlanChecks: planned(plancheck.ResourceActionNoop), Check: s.wrote()},
	)
}

// Together with the person: nothing is known at plan, and both go again.
func TestPhotoOfAnInvitedGuest(t *testing.T) {
	t.Parallel()
	s := start(t)
	both := s.Guest() + "\nresource \"entraguest_user_photo\" \"test\" {\n  user_id = entraguest_invitation.test.object_id\n  " + content(jpegFile("red")) + "\n}\n"
	s.test(
		resource.TestStep{Config: both, Check: s.showsOf("entraguest_invitation.test", "red")},
		resource.TestStep{Config: both, ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		resource.TestStep{Config: s.Provider()},
	)
}
