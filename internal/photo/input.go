package photo

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// errNothing is a user to copy from who has no photo.
var errNothing = errors.New("the user to copy from has no photo")

// input is a picture as it was given.
type input struct {
	file []byte
	// etag is the source's, for a copy.
	etag string
}

func (i input) sha256() string {
	sum := sha256.Sum256(i.file)
	return hex.EncodeToString(sum[:])
}

// unusable is a picture that cannot be a photo.
type unusable struct {
	// attribute is where the picture was given.
	attribute string
	err       error
}

// Error says why.
func (u *unusable) Error() string {
	return fmt.Sprintf("The picture of %s cannot be used: %v. It has to be a JPEG or PNG of at most %d MB and %d megapixels.",
		u.attribute, u.err, maxInput>>20, maxPixels/1_000_000)
}

// Unwrap returns the reason.
func (u *unusable) Unwrap() error { return u.err }

// attribute names the attribute that gives the picture.
func (m *model) attribute() string {
	switch {
	case !m.ContentBase64.IsNull():
		return "content_base64"
	case !m.Source.IsNull():
		return "source"
	default:
		return "copy_from"
	}
}

// local reads a picture that needs no network. ok is false when it is to be copied, or
// is not known yet. The error is an *unusable.
func (m *model) local() (given input, ok bool, err error) {
	switch {
	case m.ContentBase64.IsUnknown(), m.Source.IsUnknown():
		return input{}, false, nil
	case !m.ContentBase64.IsNull():
		given.file, err = base64.StdEncoding.DecodeString(m.ContentBase64.ValueString())
	case !m.Source.IsNull():
		given.file, err = readFile(m.Source.ValueString())
	default:
		return input{}, false, nil
	}
	if err != nil {
		return input{}, false, &unusable{m.attribute(), err}
	}
	return given, true, nil
}

// readFile reads no more of a file than shows that it is too large.
func readFile(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("opening the file: %w", err)
	}
	content, err := io.ReadAll(io.LimitReader(file, maxInput+1))
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, fmt.Errorf("reading the file: %w", err)
	}
	return content, nil
}

// glance reads what there is to copy: errNothing for no photo.
type glance func(ctx context.Context, client *graph.Client, userID string) (graph.Photo, error)

// once believes the first look.
func once(ctx context.Context, client *graph.Client, userID string) (graph.Photo, error) {
	seen, err := client.Photo(ctx, userID)
	if graph.IsNotFound(err) {
		return graph.Photo{}, errNothing
	}
	return seen, err
}

// twice is for where something would be removed: a replica that lags answers like one
// that knows of no photo, so that is believed at the second look only.
func twice(ctx context.Context, client *graph.Client, userID string) (graph.Photo, error) {
	seen, err := once(ctx, client, userID)
	if !errors.Is(err, errNothing) {
		return seen, err
	}
	return again(ctx, absenceLimit, func(ctx context.Context) (graph.Photo, bool, error) {
		seen, err := once(ctx, client, userID)
		return seen, !errors.Is(err, errNothing), err
	})
}

// download fetches the photo to copy: errNothing when there is none.
func (r *Resource) download(ctx context.Context, from copyFrom, look glance) (input, error) {
	client, err := r.Session.In(from.TenantID.ValueString())
	if err != nil {
		return input{}, err
	}
	userID := from.UserID.ValueString()
	seen, err := look(ctx, client, userID)
	if err != nil {
		return input{}, err
	}
	file, err := client.PhotoContent(ctx, userID)
	if graph.IsNotFound(err) {
		file, err = again(ctx, absenceLimit, func(ctx context.Context) ([]byte, bool, error) {
			file, err := client.PhotoContent(ctx, userID)
			return file, !graph.IsNotFound(err), err
		})
	}
	return input{file: file, etag: seen.ETag}, err
}

// picture returns what the plan says is to be sent: errNothing, an *unusable, or Graph's
// error. jpeg is ready to be sent.
func (r *Resource) picture(ctx context.Context, plan *model, look glance) (given input, jpeg []byte, err error) {
	given, ok, err := plan.local()
	if err != nil {
		return input{}, nil, err
	}
	if !ok {
		from, _, diags := plan.copied(ctx)
		if diags.HasError() {
			return input{}, nil, errors.New(diags.Errors()[0].Detail())
		}
		if given, err = r.download(ctx, from, look); err != nil {
			return input{}, nil, err
		}
	}
	if planned := plan.ContentSHA256; !planned.IsUnknown() && !planned.IsNull() && planned.ValueString() != given.sha256() {
		return input{}, nil, &unusable{plan.attribute(), errors.New("it has changed since the plan was made, so plan again")}
	}
	jpeg, err = r.fit(ctx, given.file)
	if err != nil {
		return input{}, nil, &unusable{plan.attribute(), err}
	}
	return given, jpeg, nil
}

// fit is fit, and readable decodes only; both take large pictures one at a time.
func (r *Resource) fit(ctx context.Context, file []byte) (jpeg []byte, err error) {
	err = r.decoding(ctx, file, func() error {
		jpeg, err = fit(file)
		return err
	})
	return jpeg, err
}

func (r *Resource) readable(ctx context.Context, file []byte) error {
	return r.decoding(ctx, file, func() error {
		_, err := decode(file)
		return err
	})
}

func (r *Resource) decoding(ctx context.Context, file []byte, work func() error) error {
	_, pixels, err := measure(file)
	if err != nil {
		return err
	}
	if pixels > smallPixels {
		leave, err := r.Session.Pictures.Enter(ctx)
		if err != nil {
			return err
		}
		defer leave()
	}
	return work()
}
