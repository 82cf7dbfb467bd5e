package graphemulator_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestManager(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id, first, second := c.invite("ada@partner.example"), c.put(object{"displayName": "First"}), c.put(object{"displayName": "Second"})
	path := "users/" + id + "/manager"
	if a := c.graph(http.MethodGet, path, nil); a.status != 404 || a.code() != "Request_ResourceNotFound" {
		t.Errorf("none: %d %s", a.status, a.raw)
	}
	for _, manager := range []string{first, second} {
		c.expect(http.StatusNoContent, http.MethodPut, path+"/$ref", c.reference(manager))
		if got := c.expect(http.StatusOK, http.MethodGet, path+"?$select=id", nil).text("id"); got != manager || c.Manager(c.tenant.TenantID, id) != manager {
			t.Errorf("manager = %s, want %s", got, manager)
		}
	}
	a := c.expect(http.StatusOK, http.MethodGet, "users?$filter=id eq '"+id+"'&$expand=manager($select=id,displayName)", nil)
	want := object{"@odata.type": "#microsoft.graph.user", "id": second, "displayName": "Second"}
	if diff := cmp.Diff(want, a.values()[0]["manager"]); diff != "" {
		t.Error(diff)
	}
	c.expect(http.StatusNoContent, http.MethodDelete, path+"/$ref", nil)
	c.expect(http.StatusNotFound, http.MethodDelete, path+"/$ref", nil)
}

func TestSponsors(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.invite("ada@partner.example")
	path := "users/" + id + "/sponsors"
	var sponsors []string
	for range 5 {
		sponsor := c.put(object{})
		sponsors = append(sponsors, sponsor)
		c.expect(http.StatusNoContent, http.MethodPost, path+"/$ref", c.reference(sponsor))
	}
	if a := c.graph(http.MethodPost, path+"/$ref", c.reference(c.put(object{}))); a.status != 400 {
		t.Errorf("the sixth: %d %s", a.status, a.raw)
	}
	if a := c.graph(http.MethodPost, path+"/$ref", c.reference(sponsors[0])); a.status != 400 || !strings.Contains(a.message(), "already exist") {
		t.Errorf("twice: %d %s", a.status, a.raw)
	}
	if diff := cmp.Diff(sponsors, c.expect(http.StatusOK, http.MethodGet, path, nil).column("id")); diff != "" {
		t.Error(diff)
	}
	expanded := c.expect(http.StatusOK, http.MethodGet, "users/"+id+"?$select=id&$expand=sponsors", nil)
	if list := expanded.body["sponsors"].([]any); len(list) != 5 {
		t.Errorf("expanded = %v", list)
	}
	c.expect(http.StatusNoContent, http.MethodDelete, path+"/"+sponsors[0]+"/$ref", nil)
	c.expect(http.StatusNotFound, http.MethodDelete, path+"/"+sponsors[0]+"/$ref", nil)
	// A sponsor who is deleted sponsors nobody.
	if err := c.DeleteUser(c.tenant.TenantID, sponsors[1]); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sponsors[2:], c.Sponsors(c.tenant.TenantID, id)); diff != "" {
		t.Error(diff)
	}
}

func TestExpandShowsTwenty(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	for range 25 {
		if err := c.AddMember(c.tenant.TenantID, c.group(), c.put(object{})); err != nil {
			t.Fatal(err)
		}
	}
	a := c.expect(http.StatusOK, http.MethodGet, "groups/"+c.group()+"?$expand=members($select=id)", nil)
	if n := len(a.body["members"].([]any)); n != 20 {
		t.Errorf("%d members", n)
	}
}

func picture(t *testing.T, size int) string {
	t.Helper()
	var content bytes.Buffer
	if err := jpeg.Encode(&content, image.NewGray(image.Rect(0, 0, size, size)), nil); err != nil {
		t.Fatal(err)
	}
	return content.String()
}

func TestPhoto(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.invite("ada@partner.example")
	path := "users/" + id + "/photo"
	if a := c.graph(http.MethodGet, path+"/$value", nil); a.status != 404 || a.code() != "ImageNotFound" {
		t.Errorf("none: %d %s", a.status, a.raw)
	}
	sent, jpg := picture(t, 96), c.with("Content-Type", "image/jpeg")
	if a := jpg.graph(http.MethodPut, path+"/$value", sent); a.status != http.StatusOK {
		t.Fatalf("put: %d %s", a.status, a.raw)
	}
	a := c.expect(http.StatusOK, http.MethodGet, path+"/$value", nil)
	if a.header.Get("Content-Type") != "image/jpeg" || a.raw == sent || a.raw == "" {
		t.Error("what is read back is not encoded anew")
	}
	if a := c.expect(http.StatusOK, http.MethodGet, path, nil); a.body["width"] != 96.0 || a.text("@odata.mediaEtag") == "" {
		t.Errorf("metadata: %s", a.raw)
	}
	if a := c.with("Content-Type", "image/png").graph(http.MethodPut, path+"/$value", sent); a.status != 415 {
		t.Errorf("PNG: %d", a.status)
	}
	if a := jpg.graph(http.MethodPut, path+"/$value", "no picture"); a.status != 400 {
		t.Errorf("no picture: %d", a.status)
	}
	if a := jpg.graph(http.MethodPut, path+"/$value", sent+strings.Repeat("x", 101<<10)); a.status != 404 {
		t.Errorf("too large for a guest: %d", a.status)
	}
	c.expect(http.StatusNoContent, http.MethodDelete, path+"/$value", nil)
	c.expect(http.StatusNotFound, http.MethodGet, path, nil)
}

func TestSendMail(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	sender := c.put(object{"mail": "desk@contoso.example"})
	message := object{
		"subject": "Welcome", "body": object{"contentType": "HTML", "content": "<p>Hello</p>"},
		"toRecipients": []object{{"emailAddress": object{"address": "ada@partner.example"}}},
	}
	c.expect(http.StatusAccepted, http.MethodPost, "users/"+sender+"/sendMail", object{"message": message, "saveToSentItems": false})
	mails := c.Mailbox()
	if len(mails) != 1 || mails[0].From != "desk@contoso.example" || mails[0].Body != "<p>Hello</p>" || mails[0].ContentType != "html" || mails[0].To[0] != "ada@partner.example" {
		t.Errorf("mailbox = %+v", mails)
	}
	for name, body := range map[string]any{
		"no message":    object{},
		"unknown":       object{"message": object{"subjekt": "x"}},
		"parameter":     object{"message": message, "save": true},
		"no recipient":  object{"message": object{"subject": "x"}},
		"bad recipient": object{"message": object{"toRecipients": []object{{"emailAddress": object{"address": "ada"}}}}},
	} {
		if a := c.graph(http.MethodPost, "users/"+sender+"/sendMail", body); a.status != 400 {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
	if a := c.graph(http.MethodPost, "users/"+c.invite("eve@partner.example")+"/sendMail", object{"message": message}); a.status != 404 {
		t.Errorf("a guest has no mailbox: %d", a.status)
	}
}
