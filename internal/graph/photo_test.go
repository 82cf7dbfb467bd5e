package graph_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"strings"
	"sync"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// startPhotos is a tenant whose photos the client may write.
func startPhotos(t *testing.T) *directory {
	t.Helper()
	d := startDirectory(t, graphemulator.Config{})
	d.SetRoles(d.tenant.TenantID, d.tenant.Applications[0].ClientID, []string{"ProfilePhoto.ReadWrite.All"})
	return d
}

func square(t *testing.T, side int) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := jpeg.Encode(&file, image.NewGray(image.Rect(0, 0, side, side)), nil); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestPhotoComesAndGoes(t *testing.T) {
	t.Parallel()
	d := startPhotos(t)
	user := d.putUser(t, map[string]any{})
	ctx := t.Context()
	if _, err := d.client.Photo(ctx, user); !graph.IsNotFound(err) {
		t.Fatalf("got %v", err)
	}
	if err := d.client.SetPhoto(ctx, user, square(t, 60)); err != nil {
		t.Fatal(err)
	}
	seen, err := d.client.Photo(ctx, user)
	if err != nil || seen.ETag == "" || seen.Width != 60 || seen.Height != 60 || seen.ContentType != "image/jpeg" {
		t.Errorf("%+v, %v", seen, err)
	}
	content, err := d.client.PhotoContent(ctx, user)
	if err != nil || !bytes.Equal(content, d.Photo(d.tenant.TenantID, user)) {
		t.Errorf("%d bytes, %v", len(content), err)
	}
	if err := d.client.DeletePhoto(ctx, user); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"delete": d.client.DeletePhoto(ctx, user), "set": d.client.SetPhoto(ctx, "00000000-0000-0000-0000-000000000001", square(t, 60)),
	} {
		if !graph.IsNotFound(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := d.client.PhotoContent(ctx, user); !graph.IsNotFound(err) {
		t.Errorf("content: %v", err)
	}
}

func TestPhotosAreReadTogether(t *testing.T) {
	t.Parallel()
	d := startPhotos(t)
	const people = 40
	var users []string
	for i := range people {
		id := d.putUser(t, map[string]any{"mailNickname": fmt.Sprint("p", i), "userPrincipalName": fmt.Sprintf("p%d@%s", i, d.tenant.InitialDomain)})
		if i%2 == 0 {
			if err := d.PutPhoto(d.tenant.TenantID, id, square(t, 50+i)); err != nil {
				t.Fatal(err)
			}
		}
		users = append(users, id)
	}
	if _, err := d.client.Identity(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.ResetRequests()
	var wait sync.WaitGroup
	for i, user := range users {
		wait.Go(func() {
			seen, err := d.client.Photo(t.Context(), user)
			switch {
			case i%2 == 1 && !graph.IsNotFound(err):
				t.Errorf("user %d: %v", i, err)
			case i%2 == 1:
				if refusal, _ := graph.RefusalOf(err); refusal.Subject != user {
					t.Errorf("the error is about %s", refusal.Subject)
				}
			case err != nil || seen.Width != 50+i:
				t.Errorf("user %d: %+v, %v", i, seen, err)
			}
		})
	}
	wait.Wait()
	if sent := d.onTheWire(); sent > 6 {
		t.Errorf("%d requests for %d photos", sent, people)
	}
}

func TestForbiddenPhotoNamesThePermission(t *testing.T) {
	t.Parallel()
	d := startPhotos(t)
	d.SetRoles(d.tenant.TenantID, d.tenant.Applications[0].ClientID, []string{"User.ReadBasic.All"})
	err := d.client.SetPhoto(t.Context(), d.putUser(t, map[string]any{}), square(t, 60))
	if !graph.IsForbidden(err) {
		t.Fatalf("got %v", err)
	}
	if refusal, _ := graph.RefusalOf(err); strings.Join(refusal.Needs, " ") != "ProfilePhoto.ReadWrite.All" {
		t.Errorf("needs %v", refusal.Needs)
	}
}
