package graph_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// A hundred names, ten callers at once: a handful of requests, and everybody gets the
// right answer, also about names with apostrophes and names that a deleted user had.
func TestNamesAreLookedUpTogether(t *testing.T) {
	t.Parallel()
	emulator := startDirectory(t, graphemulator.Config{})
	client, tenant := emulator.client, emulator.tenant
	name := func(i int) string { return fmt.Sprintf("o'brien%d@%s", i, tenant.InitialDomain) }
	for i := 0; i < 100; i += 10 {
		id, err := emulator.PutUser(tenant.TenantID, map[string]any{"userPrincipalName": strings.ToUpper(name(i)[:1]) + name(i)[1:], "displayName": "O'Brien"})
		if err != nil {
			t.Fatal(err)
		}
		if i%20 == 0 {
			if err := emulator.DeleteUser(tenant.TenantID, id); err != nil {
				t.Fatal(err)
			}
		}
	}
	emulator.ResetRequests()
	var wait sync.WaitGroup
	next := make(chan int)
	for range 10 {
		wait.Go(func() {
			for i := range next {
				matches, err := client.LookUpNames(t.Context(), name(i))
				if err != nil {
					t.Error(err)
					continue
				}
				match := matches[name(i)]
				if taken, gone := match.Holder != nil, len(match.Deleted) > 0; taken != (i%20 == 10) || gone != (i%20 == 0) {
					t.Errorf("%s: taken %v, deleted %v", name(i), taken, gone)
				}
			}
		})
	}
	for i := range 100 {
		next <- i
	}
	close(next)
	wait.Wait()
	sent := 0
	for _, request := range emulator.Requests() {
		if strings.HasPrefix(request.Path, "/v1.0/") && !request.Batched {
			sent++
		}
	}
	if sent > 15 {
		t.Errorf("%d requests on the wire", sent)
	}
}

// Numbered candidates are looked up in one request.
func TestManyNamesOfOneCaller(t *testing.T) {
	t.Parallel()
	emulator := startDirectory(t, graphemulator.Config{})
	client, domain := emulator.client, emulator.tenant.InitialDomain
	names := make([]string, 40)
	for i := range names {
		names[i] = fmt.Sprintf("%s%d@%s", strings.Repeat("n", 50), i, domain)
	}
	matches, err := client.LookUpNames(t.Context(), names...)
	if err != nil || len(matches) != len(names) {
		t.Errorf("%d answers: %v", len(matches), err)
	}
}
