package credentials

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// installAzureCLI puts a stand-in for az on the PATH. It notes its arguments in the file
// whose name is returned, and then runs the script.
func installAzureCLI(t *testing.T, script string) (calls string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in is a shell script")
	}
	directory := t.TempDir()
	calls = filepath.Join(directory, "calls")
	content := fmt.Sprintf("#!/bin/sh\necho \"$@\" >> '%s'\n%s\n", calls, script)
	if err := os.WriteFile(filepath.Join(directory, "az"), []byte(content), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", directory+string(os.PathListSeparator)+os.Getenv("PATH"))
	return calls
}

//nolint:paralleltest // the environment of the process is changed
func TestAzureCLI(t *testing.T) {
	expires := time.Now().Add(time.Hour).Unix()
	calls := installAzureCLI(t, fmt.Sprintf(`echo '{"accessToken":"the-token","expires_on":%d}'`, expires))
	credential, method := newCredential(t, Arguments{TenantID: new(testTenant)}, &http.Client{})
	if method != MethodAzureCLI {
		t.Errorf("method is %q", method)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if token, err := getToken(t, credential); err != nil || token != "the-token" {
				t.Errorf("got %q, %v", token, err)
			}
		})
	}
	group.Wait()
	noted, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	want := "account get-access-token -o json --resource https://graph.example --tenant " + testTenant + "\n"
	if string(noted) != want {
		t.Errorf("az was called with\n%swant once with\n%s", noted, want)
	}
}

//nolint:paralleltest // the environment of the process is changed
func TestAzureCLIRenewsATokenBeforeItsEnd(t *testing.T) {
	calls := installAzureCLI(t, fmt.Sprintf(`echo '{"accessToken":"the-token","expires_on":%d}'`, time.Now().Add(time.Minute).Unix()))
	credential, _ := newCredential(t, Arguments{}, &http.Client{})
	for range 2 {
		if _, err := getToken(t, credential); err != nil {
			t.Fatal(err)
		}
	}
	noted, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(noted), "\n"); got != 2 {
		t.Errorf("az was called %d times, want 2", got)
	}
}

//nolint:paralleltest // the environment of the process is changed
func TestAzureCLIErrors(t *testing.T) {
	for name, test := range map[string]struct {
		script string
		blamed string
		words  []string
	}{
		"not signed in": {
			`echo "ERROR: Please run 'az login' to setup account." >&2; exit 1`,
			"use_cli",
			[]string{"az login --tenant " + testTenant + " --scope https://graph.microsoft.com/.default", "to setup account", "client_id", "oidc_token is set"},
		},
		"refresh token expired": {
			`echo "ERROR: AADSTS700082: The refresh token has expired due to inactivity. Trace ID: trace-1" >&2; exit 1`,
			"use_cli",
			[]string{"must sign in again", "Trace ID: trace-1", "az login --tenant"},
		},
		"user of another tenant": {
			`echo "ERROR: AADSTS50034: The user account does not exist in the directory." >&2; exit 1`,
			"tenant_id",
			[]string{"User not in this tenant"},
		},
		"no JSON": {`echo plantedsecret`, "use_cli", []string{"gave no token"}},
	} {
		t.Run(name, func(t *testing.T) {
			installAzureCLI(t, test.script)
			credential, _ := newCredential(t, Arguments{TenantID: new(testTenant), OIDCToken: new("plantedsecret")}, &http.Client{})
			_, err := getToken(t, credential)
			wantBlame(t, err, test.blamed, test.words...)
		})
	}
	t.Run("not installed", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		credential, _ := newCredential(t, Arguments{}, &http.Client{})
		_, err := getToken(t, credential)
		wantBlame(t, err, "use_cli", "not on the PATH", "client_id")
	})
	t.Run("does not answer", func(t *testing.T) {
		installAzureCLI(t, "exec sleep 60")
		credential, _ := newCredential(t, Arguments{}, &http.Client{})
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{"https://graph.example/.default"}})
		wantBlame(t, err, "use_cli", "no token in time")
	})
}
