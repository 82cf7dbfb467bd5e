package graphemulator

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"image/jpeg"
	"mime"
	"net/http"
	"time"
)

// Limits of profile photos.
// Source: https://learn.microsoft.com/graph/api/profilephoto-update.
const (
	maxPhoto = 4 << 20
	// maxGuestPhoto is what an account without a mailbox takes.
	maxGuestPhoto = 100 << 10
)

// photo is a stored profile photo, or the lack of one.
type photo struct {
	content       []byte // nil when there is none
	width, height int
	etag          string
	// changed is when this became the truth; replicas that lag show previous.
	changed  time.Time
	previous *photo
}

// encodePhoto makes what is kept of a picture: like Graph it encodes it anew, so that
// its bytes differ from those that were sent.
func (e *Emulator) encodePhoto(sent []byte) (photo, error) {
	decoded, err := jpeg.Decode(bytes.NewReader(sent))
	if err != nil {
		return photo{}, fail(http.StatusBadRequest, "ErrorInvalidImage", "The image is not a valid JPEG.")
	}
	var content bytes.Buffer
	if err := jpeg.Encode(&content, decoded, &jpeg.Options{Quality: 80}); err != nil {
		return photo{}, fail(http.StatusBadRequest, "ErrorInvalidImage", "The image cannot be processed.")
	}
	size := decoded.Bounds().Size()
	kept := photo{content: content.Bytes(), width: size.X, height: size.Y, etag: `"` + newID() + `"`}
	if e.config.Switches.PhotoETagOfContent {
		sum := fnv.New64a()
		_, _ = sum.Write(kept.content) // a hash never fails
		kept.etag = `"` + hex.EncodeToString(sum.Sum(nil)) + `"`
	}
	return kept, nil
}

// replacePhoto makes p the truth about a user's photo, on every replica at once if
// settled.
func (t *tenant) replacePhoto(userID string, p photo, settled bool) {
	if !settled {
		before := t.photos[userID]
		before.previous = nil
		p.previous, p.changed = &before, time.Now()
	}
	t.photos[userID] = p
}

// putPhoto answers PUT and PATCH /users/{id}/photo/$value. JPEG is the only format.
func putPhoto(c *call) (answer, error) {
	o, p, err := c.findUser()
	if err != nil {
		return answer{}, err
	}
	media, _, err := mime.ParseMediaType(c.header.Get("Content-Type"))
	if err != nil || media != "image/jpeg" {
		return answer{}, fail(http.StatusUnsupportedMediaType, "UnsupportedMediaType", "The content type of the photo must be image/jpeg.")
	}
	if len(c.body) > maxPhoto {
		return answer{}, fail(http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "The photo is larger than 4 MB.")
	}
	if isGuest(p) && len(c.body) > maxGuestPhoto || c.coolingDown(p) {
		return answer{}, imageNotFound()
	}
	kept, err := c.emulator.encodePhoto(c.body)
	if err != nil {
		return answer{}, err
	}
	c.tenant.replacePhoto(o.id, kept, false)
	return answer{status: http.StatusOK}, nil
}

// coolingDown reports whether an account is too young for a photo.
func (c *call) coolingDown(user properties) bool {
	created, err := time.Parse(time.RFC3339, text(user, "createdDateTime"))
	return err == nil && c.emulator.Now().Sub(created) < c.emulator.config.Switches.PhotoCoolDown
}

func imageNotFound() *failure {
	return fail(http.StatusNotFound, "ImageNotFound", "Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown.")
}

// findPhoto finds the photo of the user a path names, as the replica that answers sees it.
func (c *call) findPhoto() (*object, photo, error) {
	o, _, err := c.findUser()
	if err != nil {
		return nil, photo{}, err
	}
	found, r := c.tenant.photos[o.id], c.tenant.replication
	if found.previous != nil && time.Since(found.changed) < r.lag && r.stale(&o.hits, o.phase) {
		found = *found.previous
	}
	if found.content == nil {
		return nil, photo{}, imageNotFound()
	}
	return o, found, nil
}

// getPhoto answers GET /users/{id}/photo/$value.
func getPhoto(c *call) (answer, error) {
	_, found, err := c.findPhoto()
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, raw: found.content, contentType: "image/jpeg", header: http.Header{"Etag": {found.etag}}}, nil
}

// getPhotoMetadata answers GET /users/{id}/photo.
func getPhotoMetadata(c *call) (answer, error) {
	_, found, err := c.findPhoto()
	if err != nil {
		return answer{}, err
	}
	return ok(map[string]any{
		"@odata.context": c.context("users('" + c.parameters["user"] + "')/photo/$entity"), "@odata.mediaContentType": "image/jpeg",
		"@odata.mediaEtag": found.etag, "id": fmt.Sprintf("%dX%d", found.width, found.height), "width": found.width, "height": found.height,
	})
}

// deletePhoto answers DELETE /users/{id}/photo/$value.
func deletePhoto(c *call) (answer, error) {
	o, _, err := c.findPhoto()
	if err != nil {
		return answer{}, err
	}
	c.tenant.replacePhoto(o.id, photo{}, false)
	return noContent()
}
