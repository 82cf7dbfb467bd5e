package guests_test

import "testing"

// A partner that changes its domain moves everybody: the look-ups share requests.
func TestMovesAreLookedUpTogether(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guests := some(60)
	s.Must(config(guests), options{})
	for key, guest := range guests {
		guest["email"] = key + "@new.example"
	}
	// Somebody else has one of the addresses.
	_, err := s.PutUser(s.TenantID(), map[string]any{
		"userPrincipalName": "other@" + s.InitialDomain(), "mailNickname": "other", "userType": "Guest", "mail": number(7) + "@new.example",
	})
	s.outside(err)
	s.ResetRequests()
	plan, diags := s.Plan(t.Context(), config(guests), options{NoRefresh: true})
	if sent := s.wire(); len(sent) > 15 {
		t.Errorf("%d requests for 60 moves", len(sent))
	}
	if errs := diags.Errors(); plan != nil || len(errs) != 1 || !errs.Has("The new address belongs to somebody else") || !errs.Has(number(7)) {
		t.Errorf("errors: %s", errs)
	}
	guests[number(7)]["email"] = "free@new.example"
	s.applied(config(guests))
}
