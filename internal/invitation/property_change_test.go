package invitation_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// guestOf is a guest who came long ago, by other hands.
func (q *sequence) guestOf(email string) map[string]any {
	name := strings.ReplaceAll(email, "@", "_")
	return map[string]any{
		"userPrincipalName": name + "#EXT#@" + q.InitialDomain(), "displayName": name, "mailNickname": name, "mail": email,
		"accountEnabled": true, "userType": "Guest", "creationType": "Invitation", "externalUserState": "Accepted",
		"otherMails": []any{email}, "proxyAddresses": []any{"SMTP:" + email}, "department": "Elsewhere",
		"employeeOrgData": map[string]any{"costCenter": "0815", "division": "Outside"},
		"createdDateTime": q.Now().Add(-1000 * time.Hour).UTC().Format(time.RFC3339),
	}
}

func (q *sequence) newAddress() string {
	q.made++
	return fmt.Sprintf("person%d@fabrikam.example", q.made)
}

// instance picks one in the configuration, "" when there is none.
func (q *sequence) instance() string {
	names := slices.Sorted(maps.Keys(q.config))
	if len(names) == 0 {
		return ""
	}
	return names[q.random.IntN(len(names))]
}

// user is the person of an instance, nil when there is none.
func (q *sequence) user(name string) map[string]any {
	user, ok := q.User(q.TenantID(), q.State[name].Text("object_id"))
	if !ok {
		return nil
	}
	return user
}

// changeOutside lets somebody else change the directory. It reports whether somebody has.
func (q *sequence) changeOutside() bool {
	name := q.instance()
	user := q.user(name)
	if q.chance(25) {
		days := time.Duration(1+q.random.IntN(3)) * 24 * time.Hour
		q.say("%s pass", days)
		q.AdvanceClock(days)
		return true
	}
	if user == nil {
		return q.restoreOutside(name)
	}
	id := fmt.Sprint(user["id"])
	var err error
	switch q.random.IntN(5) {
	case 0:
		q.say("%s is deleted outside", name)
		err = q.DeleteUser(q.TenantID(), id)
	case 1:
		q.say("%s is disabled outside", name)
		err = q.PatchUser(q.TenantID(), id, map[string]any{"accountEnabled": false})
	case 2:
		q.say("%s gets another title outside", name)
		err = q.PatchUser(q.TenantID(), id, map[string]any{"jobTitle": "Outsider", "city": "Elsewhere"})
	case 3:
		if user["accountEnabled"] == true {
			q.say("%s accepts", name)
			err = q.Redeem(q.TenantID(), fmt.Sprint(user["mail"]))
		}
	default:
		q.say("%s gets another cost centre outside", name)
		err = q.PatchUser(q.TenantID(), id, map[string]any{"employeeOrgData": map[string]any{"costCenter": "0815", "division": "Outside"}})
	}
	if err != nil {
		panic(err)
	}
	return true
}

// restoreOutside brings a deleted person back, who is again as before.
func (q *sequence) restoreOutside(name string) bool {
	for _, deleted := range q.DeletedUsers(q.TenantID()) {
		id := fmt.Sprint(deleted["id"])
		if id != q.State[name].Text("object_id") {
			continue
		}
		deleted["userPrincipalName"] = strings.TrimPrefix(fmt.Sprint(deleted["userPrincipalName"]), strings.ReplaceAll(id, "-", ""))
		delete(deleted, "deletedDateTime")
		if _, taken := q.User(q.TenantID(), fmt.Sprint(deleted["userPrincipalName"])); taken {
			return false
		}
		q.say("%s is restored outside", name)
		if err := q.PurgeUser(q.TenantID(), id); err != nil {
			panic(err)
		}
		if _, err := q.PutUser(q.TenantID(), deleted); err != nil {
			panic(err)
		}
		return true
	}
	return false
}

// changeConfiguration changes one thing that is written down.
func (q *sequence) changeConfiguration() {
	name := q.instance()
	if name == "" || len(q.config) < 3 && q.chance(25) {
		q.addInstance()
		return
	}
	wanted := q.config[name]
	switch q.random.IntN(12) {
	case 0:
		q.say("%s is removed from the configuration", name)
		delete(q.config, name)
	case 1:
		q.move(name, wanted)
	case 2:
		q.expiry(name, wanted)
	case 3:
		wanted["resend_trigger"] = strconv.Itoa(q.random.IntN(1000))
		q.say("%s: resend_trigger %s", name, wanted["resend_trigger"])
	case 4:
		delete(wanted, "expires_at")
		wanted["account_enabled"] = true
		q.say("%s: account_enabled true", name)
	case 5:
		delete(wanted, "account_enabled")
		q.say("%s: account_enabled left out", name)
	default:
		q.attribute(name, wanted)
	}
	q.keepSensible(name)
}

// addInstance adds somebody new, somebody who is there already, or somebody who left.
func (q *sequence) addInstance() {
	free := slices.DeleteFunc([]string{"ada", "bob", "eve"}, func(name string) bool {
		_, taken := q.config[name]
		_, held := q.State[name]
		return taken || held
	})
	if len(free) == 0 {
		return
	}
	name := free[q.random.IntN(len(free))]
	wanted := attributes{"email": q.newAddress(), "allow_move": true}
	switch {
	case q.chance(25):
		if _, err := q.PutUser(q.TenantID(), q.guestOf(fmt.Sprint(wanted["email"]))); err != nil {
			panic(err)
		}
		q.say("%s is there already", wanted["email"])
	case q.chance(40):
		if deleted := q.DeletedUsers(q.TenantID()); len(deleted) > 0 {
			wanted["email"], wanted["restore_deleted"] = deleted[q.random.IntN(len(deleted))]["mail"], q.chance(50)
			q.say("%s was there once", wanted["email"])
		}
	case q.chance(20):
		wanted["send_invitation_message"] = false
	}
	if q.addressTaken(fmt.Sprint(wanted["email"])) {
		return
	}
	q.config[name] = wanted
	for range q.random.IntN(4) {
		q.attribute(name, wanted)
	}
	q.say("%s is added: %v", name, wanted)
}

