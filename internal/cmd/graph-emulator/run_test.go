package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// serving runs the program until the returned function is called, which gives its error.
func serving(t *testing.T, arguments ...string) (graphemulator.Ready, string, func() error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ready.json")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	var stderr bytes.Buffer
	go func() { done <- run(ctx, append(arguments, "-ready", path), &stderr) }()
	deadline := time.Now().Add(30 * time.Second)
	var content []byte
	for len(content) == 0 {
		select {
		case err := <-done:
			t.Fatalf("it ended at once: %v", err)
		case <-time.After(5 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatal("no ready file")
		}
		content, _ = os.ReadFile(path)
	}
	var ready graphemulator.Ready
	if err := json.Unmarshal(content, &ready); err != nil {
		t.Fatalf("the ready file is half written: %v: %s", err, content)
	}
	return ready, path, func() error {
		cancel()
		err := <-done
		if lines := strings.Count(stderr.String(), "\n"); lines != 1 {
			t.Errorf("it prints %d lines: %s", lines, stderr.String())
		}
		return err
	}
}

func TestReadyFile(t *testing.T) {
	t.Parallel()
	ready, path, stop := serving(t, "-listen", "127.0.0.1:0", "-seed-guests", "3", "-latency", "1ms", "-replication-lag", "1ms", "-throttle", "small")
	if !strings.HasPrefix(ready.GraphEndpoint, "https://127.0.0.1:") || ready.AdminURL != ready.GraphEndpoint+"/admin" ||
		"https://"+ready.MetadataHost != ready.AuthorityHost || len(ready.Tenants) != 1 || len(ready.Tenants[0].Applications[0].Roles) == 0 {
		t.Errorf("ready = %+v", ready)
	}
	if _, err := os.Stat(ready.CACertificatesPath); err != nil {
		t.Error(err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	for _, left := range []string{path, ready.CACertificatesPath} {
		if _, err := os.Stat(left); !os.IsNotExist(err) {
			t.Errorf("%s is left behind", left)
		}
	}
}

func TestSeedFile(t *testing.T) {
	t.Parallel()
	seed := filepath.Join(t.TempDir(), "seed.json")
	content := `{"tenants":[{"tenant_id":"33333333-3333-4333-8333-333333333333","initial_domain":"fabrikam.onmicrosoft.com",
		"verified_domains":["fabrikam.onmicrosoft.com","fabrikam.example"],
		"applications":[{"client_id":"44444444-4444-4444-8444-444444444444","client_secret":"s","roles":["User.Read.All"]}],
		"users":[{"id":"55555555-5555-4555-8555-555555555555","displayName":"Ada"}],
		"groups":[{"id":"66666666-6666-4666-8666-666666666666","displayName":"All","members":["55555555-5555-4555-8555-555555555555"]}]}]}`
	if err := os.WriteFile(seed, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	ready, _, stop := serving(t, "-seed", seed)
	if ready.Tenants[0].TenantID != "33333333-3333-4333-8333-333333333333" || ready.Tenants[0].Applications[0].ClientSecret != "s" {
		t.Errorf("ready = %+v", ready)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestBadArguments(t *testing.T) {
	t.Parallel()
	seed := filepath.Join(t.TempDir(), "seed.json")
	if err := os.WriteFile(seed, []byte(`{"tenants":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, arguments := range [][]string{
		{"-throttle", "huge"},
		{"-lag-hits", "none"},
		{"-latency", "-1s"},
		{"-seed-guests", "-1"},
		{"-seed", seed},
		{"-seed", filepath.Join(t.TempDir(), "none.json")},
		{"extra"},
		{"-colour", "red"},
		{"-listen", "256.0.0.1:0"},
		{"-ready", filepath.Join(t.TempDir(), "no", "such", "folder")},
	} {
		t.Run(strings.Join(arguments, " "), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := run(ctx, arguments, &bytes.Buffer{}); err == nil {
				t.Error("it was accepted")
			}
		})
	}
}
