package graph

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestParseIdentity(t *testing.T) {
	t.Parallel()
	token := func(payload string) string {
		return "header." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".signature"
	}
	tests := map[string]struct {
		token, tenant, wantErr string
	}{
		"application":  {token: token(`{"tid":"t","oid":"o","roles":["User.Read.All"]}`), tenant: "t"},
		"no tenant":    {token: token(`{"oid":"o"}`), wantErr: "names no tenant"},
		"opaque":       {token: "opaque", wantErr: "1 parts"},
		"not base64":   {token: "a.!.c", wantErr: "decoding"},
		"not JSON":     {token: token("nope"), wantErr: "parsing"},
		"wrong claims": {token: token(`{"tid":1}`), wantErr: "parsing"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			identity, err := parseIdentity(test.token)
			switch {
			case test.wantErr == "" && (err != nil || identity.TenantID != test.tenant):
				t.Errorf("got %+v, %v", identity, err)
			case test.wantErr != "" && (err == nil || !strings.Contains(err.Error(), test.wantErr)):
				t.Errorf("got %v, want %q", err, test.wantErr)
			case err != nil && strings.Contains(err.Error(), "signature"):
				t.Errorf("the error shows the token: %v", err)
			}
		})
	}
}

func TestNextPageStaysAtHome(t *testing.T) {
	t.Parallel()
	c := &Client{baseURL: "https://graph.example/v1.0"}
	if _, err := c.nextPage("https://graph.example/v1.0/users?$skiptoken=x"); err != nil {
		t.Error(err)
	}
	for _, link := range []string{"https://evil.example/v1.0/users", "https://graph.example.evil.example/v1.0/users", "https://graph.example/v1.0.evil/"} {
		if _, err := c.nextPage(link); err == nil {
			t.Errorf("the token would go to %s", link)
		}
	}
}
