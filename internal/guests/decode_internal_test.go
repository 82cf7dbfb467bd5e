package guests

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

func TestGuestsAreReadStrictly(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ raw, fault string }{
		"no JSON":             {`ada@example.com`, "not a JSON object"},
		"a list":              {`[]`, "not a JSON object"},
		"null":                {`null`, "not a JSON object"},
		"half":                {`{"email":"ada@example.com"`, "not a JSON object"},
		"more behind":         {`{"email":"ada@example.com"} {}`, "not a JSON object"},
		"nothing":             {`{}`, "email is missing"},
		"email null":          {`{"email":null}`, "email is missing"},
		"email empty":         {`{"email":""}`, "is empty"},
		"no address":          {`{"email":"ada"}`, "no e-mail address"},
		"plus":                {`{"email":"ada+x@example.com"}`, "plus sign"},
		"twice":               {`{"email":"ada@example.com","email":"bob@example.com"}`, `"email" stands twice`},
		"escaped twice":       {`{"email":"ada@example.com","\u0065mail":"bob@example.com"}`, `"email" stands twice`},
		"unknown":             {`{"email":"ada@example.com","jobtitle":"x"}`, "Did you mean job_title?"},
		"unknown, far":        {`{"email":"ada@example.com","favourite_colour":"x"}`, "A guest has: account_enabled, business_phone"},
		"unknown, hostile":    {"{\"email\":\"ada@example.com\",\"\\n::warning\":\"x\"}", `"\n::warning"`},
		"number":              {`{"email":"ada@example.com","employee_id":7}`, "employee_id is a text"},
		"text for a flag":     {`{"email":"ada@example.com","account_enabled":"true"}`, "account_enabled is true or false"},
		"text for a list":     {`{"email":"ada@example.com","other_mails":"a@example.com"}`, "other_mails is a list of texts"},
		"null in a list":      {`{"email":"ada@example.com","other_mails":[null]}`, "other_mails is a list of texts"},
		"twice in a list":     {`{"email":"ada@example.com","other_mails":["a@example.com","a@example.com"]}`, "twice"},
		"list of no address":  {`{"email":"ada@example.com","other_mails":["x"]}`, "no e-mail address"},
		"six sponsors":        {`{"email":"ada@example.com","sponsor_ids":["1","2","3","4","5","6"]}`, "at most 5"},
		"unknown extension":   {`{"email":"ada@example.com","extension_attributes":{"extensionAttribute16":"x"}}`, "extensionAttribute1 to extensionAttribute15"},
		"extension twice":     {`{"email":"ada@example.com","extension_attributes":{"extensionAttribute1":"x","extensionAttribute1":"y"}}`, "each name once"},
		"extension number":    {`{"email":"ada@example.com","extension_attributes":{"extensionAttribute1":1}}`, "object of texts"},
		"too long":            {`{"email":"ada@example.com","given_name":"` + strings.Repeat("x", 65) + `"}`, "longer than 64"},
		"cannot be cleared":   {`{"email":"ada@example.com","display_name":""}`, "cannot clear"},
		"line break":          {`{"email":"ada@example.com","job_title":"a\nb"}`, "line break"},
		"country":             {`{"email":"ada@example.com","usage_location":"gb"}`, "ISO 3166"},
		"no date":             {`{"email":"ada@example.com","expires_at":"tomorrow"}`, "RFC 3339"},
		"date and enabled":    {`{"email":"ada@example.com","expires_at":"2030-01-01T00:00:00Z","account_enabled":true}`, "exclude each other"},
		"no object id":        {`{"email":"ada@example.com","existing_user_id":"x"}`, "GUID"},
		"very long":           {`{"email":"` + strings.Repeat("x", maxEntry) + `"}`, "longer than"},
		"a setting of others": {`{"email":"ada@example.com","on_destroy":"delete"}`, `no attribute "on_destroy"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, faults := decode(test.raw)
			if !strings.Contains(strings.Join(faults, "\n"), test.fault) {
				t.Errorf("faults %q, want one with %q", faults, test.fault)
			}
			for _, fault := range faults {
				if strings.ContainsFunc(fault, func(r rune) bool { return r < ' ' }) {
					t.Errorf("the fault %q has a control character", fault)
				}
			}
		})
	}
}

func TestEveryAttributeOfAProfileIsRead(t *testing.T) {
	t.Parallel()
	const all = `{"account_enabled":false,"business_phone":"1","city":"a","company_name":"b","cost_center":"c","country":"d","department":"e",` +
		`"display_name":"f","division":"g","email":"ada@example.com","employee_id":"h","employee_leave_date_time":"2030-01-01T00:00:00Z","employee_type":"i",` +
		`"existing_user_id":"00000000-0000-0000-0000-000000000001","expires_at":"2030-01-01T00:00:00Z","extension_attributes":{"extensionAttribute1":"j"},` +
		`"given_name":"k","job_title":"l","justification":"m","manager_id":"00000000-0000-0000-0000-000000000002","mobile_phone":"n",` +
		`"office_location":"o","other_mails":["x@example.com"],"postal_code":"p","preferred_language":"de","sponsor_ids":["00000000-0000-0000-0000-000000000003"],` +
		`"state":"q","street_address":"r","surname":"s","usage_location":"DE","user_type":"Guest"}`
	e, faults := decode(all)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	// The manager by key excludes the one by object id.
	known := slices.DeleteFunc(slices.Clone(fieldNames()), func(name string) bool { return name == nameManager })
	if !slices.Equal(e.mentioned, known) {
		t.Errorf("mentioned %v, known %v", e.mentioned, known)
	}
	for name, f := range fields() {
		if f.index >= 0 && f.get(&e.Profile).IsNull() {
			t.Errorf("%s was not taken over", name)
		}
	}
	// Everybody looks into this directory who has nothing of it.
	var seen person.Profile
	seen.Read(person.Found{HasManager: true, HasSponsors: true}, "ada@example.com")
	var now, want map[string]any
	if err := json.Unmarshal([]byte(e.refreshed(all, &seen, "ada@example.com")), &now); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(all), &want); err != nil {
		t.Fatal(err)
	}
	if len(now) != len(want) {
		t.Errorf("a refresh makes %v of %v", now, want)
	}
	if now["job_title"] != "" || now["justification"] != "m" || now["expires_at"] != want["expires_at"] {
		t.Errorf("a refresh shows %v", now)
	}
}

// What separates members outside of a text does not do so inside, or deeper down.
func TestSeparatorsInTexts(t *testing.T) {
	t.Parallel()
	e, faults := decode(` { "email" : "ada@example.com" , "job_title" : "a \\\",}]{[: \u0022" ,"city":null,"other_mails":[ "b@example.com" , "c@example.com" ],` +
		`"extension_attributes":{"extensionAttribute1":"x,y:{","extensionAttribute2":"z"},"given_name":"\\"}`)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if e.JobTitle.ValueString() != `a \",}]{[: "` || e.GivenName.ValueString() != `\` || len(e.OtherMails.Elements()) != 2 ||
		len(e.ExtensionAttributes.Elements()) != 2 || !e.City.IsNull() || len(e.mentioned) != 5 {
		t.Errorf("%+v", e)
	}
}

func TestARefreshKeepsTheTextAsItIs(t *testing.T) {
	t.Parallel()
	const raw = `{ "job_title" : "R&D <Boss>", "email":"Ada@example.com", "city": null, "other_mails":["b@example.com","a@example.com"] }`
	e, faults := decode(raw)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	title, city := "R&D <Boss>", "Rome"
	user := graph.User{JobTitle: &title, City: &city, OtherMails: []string{"a@example.com", "ada@example.com", "b@example.com"}}
	refresh := func() string {
		seen := e.Profile
		seen.Read(person.Found{User: user}, e.Email)
		return e.refreshed(raw, &seen, e.Email)
	}
	if got := refresh(); got != raw {
		t.Errorf("nothing has changed, and the text became %s", got)
	}
	title = "<Chief>"
	const want = `{"city":null,"email":"Ada@example.com","job_title":"\u003cChief\u003e","other_mails":["b@example.com","a@example.com"]}`
	if got := refresh(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Whatever stands in the map, reading it ends in faults or in an entry that reads the
// same when it is written again.
func FuzzDecode(f *testing.F) {
	f.Add(`{"email":"ada@example.com","job_title":"x","other_mails":["a@example.com"],"extension_attributes":{"extensionAttribute1":"j"}}`)
	f.Add(`{"email":"ada@example.com","account_enabled":false}`)
	f.Add(`{"email":null}`)
	f.Add(` { "email" : "ada@example.com" , "job_title" : "a \",}]{[: \u0022" , "city":null , "other_mails" : [ "b@example.com" , "c@example.com" ] } `)
	f.Fuzz(func(t *testing.T, raw string) {
		e, faults := decode(raw)
		if len(faults) > 0 {
			return
		}
		var all map[string]any
		if err := json.Unmarshal([]byte(raw), &all); err != nil {
			t.Fatalf("accepted %q, which is no JSON: %v", raw, err)
		}
		again, faults := decode(encode(all))
		if len(faults) > 0 {
			t.Fatalf("%q reads, but not when written again: %v", raw, faults)
		}
		if again.Email != e.Email || !slices.Equal(again.mentioned, e.mentioned) || !again.covers(e) || !e.covers(again) {
			t.Errorf("%q became another one", raw)
		}
		if d := again.Difference(&e.Profile, e.Email); !d.Empty() {
			t.Errorf("%q became another profile: %v", raw, d.Written())
		}
	})
}

func TestCovers(t *testing.T) {
	t.Parallel()
	read := func(raw string) *entry {
		e, faults := decode(raw)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		return e
	}
	less := read(`{"email":"a@example.com","extension_attributes":{"extensionAttribute1":"x"}}`)
	more := read(`{"email":"a@example.com","city":"x","extension_attributes":{"extensionAttribute1":"x","extensionAttribute2":""}}`)
	if less.covers(more) || !more.covers(less) || less.covers(read(`{"email":"a@example.com","extension_attributes":{"extensionAttribute2":""}}`)) {
		t.Error("who tells more is mistaken")
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	present := func() map[string]*guest {
		people := map[string]*guest{}
		for key, address := range map[string]string{"a": "ada@example.com", "b": "bob@example.com", "c": "cid@example.com"} {
			g := &guest{key: key, entry: &entry{Email: address}}
			g.ObjectID = types.StringValue("id-" + key)
			people[key] = g
		}
		return people
	}
	tests := map[string]struct {
		planned         map[string]*entry
		unknown         []string
		stays           map[string]string // planned key to old key
		arrives, leaves []string
	}{
		"nothing happens":  {planned: map[string]*entry{"a": {Email: "ADA@example.com"}, "b": {Email: "bob@example.com"}, "c": {Email: "cid@example.com"}}, stays: map[string]string{"a": "a", "b": "b", "c": "c"}},
		"one goes":         {planned: map[string]*entry{"a": {Email: "ada@example.com"}, "b": {Email: "bob@example.com"}}, stays: map[string]string{"a": "a", "b": "b"}, leaves: []string{"c"}},
		"renamed":          {planned: map[string]*entry{"x": {Email: "Ada@Example.com"}, "b": {Email: "bob@example.com"}, "c": {Email: "cid@example.com"}}, stays: map[string]string{"x": "a", "b": "b", "c": "c"}},
		"renamed by id":    {planned: map[string]*entry{"x": {Email: "ada@new.example", ExistingUserID: "ID-A"}, "b": {Email: "bob@example.com"}, "c": {Email: "cid@example.com"}}, stays: map[string]string{"x": "a", "b": "b", "c": "c"}},
		"moves":            {planned: map[string]*entry{"a": {Email: "ada@new.example"}, "b": {Email: "bob@example.com"}, "c": {Email: "cid@example.com"}}, stays: map[string]string{"a": "a", "b": "b", "c": "c"}},
		"a key is reused":  {planned: map[string]*entry{"a": {Email: "bob@example.com"}, "c": {Email: "cid@example.com"}}, stays: map[string]string{"a": "a", "c": "c"}, leaves: []string{"b"}},
		"somebody else":    {planned: map[string]*entry{"x": {Email: "eve@example.com"}, "b": {Email: "bob@example.com"}, "c": {Email: "cid@example.com"}}, stays: map[string]string{"b": "b", "c": "c"}, arrives: []string{"x"}, leaves: []string{"a"}},
		"not known yet":    {planned: map[string]*entry{"b": {Email: "bob@example.com"}}, unknown: []string{"a", "z"}, stays: map[string]string{"a": "a", "b": "b"}, leaves: []string{"c"}},
		"everybody goes":   {planned: map[string]*entry{}, stays: map[string]string{}, leaves: []string{"a", "b", "c"}},
		"the first is new": {planned: map[string]*entry{"x": {Email: "ada@example.com"}, "y": {Email: "dan@example.com"}}, stays: map[string]string{"x": "a"}, arrives: []string{"y"}, leaves: []string{"b", "c"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := match(test.planned, test.unknown, present())
			stays := map[string]string{}
			for key, g := range m.stays {
				stays[key] = g.key
			}
			var leaves []string
			for _, g := range m.leaves {
				leaves = append(leaves, g.key)
			}
			if len(stays) != len(test.stays) || !slices.Equal(m.arrives, test.arrives) || !slices.Equal(leaves, test.leaves) {
				t.Errorf("stays %v, arrives %v, leaves %v", stays, m.arrives, leaves)
			}
			for key, old := range test.stays {
				if stays[key] != old {
					t.Errorf("%s is %q, want %q", key, stays[key], old)
				}
			}
		})
	}
}
