package graphemulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestDeleteAndRestore(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.invite("ada@partner.example")
	if err := c.AddMember(c.tenant.TenantID, c.group(), id); err != nil {
		t.Fatal(err)
	}
	before := c.user(id)
	c.expect(http.StatusNoContent, http.MethodDelete, "users/"+id, nil)
	c.expect(http.StatusNotFound, http.MethodGet, "users/"+id, nil)
	c.expect(http.StatusNotFound, http.MethodDelete, "users/"+id, nil)
	if got := c.Members(c.tenant.TenantID, c.group()); len(got) != 0 {
		t.Errorf("members = %v", got)
	}

	item := c.expect(http.StatusOK, http.MethodGet, "directory/deletedItems/"+id, nil)
	upn := strings.ReplaceAll(id, "-", "") + before["userPrincipalName"].(string)
	if item.text("userPrincipalName") != upn || item.text("@odata.type") != "#microsoft.graph.user" || item.text("deletedDateTime") == "" {
		t.Errorf("deleted item: %s", item.raw)
	}
	list := c.expect(http.StatusOK, http.MethodGet, "directory/deletedItems/graph.user?$select=id,userPrincipalName", nil)
	if diff := cmp.Diff([]string{upn}, list.column("userPrincipalName")); diff != "" {
		t.Error(diff)
	}
	if a := c.graph(http.MethodGet, "directory/deletedItems", nil); a.status != 400 {
		t.Errorf("without the cast: %d", a.status)
	}

	c.expect(http.StatusOK, http.MethodPost, "directory/deletedItems/"+id+"/restore", nil)
	if diff := cmp.Diff(before, c.user(id)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{id}, c.Members(c.tenant.TenantID, c.group())); diff != "" {
		t.Error(diff)
	}
	c.expect(http.StatusNotFound, http.MethodGet, "directory/deletedItems/"+id, nil)
}

// Whoever holds a directory role is out of the reach of an application without a higher one.
func TestRoleHoldersAreProtected(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.invite("ada@partner.example")
	holds := func(holds bool) { c.SetRoleHolder(c.tenant.TenantID, id, holds) }
	holds(true)
	c.expect(http.StatusForbidden, http.MethodDelete, "users/"+id, nil)
	holds(false)
	c.expect(http.StatusNoContent, http.MethodDelete, "users/"+id, nil)
	holds(true)
	c.expect(http.StatusForbidden, http.MethodPost, "directory/deletedItems/"+id+"/restore", nil)
	holds(false)
	c.expect(http.StatusOK, http.MethodPost, "directory/deletedItems/"+id+"/restore", nil)
}

// A deleted user does not hold his name; restoring him next to another one fails.
func TestRestoreConflict(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	first := c.invite("ada@partner.example")
	c.expect(http.StatusNoContent, http.MethodDelete, "users/"+first, nil)
	second := c.invite("ada@partner.example")
	if second == first {
		t.Fatal("the deleted user came back")
	}
	path := "directory/deletedItems/" + first + "/restore"
	for _, body := range []any{nil, object{"autoReconcileProxyConflict": true}, object{"newUserPrincipalName": "ada2@" + c.tenant.InitialDomain}, object{"colour": 1}} {
		if a := c.graph(http.MethodPost, path, body); a.status != 400 {
			t.Errorf("%v: %d %s", body, a.status, a.raw)
		}
	}
	c.expect(http.StatusOK, http.MethodPost, path, object{"autoReconcileProxyConflict": true, "newUserPrincipalName": "ada2@" + c.tenant.InitialDomain})
	if user := c.user(first); user["mail"] != nil || user["userPrincipalName"] != "ada2@"+c.tenant.InitialDomain {
		t.Errorf("user = %v", user)
	}
}

func TestPurge(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.invite("ada@partner.example")
	c.expect(http.StatusNotFound, http.MethodDelete, "directory/deletedItems/"+id, nil)
	c.expect(http.StatusNoContent, http.MethodDelete, "users/"+id, nil)
	c.expect(http.StatusNoContent, http.MethodDelete, "directory/deletedItems/"+id, nil)
	c.expect(http.StatusNotFound, http.MethodPost, "directory/deletedItems/"+id+"/restore", nil)
}

func TestDeletedItemsLiveThirtyDays(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.invite("ada@partner.example")
	c.expect(http.StatusNoContent, http.MethodDelete, "users/"+id, nil)
	c.AdvanceClock(30*24*time.Hour - time.Minute)
	c.expect(http.StatusOK, http.MethodGet, "directory/deletedItems/"+id, nil)
	c.AdvanceClock(2 * time.Minute)
	c.expect(http.StatusNotFound, http.MethodGet, "directory/deletedItems/"+id, nil)
	if got := c.DeletedUsers(c.tenant.TenantID); len(got) != 0 {
		t.Errorf("deleted items: %v", got)
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	moment := time.Date(2030, 5, 17, 12, 0, 0, 0, time.UTC)
	c.SetClock(moment)
	a := c.expect(http.StatusCreated, http.MethodPost, "invitations", invitation("ada@partner.example"))
	date, err := http.ParseTime(a.header.Get("Date"))
	if err != nil || date.Before(moment) || date.After(moment.Add(time.Minute)) {
		t.Errorf("Date = %s", a.header.Get("Date"))
	}
	created, err := time.Parse(time.RFC3339, c.user(a.body["invitedUser"].(object)["id"].(string))["createdDateTime"].(string))
	if err != nil || created.After(date) || date.Sub(created) > time.Minute {
		t.Errorf("createdDateTime = %v", created)
	}
	if got := c.Now().Sub(moment); got < 0 || got > time.Minute {
		t.Errorf("the clock is %v off", got)
	}
}
