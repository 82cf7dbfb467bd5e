package specialist_test

import (
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
)

// What a name is made from is known only after apply: it is decided there, as it would
// have been at plan.
func TestNameThatIsDecidedAtApply(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"given_name", "surname", "domain", "user_principal_name", "user_principal_name_prefix", "transliteration"} {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			w := walk(t)
			known := attributes{"user_principal_name": nil, "user_principal_name_prefix": "", "transliteration": "de"}
			config := w.jan(known, attributes{part: acceptance.Unknown})
			plan := w.MustPlan(config, options{})
			if got := plan.Changes[0].Get("user_principal_name"); got != acceptance.Unknown {
				t.Errorf("planned as %v", got)
			}
			config["jan"] = w.jan(known)["jan"]
			if part == "user_principal_name" {
				config["jan"][part] = "jan.novak@" + w.Domain()
			}
			if diags := w.Apply(t.Context(), plan); len(diags) > 0 {
				t.Errorf("got %s", diags)
			}
			w.Settled(config)
			w.accounts("jan.novak")
		})
	}
}

// A name that is taken, found out at apply, is refused there, and nobody is doubled.
func TestNameThatIsTakenAtApply(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.another()
	config := w.jan(attributes{"surname": acceptance.Unknown})
	plan := w.MustPlan(config, options{})
	config["jan"] = w.jan()["jan"]
	if errs := w.Apply(t.Context(), plan).Errors(); !errs.Has("The user principal name is taken") {
		t.Errorf("got %s", errs)
	}
	w.accounts("jan.novak")
}

// Another domain, or another name, of an account that is there is known only after apply.
func TestRenameThatIsDecidedAtApply(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string]struct {
		unknown string
		local   string
	}{"domain": {"domain", "jan.novak"}, "name": {"user_principal_name", "novak"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := walk(t)
			w.made()
			config := w.jan(attributes{"domain": nil, changes.unknown: acceptance.Unknown})
			plan := w.MustPlan(config, options{})
			known := attributes{"domain": w.InitialDomain()}
			if changes.unknown == "user_principal_name" {
				known["user_principal_name"] = "novak@" + w.InitialDomain()
			}
			config["jan"] = w.jan(known)["jan"]
			if diags := w.Apply(t.Context(), plan); len(diags.Errors()) > 0 {
				t.Errorf("got %s", diags)
			}
			w.Settled(config)
			account(t, w.Environment, changes.local+"@"+w.InitialDomain())
			w.accounts(changes.local)
		})
	}
}

// While the provider cannot sign in, the state is kept and nothing is looked up.
func TestUnknownProviderArguments(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.Must(w.jan(reached), options{})
	w.ResetRequests()
	w.ProviderArguments["client_secret"] = acceptance.Unknown
	config := w.jan(reached, attributes{"job_title": "Welder"})
	config["zoe"] = attributes{"given_name": "Zoe", "domain": w.Domain()}
	plan := w.MustPlan(config, options{})
	diags := plan.Diagnostics
	w.Blames(diags, "", "Provider arguments are known only after apply")
	if sent := w.Sent(acceptance.Everything); len(sent) > 0 || len(plan.Changes) != 2 {
		t.Errorf("sent %v for %d changes", sent, len(plan.Changes))
	}
	// Nobody is lost for it, either.
	w.Refuses(under("zzz", w.jan(reached, attributes{"surname": "Svoboda"})), "contact_email", lost)
	w.ProviderArguments = w.Arguments()
	w.Must(config, options{})
	w.Settled(config)
	w.accounts("jan.novak", "zoe")
}

// State of one tenant, signed in to another: nothing is asked there and nothing changes.
func TestWrongTenant(t *testing.T) {
	t.Parallel()
	w, other := walk(t), walk(t)
	w.made()
	saved := w.MustPlan(w.jan(attributes{"job_title": "Welder"}), options{})
	gone := w.MustPlan(configuration{}, options{})
	w.ProviderArguments = other.Arguments()
	for name, config := range map[string]configuration{"update": w.jan(attributes{"job_title": "Welder"}), "destroy": {}, "nothing": w.jan()} {
		for _, stale := range []bool{false, true} {
			_, diags := w.Plan(t.Context(), config, options{NoRefresh: stale})
			if errs := diags.Errors(); len(errs) != 1 || !errs.Has("Wrong tenant") {
				t.Errorf("%s: want one error, have:\n%s", name, errs)
			}
		}
	}
	for name, plan := range map[string]*acceptance.SavedPlan{"update": saved, "destroy": gone} {
		if errs := w.Apply(t.Context(), plan).Errors(); len(errs) == 0 {
			t.Errorf("the saved plan to %s was carried out", name)
		}
	}
	if sent := other.Sent(acceptance.Everything); len(sent) > 0 {
		t.Errorf("the other tenant was asked: %v", sent)
	}
	w.accounts("jan.novak")
}

// tomorrow is when the time ends.
func (w *walker) tomorrow() attributes {
	return attributes{"expires_at": w.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)}
}

// A plan is approved, the date passes, the plan is applied: it does what it says, and the
// next one disables.
func TestSavedPlanAppliedAfterTheDate(t *testing.T) {
	t.Parallel()
	w := walk(t)
	ends := w.tomorrow()
	w.Must(w.jan(ends), options{})
	titled := w.jan(ends, attributes{"job_title": "Welder"})
	plan := w.MustPlan(titled, options{})
	w.AdvanceClock(48 * time.Hour)
	if diags := w.Apply(t.Context(), plan); len(diags.Errors()) > 0 {
		t.Errorf("got %s", diags)
	}
	if user := account(t, w.Environment, "jan.novak@"+w.Domain()); user["jobTitle"] != "Welder" || user["accountEnabled"] != true {
		t.Errorf("after the saved plan: %v", user)
	}
	w.Must(titled, options{})
	w.Settled(titled)
	if user := account(t, w.Environment, "jan.novak@"+w.Domain()); user["accountEnabled"] != false {
		t.Error("the account is enabled")
	}
}

// A date in the past on somebody who is there ends the stay, right after the creation and
// without a read as well.
func TestDateMovedToThePast(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.made()
	past := w.jan(attributes{"expires_at": "2020-01-01T00:00:00Z"})
	w.Must(past, options{NoRefresh: true})
	if object := w.State["jan"]; object.Get("expired") != true || object.Get("account_enabled") != false {
		t.Errorf("expired %v, enabled %v", object.Get("expired"), object.Get("account_enabled"))
	}
	w.Settled(past)
}

// Nobody misses an expired account that is gone: the entry stays, with nothing to do, and
// goes without a word of a deletion.
func TestExpiredAndGone(t *testing.T) {
	t.Parallel()
	w := walk(t)
	ends := w.tomorrow()
	w.Must(w.jan(ends), options{})
	w.AdvanceClock(48 * time.Hour)
	w.Must(w.jan(ends), options{})
	if err := w.DeleteUser(w.TenantID(), w.State["jan"].Text("object_id")); err != nil {
		t.Fatal(err)
	}
	w.Must(w.jan(ends), options{})
	w.says(w.jan(ends), "", "An expired specialist is gone")
	w.Settled(w.jan(ends))
	w.ResetRequests()
	diags := w.Must(configuration{}, options{})
	if !diags.Has("is gone already") || diags.Has("will be deleted") {
		t.Errorf("got %s", diags)
	}
	if sent := w.Sent(acceptance.Writes); len(sent) > 0 || len(w.State) > 0 {
		t.Errorf("sent %v, the state has %v", sent, w.State)
	}
}
