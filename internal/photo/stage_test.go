package photo_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

const name = "entraguest_user_photo.test"

// stage is a tenant with guests, and a second one they come from.
type stage struct {
	*acceptance.Environment
	t *testing.T
	// ada and grace are guests of the first tenant, home is ada in the second.
	ada, grace, home string
}

func start(t *testing.T, configure ...func(*graphemulator.Config)) *stage {
	t.Helper()
	twoTenants := func(c *graphemulator.Config) {
		c.Seed = graphemulator.DefaultSeed()
		other := graphemulator.DefaultSeed().Tenants[0]
		other.Applications = c.Seed.Tenants[0].Applications
		c.Seed.Tenants = append(c.Seed.Tenants, other)
	}
	e := acceptance.Start(t, append([]func(*graphemulator.Config){twoTenants}, configure...)...)
	s := &stage{Environment: e, t: t}
	s.ada = s.user(e.TenantID(), "ada", "2020-01-02T03:04:05Z")
	s.grace = s.user(e.TenantID(), "grace", "2020-01-02T03:04:05Z")
	s.home = s.user(s.otherTenant(), "home", "2020-01-02T03:04:05Z")
	return s
}

func (s *stage) user(tenantID, nick, created string) string {
	s.t.Helper()
	id, err := s.PutUser(tenantID, map[string]any{
		"userPrincipalName": nick + "_x.example#EXT#@" + s.InitialDomain(), "displayName": nick, "mail": nick + "@x.example",
		"userType": "Guest", "creationType": "Invitation", "createdDateTime": created,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s *stage) otherTenant() string { return s.Ready().Tenants[1].TenantID }

// sources is the provider block that may read the second tenant.
func (s *stage) sources() string {
	return s.Provider(fmt.Sprintf("source_tenant_ids = [%q]", s.otherTenant()))
}

// photo returns a configuration with one photo of ada.
func (s *stage) photo(lines ...string) string {
	return s.Provider() + block("test", s.ada, lines...)
}

func (s *stage) copied(lines ...string) string {
	return s.sources() + block("test", s.ada, append(lines, fmt.Sprintf("copy_from = { tenant_id = %q, user_id = %q }", s.otherTenant(), s.home))...)
}

func block(label, userID string, lines ...string) string {
	return fmt.Sprintf("\nresource \"entraguest_user_photo\" %q {\n  user_id = %q\n  %s\n}\n", label, userID, strings.Join(lines, "\n  "))
}

func content(picture []byte) string {
	return fmt.Sprintf("content_base64 = %q", base64.StdEncoding.EncodeToString(picture))
}

// test runs the steps; in the end nobody has a photo, whatever the state says.
func (s *stage) test(steps ...resource.TestStep) {
	s.t.Helper()
	s.Test(resource.TestCase{Steps: steps, CheckDestroy: func(*terraform.State) error {
		for _, id := range []string{s.ada, s.grace} {
			if s.Photo(s.TenantID(), id) != nil {
				return fmt.Errorf("user %s still has a photo", id)
			}
		}
		return nil
	}})
}

// shows checks the colour of a user's photo in the directory; "" for none.
func (s *stage) shows(userID, colour string) resource.TestCheckFunc {
	return func(*terraform.State) error { return s.colour(userID, colour) }
}

func (s *stage) colour(userID, want string) error {
	got := ""
	if file := s.Photo(s.TenantID(), userID); file != nil {
		decoded, err := jpeg.Decode(bytes.NewReader(file))
		if err != nil {
			return err
		}
		got = "?"
		r, g, b, _ := decoded.At(decoded.Bounds().Dx()/2, decoded.Bounds().Dy()/2).RGBA()
		for known, c := range colours {
			if near(r, c.R) && near(g, c.G) && near(b, c.B) {
				got = known
			}
		}
	}
	if got != want {
		return fmt.Errorf("the photo of %s is %q, want %q", userID, got, want)
	}
	return nil
}

func near(a uint32, b uint8) bool { return max(a>>8, uint32(b))-min(a>>8, uint32(b)) < 30 }

// showsOf is shows for a user that Terraform has made.
func (s *stage) showsOf(guest, colour string) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		return s.colour(state.RootModule().Resources[guest].Primary.Attributes["object_id"], colour)
	}
}

// sent compares the requests about photos since the last call, with the ids of users
// replaced by their names. Batches are taken apart.
func (s *stage) sent(want ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		var got []string
		for _, line := range s.Sent(func(r graphemulator.Request) bool { return r.Method != http.MethodPost }) {
			got = append(got, strings.NewReplacer(s.ada, "ada", s.grace, "grace", s.home, "home", "/v1.0", "").Replace(line))
		}
		s.ResetRequests()
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("requests differ: %s", diff)
		}
		return nil
	}
}

// wrote compares the writes since the last call.
func (s *stage) wrote(want ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		var got []string
		for _, line := range s.Sent(acceptance.Writes) {
			if !strings.Contains(line, "$batch") {
				got = append(got, strings.NewReplacer(s.ada, "ada", s.grace, "grace", "/v1.0/users/", "", "/photo/$value", "").Replace(line))
			}
		}
		s.ResetRequests()
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("writes differ: %s", diff)
		}
		return nil
	}
}

// outside changes a photo behind Terraform's back, ten minutes later: so soon after a
// write of its own, the provider takes nothing for a change.
func (s *stage) outside(tenantID, userID string, picture []byte) func() {
	return func() {
		s.ResetRequests()
		s.AdvanceClock(10 * time.Minute)
		if err := s.PutPhoto(tenantID, userID, picture); err != nil {
			s.t.Error(err)
		}
	}
}

var colours = map[string]color.RGBA{
	"red": {R: 255, A: 255}, "green": {G: 255, A: 255}, "blue": {B: 255, A: 255},
}

func plain(colour string) image.Image {
	picture := image.NewRGBA(image.Rect(0, 0, 96, 96))
	for y := range 96 {
		for x := range 96 {
			picture.SetRGBA(x, y, colours[colour])
		}
	}
	return picture
}

func jpegFile(colour string) []byte {
	var file bytes.Buffer
	_ = jpeg.Encode(&file, plain(colour), nil) // a buffer takes everything
	return file.Bytes()
}

func pngFile(colour string) []byte {
	var file bytes.Buffer
	_ = png.Encode(&file, plain(colour)) // a buffer takes everything
	return file.Bytes()
}

func value(attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(name, tfjsonpath.New(attribute), want)
}

func complete(want bool) statecheck.StateCheck { return value("complete", knownvalue.Bool(want)) }

func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(name, action)}}
}

// steady has no replication lag, for tests that count requests.
func steady(c *graphemulator.Config) { c.ReplicationLag = 0 }
