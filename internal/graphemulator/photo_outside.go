package graphemulator

import (
	"bytes"
	"fmt"
	"strings"
)

// Photo returns the JPEG kept for a user, nil when there is none.
func (e *Emulator) Photo(tenantID, userID string) []byte {
	var content []byte
	e.inspect(tenantID, func(t *tenant) {
		content = bytes.Clone(t.photos[strings.ToLower(userID)].content)
	})
	return content
}

// PutPhoto changes a user's photo from outside, on every replica at once. The picture is
// a JPEG; nil removes the photo.
func (e *Emulator) PutPhoto(tenantID, userID string, picture []byte) error {
	return e.with(tenantID, func(t *tenant) error {
		if t.user(userID) == nil {
			return fmt.Errorf("there is no user %s", userID)
		}
		var kept photo
		if picture != nil {
			var err error
			if kept, err = e.encodePhoto(picture); err != nil {
				return err
			}
		}
		t.replacePhoto(strings.ToLower(userID), kept, true)
		return nil
	})
}
