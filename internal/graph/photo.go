package graph

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// Photo is what Graph tells about a user's profile photo without its bytes.
// Source: https://learn.microsoft.com/graph/api/resources/profilephoto.
type Photo struct {
	// ETag changes with the photo. Graph encodes photos anew, so neither the bytes nor a
	// hash of them tell whether it is still the one that was sent.
	ETag string `json:"@odata.mediaEtag"`
	// ContentType is that of the bytes, "image/jpeg".
	ContentType string `json:"@odata.mediaContentType"`
	// Width and Height are in pixels.
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Permissions named when Graph refuses.
var (
	needsPhotoRead  = []string{"ProfilePhoto.Read.All"}
	needsPhotoWrite = []string{"ProfilePhoto.ReadWrite.All"}
)

// photos answers concurrent questions about photos together.
type photos struct {
	client   *Client
	gatherer gatherer[string, Photo]
}

func newPhotos(client *Client) *photos {
	p := &photos{client: client}
	p.gatherer.limit, p.gatherer.send = maxBatch, p.send
	return p
}

// Photo returns what Graph tells about the photo of the user with the given object id.
// The error is *NotFound when there is none; a fresh account, or a replica that lags,
// answers the same. Concurrent callers share requests, 20 photos in one.
// Source: https://learn.microsoft.com/graph/api/profilephoto-get.
func (c *Client) Photo(ctx context.Context, userID string) (Photo, error) {
	found, err := c.photos.gatherer.do(ctx, userID)
	if err != nil {
		return Photo{}, describe(err, readingPhoto(userID))
	}
	return found.value, found.err
}

func readingPhoto(userID string) operation {
	return operation{doing: "reading the photo of the user", subject: userID, needs: needsPhotoRead}
}

// send is the gatherer's.
func (p *photos) send(ctx context.Context, ids []string, deliver func(int, outcome[Photo])) {
	if len(ids) == 1 {
		photo, err := p.single(ctx, ids[0])
		deliver(0, outcome[Photo]{photo, err})
		return
	}
	errands := make([]errand, len(ids))
	for i, id := range ids {
		errands[i] = errand{
			batchRequest: batchRequest{method: http.MethodGet, url: "/users/" + url.PathEscape(id) + "/photo"},
			take: func(answer batchAnswer) []errand {
				found := outcome[Photo]{}
				found.err = answer.decode(readingPhoto(id), &found.value)
				deliver(i, found)
				return nil
			},
		}
	}
	p.client.carry(ctx, errands)
}

func (p *photos) single(ctx context.Context, id string) (Photo, error) {
	op := readingPhoto(id)
	info, err := users.NewItemPhotoRequestBuilderInternal(p.client.path("user%2Did", id), p.client.adapter).
		ToGetRequestInformation(ctx, nil)
	if err != nil {
		return Photo{}, describe(err, op)
	}
	var photo Photo
	err = p.client.call(ctx, op, info, &photo)
	return photo, err
}

// PhotoContent returns the bytes of a user's photo, at its largest size. The error is
// *NotFound when there is none.
func (c *Client) PhotoContent(ctx context.Context, userID string) ([]byte, error) {
	op := operation{doing: "downloading the photo of the user", subject: userID, needs: needsPhotoRead}
	info, err := c.photoContent(userID).ToGetRequestInformation(ctx, nil)
	if err != nil {
		return nil, describe(err, op)
	}
	var content []byte
	err = c.exchange(ctx, info, func(response *http.Response) error {
		if response.StatusCode >= http.StatusMultipleChoices {
			return decode(response, nil)
		}
		content, err = io.ReadAll(response.Body)
		if closeErr := response.Body.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			return fmt.Errorf("reading the answer: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, describe(err, op)
	}
	return content, nil
}

// SetPhoto makes a JPEG the photo of a user. It is sent once, whatever a fresh account
// answers: Graph says *NotFound for some minutes after the account was created, and for
// an account without a mailbox also when the photo has more than about 100 KB.
// Source: https://learn.microsoft.com/graph/api/profilephoto-update.
func (c *Client) SetPhoto(ctx context.Context, userID string, jpeg []byte) error {
	op := operation{doing: "setting the photo of the user", subject: userID, needs: needsPhotoWrite}
	info, err := c.photoContent(userID).ToPutRequestInformation(ctx, jpeg, nil)
	if err != nil {
		return describe(err, op)
	}
	// The SDK declares the bytes as application/octet-stream, which Graph refuses.
	info.Headers.Remove("Content-Type")
	info.Headers.Add("Content-Type", "image/jpeg")
	return c.call(ctx, op, info, nil)
}

// DeletePhoto removes the photo of a user. The error is *NotFound when there is none.
func (c *Client) DeletePhoto(ctx context.Context, userID string) error {
	op := operation{doing: "removing the photo of the user", subject: userID, needs: needsPhotoWrite}
	info, err := c.photoContent(userID).ToDeleteRequestInformation(ctx, nil)
	if err != nil {
		return describe(err, op)
	}
	return c.call(ctx, op, info, nil)
}

func (c *Client) photoContent(userID string) *users.ItemPhotoValueContentRequestBuilder {
	return users.NewItemPhotoValueContentRequestBuilderInternal(c.path("user%2Did", userID), c.adapter)
}
