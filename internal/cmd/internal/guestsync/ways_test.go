package guestsync_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// The tenants of tests/seed.json.
const (
	host  = "0d1c9a52-7f0b-4a39-9c55-2f8f6a1e0b01"
	north = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02"
	south = "91a5d3e8-6b2c-4f17-8d90-3c7e5a0f4b03"

	inesAtHome = "2f9a6c10-55b1-4e0d-93f7-8c4d1e2b7001"
	leaAtHome  = "2f9a6c10-55b1-4e0d-93f7-8c4d1e2b7004"
	everybody  = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a003"
)

// portrait is a JPEG of one colour.
func portrait(t *testing.T, shade uint8) []byte {
	t.Helper()
	canvas := image.NewGray(image.Rect(0, 0, 8, 8))
	for i := range canvas.Pix {
		canvas.Pix[i] = shade
	}
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, canvas, nil); err != nil {
		t.Fatal(err)
	}

	return picture.Bytes()
}

// oneApplication copies photos as well. The application may only read the sources, as the seed says, so that a write
// there would fail.
func (s *stage) oneApplication() {
	s.t.Helper()
	const folder = "ways/one-application"
	for _, id := range []string{inesAtHome, leaAtHome} {
		if err := s.emulator.PutPhoto(north, id, portrait(s.t, 0)); err != nil {
			s.t.Fatal(err)
		}
	}
	s.brings(folder, 6)
	s.unreadable(folder)

	ines, _ := s.guest("ines@north.example")
	lea, _ := s.guest("lea@north.example")
	black := s.emulator.Photo(host, ines)
	if black == nil || s.emulator.Photo(host, lea) == nil {
		s.t.Fatal("the photos were not copied")
	}

	// One photo changes, and one is removed.
	if err := s.emulator.PutPhoto(north, inesAtHome, portrait(s.t, 200)); err != nil {
		s.t.Fatal(err)
	}
	if err := s.emulator.PutPhoto(north, leaAtHome, nil); err != nil {
		s.t.Fatal(err)
	}
	s.terraform(folder, "apply", "-input=false", "-no-color", "-auto-approve")
	if picture := s.emulator.Photo(host, ines); picture == nil || bytes.Equal(picture, black) {
		s.t.Error("the changed photo was not copied")
	}
	if s.emulator.Photo(host, lea) != nil {
		s.t.Error("a photo that was removed in the source is still here")
	}

	// Everybody of North goes: four are less than five.
	for _, id := range s.emulator.Members(north, everybody) {
		if err := s.emulator.RemoveMember(north, everybody, id); err != nil {
			s.t.Fatal(err)
		}
	}
	s.terraform(folder, "apply", "-input=false", "-no-color", "-auto-approve")
	if _, enabled := s.guest("ines@north.example"); enabled {
		s.t.Error("a leaver is still enabled")
	}
	if s.emulator.Photo(host, ines) != nil {
		s.t.Error("a leaver still has the photo of the source")
	}
	if _, enabled := s.guest("nora@south.example"); !enabled {
		s.t.Error("somebody of the other source was disabled")
	}
	s.settled(folder)
}

// unreadable makes a source unreadable in every way there is. The plan fails, and nobody goes.
func (s *stage) unreadable(folder string) {
	s.t.Helper()
	for words, fault := range map[string]graphemulator.Fault{
		"Listing the members of the group failed": {PathRegexp: "/groups/" + everybody, Status: http.StatusForbidden},
		"AADSTS700016": {
			PathRegexp: "/" + north + "/oauth2/", Status: http.StatusBadRequest, Code: "unauthorized_client",
			Message: "AADSTS700016: Application was not found in the directory 'North'.",
		},
		"stream error": {PathRegexp: "/groups/" + everybody, DropConnection: true},
	} {
		s.emulator.AddFaults(fault)
		s.refused(folder, words)
		s.emulator.ClearFaults()
	}
	s.settled(folder)
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
