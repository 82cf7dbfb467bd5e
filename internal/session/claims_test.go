package session_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

func TestOneInstancePlansAThing(t *testing.T) {
	t.Parallel()
	claims := session.NewClaims()
	for _, step := range []struct {
		key  string
		only bool
	}{{"ada", true}, {"grace", true}, {"ADA", false}, {"ada", false}} {
		if only := claims.Plan(t.Context(), step.key); only != step.only {
			t.Errorf("%s: %t", step.key, only)
		}
	}
}

func TestWrittenThingsAreKnown(t *testing.T) {
	t.Parallel()
	claims := session.NewClaims()
	claims.Written("Ada")
	if !claims.IsWritten("ada") || claims.IsWritten("grace") {
		t.Error("what was written is not what is known")
	}
}

func TestOneInstanceHoldsAThing(t *testing.T) {
	t.Parallel()
	claims := session.NewClaims()
	var holders, most int
	var mu sync.Mutex
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			release, err := claims.Hold(t.Context(), "ada")
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			holders++
			most = max(most, holders)
			mu.Unlock()
			time.Sleep(time.Millisecond)
			mu.Lock()
			holders--
			mu.Unlock()
			release()
		})
	}
	wait.Wait()
	if most != 1 {
		t.Errorf("%d held it at once", most)
	}
}

func TestWaitingForAThingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	claims := session.NewClaims()
	release, err := claims.Hold(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := claims.Hold(ctx, "ADA"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	other, err := claims.Hold(t.Context(), "grace")
	if err != nil {
		t.Fatal(err)
	}
	other()
	release()
	if release, err = claims.Hold(t.Context(), "ada"); err != nil {
		t.Fatal(err)
	}
	release()
}
