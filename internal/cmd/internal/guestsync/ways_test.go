package guestsync_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// The tenants of tests/seed.json.
const (
	host  = "0d1c9a52-7f0b-4a39-9c55-2f8f6a1e0b01"
	north = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02"

	inesAtHome = "2f9a6c10-55b1-4e0d-93f7-8c4d1e2b7001"
	everybody  = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a003"
)

// oneApplication copies a photo as well. A source that cannot be read fails the plan, and nobody goes. The application
// may only read the sources, as the seed says, so that a write there would fail.
func (s *stage) oneApplication() {
	s.t.Helper()
	const folder = "ways/one-application"
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 8, 8)), nil); err != nil {
		s.t.Fatal(err)
	}
	if err := s.emulator.PutPhoto(north, inesAtHome, picture.Bytes()); err != nil {
		s.t.Fatal(err)
	}
	s.brings(folder, 6)
	if ines, _ := s.guest("ines@north.example"); s.emulator.Photo(host, ines) == nil {
		s.t.Error("the photo was not copied")
	}

	s.emulator.AddFaults(graphemulator.Fault{PathRegexp: "/groups/" + everybody, Status: http.StatusForbidden})
	output, err := s.try(folder, "plan", "-input=false", "-no-color")
	if err == nil || !strings.Contains(output, "Listing the members of the group failed") {
		s.t.Errorf("a source that cannot be read does not fail the plan: %v\n%s", err, output)
	}
	s.emulator.ClearFaults()
	s.settled(folder)

	// Everybody of North goes by mistake: five may.
	for _, id := range s.emulator.Members(north, everybody) {
		if err := s.emulator.RemoveMember(north, everybody, id); err != nil {
			s.t.Fatal(err)
		}
	}
	s.terraform(folder, "apply", "-input=false", "-no-color", "-auto-approve")
	if _, enabled := s.guest("ines@north.example"); enabled {
		s.t.Error("a leaver is still enabled")
	}
	if _, enabled := s.guest("nora@south.example"); !enabled {
		s.t.Error("somebody of the other source was disabled")
	}
}

// separateApplications brings the same people, without photos.
func (s *stage) separateApplications() {
	s.t.Helper()
	s.brings("ways/separate-applications", 6)
}

// brings applies a way of use, and looks for the guests in the directory.
func (s *stage) brings(folder string, people int) {
	s.t.Helper()
	s.terraform(folder, "init", "-input=false", "-no-color")
	s.terraform(folder, "plan", "-input=false", "-no-color", "-out=plan")
	s.terraform(folder, "apply", "-input=false", "-no-color", "plan")
	s.settled(folder)
	if users := s.emulator.Users(host); len(users) != people {
		s.t.Errorf("%d guests came, want %d", len(users), people)
	}
	if mails := s.emulator.Mailbox(); len(mails) != 0 {
		s.t.Errorf("%d mails were sent", len(mails))
	}
}

// settled plans, and there has to be nothing to do.
func (s *stage) settled(folder string) {
	s.t.Helper()
	s.terraform(folder, "plan", "-input=false", "-no-color", "-detailed-exitcode")
}

// guest returns the object id of the guest with an address, and whether the account can sign in.
func (s *stage) guest(email string) (id string, enabled bool) {
	s.t.Helper()
	for _, user := range s.emulator.Users(host) {
		if user["mail"] == email {
			id, _ := user["id"].(string)
			enabled, _ := user["accountEnabled"].(bool)
			return id, enabled
		}
	}
	s.t.Fatalf("nobody has the address %s", email)
	return "", false
}