// addressTaken reports an address that another instance has, or had: the sign-in name of
// a guest keeps the first one.
func (q *sequence) addressTaken(email string) bool {
	for name, wanted := range q.config {
		if wanted["email"] == email || q.State[name].Text("email") == email {
			return true
		}
	}
	_, named := q.User(q.TenantID(), strings.ReplaceAll(email, "@", "_")+"#EXT#@"+q.InitialDomain())
	for _, user := range q.Users(q.TenantID()) {
		if strings.EqualFold(fmt.Sprint(user["mail"]), email) {
			return user["accountEnabled"] != true || q.held(fmt.Sprint(user["id"]))
		}
	}
	return named
}

func (q *sequence) held(id string) bool {
	for _, object := range q.State {
		if object.Text("object_id") == id {
			return true
		}
	}
	return false
}

func (q *sequence) move(name string, wanted attributes) {
	wanted["email"] = q.newAddress()
	q.say("%s moves to %s", name, wanted["email"])
}

func (q *sequence) expiry(name string, wanted attributes) {
	if q.chance(20) {
		delete(wanted, "expires_at")
		q.say("%s: no expires_at", name)
		return
	}
	hours := 1 + q.random.IntN(72)
	wanted["expires_at"] = q.Now().Add(time.Duration(hours) * time.Hour).UTC().Format(time.RFC3339)
	if wanted["account_enabled"] == true {
		delete(wanted, "account_enabled")
	}
	q.say("%s: expires_at in %d hours", name, hours)
}

// attribute sets, changes, clears or leaves out one attribute of the profile.
func (q *sequence) attribute(name string, wanted attributes) {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(propertyOf)), func(a string) bool { return a == "account_enabled" })
	attribute := names[q.random.IntN(len(names))]
	if q.chance(20) {
		delete(wanted, attribute)
		q.say("%s: %s left out", name, attribute)
		return
	}
	clears := q.chance(20) && attribute != "display_name"
	switch attribute {
	case "other_mails":
		wanted[attribute] = []string{fmt.Sprintf("other%d-%s@fabrikam.example", q.random.IntN(3), name)}
	case "sponsor_ids":
		wanted[attribute] = []string{q.boss}
	case "manager_id":
		wanted[attribute] = q.boss
	default:
		wanted[attribute] = fmt.Sprintf("Value %d", q.random.IntN(5))
	}
	if clears {
		if _, list := wanted[attribute].([]string); list {
			wanted[attribute] = []string{}
		} else {
			wanted[attribute] = ""
		}
	}
	q.say("%s: %s = %v", name, attribute, wanted[attribute])
}

// keepSensible takes back what the provider is right to refuse: to mail somebody whose
// account is disabled, and to invite with a date in the past.
func (q *sequence) keepSensible(name string) {
	wanted, kept := q.config[name]
	if !kept {
		return
	}
	object, user := q.State[name], q.user(name)
	if user == nil {
		if q.over(acceptanceObject(wanted), q.Now()) && !q.over(object, q.Now()) {
			delete(wanted, "expires_at")
		}
		return
	}
	if user["accountEnabled"] != true || q.over(acceptanceObject(wanted), q.Now()) {
		wanted["email"] = object.Text("email")
		if trigger := object.Get("resend_trigger"); trigger != nil {
			wanted["resend_trigger"] = trigger
		} else {
			delete(wanted, "resend_trigger")
		}
	}
}

// fault is one that a request of the next apply may meet.
func (q *sequence) fault() (graphemulator.Fault, bool) {
	if !q.chance(35) {
		return graphemulator.Fault{}, false
	}
	lost := graphemulator.Fault{Times: 1, DropConnection: true, AfterEffect: true}
	refused := graphemulator.Fault{Times: 1, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"}
	missing := graphemulator.Fault{Times: 1, Status: http.StatusNotFound, Code: "Request_ResourceNotFound"}
	busy := graphemulator.Fault{Times: 1, Status: http.StatusServiceUnavailable}
	targets := []struct {
		method, path string
		kinds        []graphemulator.Fault
	}{
		{http.MethodPost, `/invitations$`, []graphemulator.Fault{lost, refused}},
		{http.MethodPatch, `/users/`, []graphemulator.Fault{lost, refused, missing, busy}},
		{http.MethodDelete, `/users/[^/]*$`, []graphemulator.Fault{lost, refused, busy}},
		{http.MethodPut, `/manager/`, []graphemulator.Fault{lost, refused, busy}},
		{http.MethodPost, `/sponsors/`, []graphemulator.Fault{lost, refused, missing, busy}},
		{http.MethodDelete, `/\$ref$`, []graphemulator.Fault{lost, refused, busy}},
		{http.MethodPost, `/restore$`, []graphemulator.Fault{lost, refused, busy}},
		{http.MethodGet, `/users/`, []graphemulator.Fault{refused, missing, busy}},
		{http.MethodPost, `/\$batch$`, []graphemulator.Fault{busy}},
	}
	target := targets[q.random.IntN(len(targets))]
	fault := target.kinds[q.random.IntN(len(target.kinds))]
	fault.Method, fault.PathRegexp = target.method, target.path
	q.say("fault: %s %s, status %d", fault.Method, fault.PathRegexp, fault.Status)
	return fault, true
}
