package graphemulator_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// photoFile is a JPEG that has at least the given number of bytes.
func photoFile(t *testing.T, size int) string {
	t.Helper()
	side := 100
	for {
		noise := image.NewRGBA(image.Rect(0, 0, side, side/2))
		random := rand.New(rand.NewPCG(1, 1))
		for i := range noise.Pix {
			noise.Pix[i] = byte(random.Uint32())
		}
		var file bytes.Buffer
		if err := jpeg.Encode(&file, noise, nil); err != nil {
			t.Fatal(err)
		}
		if file.Len() >= size {
			return file.String()
		}
		side *= 2
	}
}

func (c *client) jpeg() *client { return c.with("Content-Type", "image/jpeg") }

func TestProfilePhoto(t *testing.T) {
	t.Parallel()
	inviter := start(t, graphemulator.Config{})
	path := "users/" + inviter.invite("ada@partner.example") + "/photo"
	c := inviter.jpeg()
	value := path + "/$value"
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		if a := c.expect(http.StatusNotFound, method, value, nil); a.code() != "ImageNotFound" {
			t.Errorf("%s: %s", method, a.code())
		}
	}
	c.expect(http.StatusNotFound, http.MethodGet, path, nil)

	sent := photoFile(t, 1)
	if a := c.expect(http.StatusOK, http.MethodPut, value, sent); a.raw != "" {
		t.Errorf("the answer to a PUT is %q", a.raw)
	}
	metadata := c.expect(http.StatusOK, http.MethodGet, path, nil)
	if metadata.text("id") != "100X50" || metadata.body["width"] != 100.0 || metadata.body["height"] != 50.0 || metadata.text("@odata.mediaContentType") != "image/jpeg" {
		t.Errorf("metadata %v", metadata.body)
	}
	download := c.expect(http.StatusOK, http.MethodGet, value, nil)
	if download.header.Get("Content-Type") != "image/jpeg" || download.header.Get("Etag") != metadata.text("@odata.mediaEtag") {
		t.Errorf("headers %v", download.header)
	}
	if download.raw == sent || !strings.HasPrefix(download.raw, "\xff\xd8") {
		t.Error("the photo is not encoded anew")
	}
	c.expect(http.StatusOK, http.MethodPatch, value, sent)
	if again := c.expect(http.StatusOK, http.MethodGet, path, nil); again.text("@odata.mediaEtag") == metadata.text("@odata.mediaEtag") {
		t.Error("the etag stays the same over a write")
	}
	c.expect(http.StatusNoContent, http.MethodDelete, value, nil)
	c.expect(http.StatusNotFound, http.MethodGet, value, nil)
}

func TestPhotoRefusals(t *testing.T) {
	t.Parallel()
	inviter := start(t, graphemulator.Config{})
	c, guest := inviter.jpeg(), "users/"+inviter.invite("ada@partner.example")+"/photo/$value"
	member := "users/" + c.put(object{}) + "/photo/$value"
	var pngFile bytes.Buffer
	if err := png.Encode(&pngFile, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		t.Fatal(err)
	}
	good, large := photoFile(t, 1), photoFile(t, 101<<10)
	tests := map[string]struct {
		client *client
		path   string
		body   string
		status int
		code   string
	}{
		"PNG":                    {c, member, pngFile.String(), 400, "ErrorInvalidImage"},
		"text":                   {c, member, "text", 400, "ErrorInvalidImage"},
		"content type of PNG":    {c.with("Content-Type", "image/png"), member, good, 415, "UnsupportedMediaType"},
		"content type of bytes":  {c.with("Content-Type", "application/octet-stream"), member, good, 415, "UnsupportedMediaType"},
		"no content type":        {c.with("Content-Type", ""), member, good, 415, "UnsupportedMediaType"},
		"large, with a mailbox":  {c, member, large, 200, ""},
		"large, without mailbox": {c, guest, large, 404, "ImageNotFound"},
		"over 4 MB":              {c, member, good + strings.Repeat(" ", 4<<20), 413, "RequestEntityTooLarge"},
		"nobody":                 {c, "users/nobody@x.example/photo/$value", good, 404, "Request_ResourceNotFound"},
		"reader":                 {c.as("ProfilePhoto.Read.All"), member, good, 403, "Authorization_RequestDenied"},
		"writer of photos":       {c.as("ProfilePhoto.ReadWrite.All"), member, good, 200, ""},
		"writer of users":        {c.as("User.ReadWrite.All"), member, good, 200, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if a := test.client.graph(http.MethodPut, test.path, test.body); a.status != test.status || a.code() != test.code {
				t.Errorf("got %d %s, want %d %s", a.status, a.code(), test.status, test.code)
			}
		})
	}
}

func TestPhotoCoolDown(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{Switches: graphemulator.Switches{PhotoCoolDown: 5 * time.Minute}})
	path := "users/" + c.invite("ada@partner.example") + "/photo/$value"
	c = c.jpeg()
	c.expect(http.StatusNotFound, http.MethodPut, path, photoFile(t, 1))
	c.AdvanceClock(6 * time.Minute)
	c.expect(http.StatusOK, http.MethodPut, path, photoFile(t, 1))
}

func TestPhotoETagOfContent(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{Switches: graphemulator.Switches{PhotoETagOfContent: true}}).jpeg()
	path := "users/" + c.put(object{}) + "/photo"
	etag := func(sent string) string {
		c.expect(http.StatusOK, http.MethodPut, path+"/$value", sent)
		return c.expect(http.StatusOK, http.MethodGet, path, nil).text("@odata.mediaEtag")
	}
	first := etag(photoFile(t, 1))
	if etag(photoFile(t, 1)) != first || etag(photoFile(t, 40_000)) == first {
		t.Error("the etag is not that of the picture")
	}
}

// A replica that lags shows the photo of before.
func TestPhotoLags(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{ReplicationLag: time.Second, LagHits: graphemulator.LagAll}).jpeg()
	user := c.put(object{})
	if err := c.PutPhoto(c.tenant.TenantID, user, []byte(photoFile(t, 1))); err != nil {
		t.Fatal(err)
	}
	path := "users/" + user + "/photo"
	before := c.expect(http.StatusOK, http.MethodGet, path, nil).text("@odata.mediaEtag")
	c.expect(http.StatusOK, http.MethodPut, path+"/$value", photoFile(t, 40_000))
	if seen := c.expect(http.StatusOK, http.MethodGet, path, nil).text("@odata.mediaEtag"); seen != before {
		t.Errorf("saw %s, want the photo of before", seen)
	}
	time.Sleep(1200 * time.Millisecond)
	if seen := c.expect(http.StatusOK, http.MethodGet, path, nil).text("@odata.mediaEtag"); seen == before {
		t.Error("the lag does not end")
	}
}

func TestPhotoFromOutside(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	user, tenant := c.put(object{}), c.tenant.TenantID
	if c.Photo(tenant, user) != nil {
		t.Error("there is a photo already")
	}
	if err := c.PutPhoto(tenant, user, []byte(photoFile(t, 1))); err != nil || c.Photo(tenant, user) == nil {
		t.Errorf("no photo: %v", err)
	}
	if err := c.PutPhoto(tenant, user, nil); err != nil || c.Photo(tenant, user) != nil {
		t.Errorf("the photo is still there: %v", err)
	}
	for _, wrong := range []error{c.PutPhoto(tenant, "nobody", nil), c.PutPhoto("nowhere", user, nil), c.PutPhoto(tenant, user, []byte("text"))} {
		if wrong == nil {
			t.Error("nonsense is accepted")
		}
	}
}
