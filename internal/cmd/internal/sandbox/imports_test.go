package sandbox

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// The people whom the examples import, by their object ids.
const (
	adaID = "7a4bb5f0-0d0e-4a53-8f0f-3a1f6d9f1c55"
	janID = "4e6b0d7a-93c5-4f2e-8b1d-7a5c9e0f3d26"
)

// startPopulated serves the tenant that the examples of imports are about, with everybody and everything in it.
func startPopulated(t *testing.T) *graphemulator.Emulator {
	t.Helper()
	seed := graphemulator.DefaultSeed()
	tenant := &seed.Tenants[0]
	tenant.TenantID = "0f0c8d6e-6f0b-4c8e-9a39-8b1a5f2f7a10"
	tenant.InitialDomain = "contoso.onmicrosoft.com"
	tenant.VerifiedDomains = []string{"contoso.onmicrosoft.com", "contoso.example"}
	tenant.Users = []map[string]any{
		guest(adaID, "ada.lovelace@partner.example"), guest("c0a7e4de-2f0b-4f8e-8a31-5f1d7c3b2a90", "grace.hopper@partner.example"),
		{
			"id": janID, "userPrincipalName": "ext-jan.novak@contoso.example", "displayName": "Jan Novák",
			"otherMails": []any{"jan.novak@fabrikam.example"},
		},
	}
	tenant.Applications = append(tenant.Applications, graphemulator.SeedApplication{
		ClientID: "5b7f4f0a-3c55-4f0e-8f54-2f6f3f0c9d21", Roles: graphemulator.AllRoles(),
		FederatedCredentials: []graphemulator.FederatedCredential{{Issuer: "issuer", Subject: "repository", Audience: "entra"}},
	})
	for id, name := range exampleGroups {
		tenant.Groups = append(tenant.Groups, map[string]any{
			"id": id, "displayName": name, "mailEnabled": false, "securityEnabled": true, "members": []any{adaID},
		})
	}
	emulator, err := graphemulator.Start(graphemulator.Config{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeAll(t, emulator) })
	if err := emulator.SetManager(tenant.TenantID, adaID, janID); err != nil {
		t.Fatal(err)
	}
	if err := emulator.PutPhoto(tenant.TenantID, adaID, picture(t)); err != nil {
		t.Fatal(err)
	}

	return emulator
}

func guest(id, address string) map[string]any {
	return map[string]any{
		"id": id, "displayName": address, "mail": address, "otherMails": []any{address},
		"userPrincipalName": strings.ReplaceAll(address, "@", "_") + "#EXT#@contoso.onmicrosoft.com",
		"userType":          "Guest", "creationType": "Invitation", "externalUserState": "Accepted",
	}
}

func picture(t *testing.T) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := jpeg.Encode(&file, image.NewGray(image.Rect(0, 0, 96, 96)), nil); err != nil {
		t.Fatal(err)
	}

	return file.Bytes()
}

// lookAround makes the provider sign in.
const lookAround = `
data "entraguest_tenant" "this" {}
`

// pipeline returns the variables of a pipeline that hands out OIDC tokens of the issuer the application trusts.
func pipeline(ready graphemulator.Ready) []string {
	claims := fmt.Sprintf(`{"iss":"issuer","sub":"repository","aud":"entra","exp":%d}`, time.Now().Add(time.Hour).Unix())
	encode := base64.RawURLEncoding.EncodeToString
	token := encode([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + encode([]byte(claims)) + "." + encode([]byte("unsigned"))

	return []string{
		"ENTRAGUEST_GRAPH_ENDPOINT=" + ready.GraphEndpoint,
		"ENTRAGUEST_AUTHORITY_HOST=" + ready.AuthorityHost,
		"ENTRAGUEST_CA_CERTIFICATES_PATH=" + ready.CACertificatesPath,
		"ARM_OIDC_TOKEN=" + token,
	}
}

// imported matches the address of what an import block or command imports to.
var imported = regexp.MustCompile(`(?m)^(?:  to = |terraform import '?)(([a-z_]+)\.([a-z_]+)(?:\["[^"]*"\])?)`)

// readImport completes an example of an import with the resource that is imported to, and what belongs to it.
func readImport(t *testing.T, file string) fstest.MapFS {
	t.Helper()
	example, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	target := imported.FindSubmatch(example)
	if target == nil {
		t.Fatalf("%s imports nothing", file)
	}
	resources, err := filepath.Glob(filepath.Join(filepath.Dir(file), "resource*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, resource := range resources {
		text, err := os.ReadFile(resource)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(text, []byte(`resource "`+string(target[2])+`" "`+string(target[3])+`" {`)) {
			continue
		}
		configuration := fstest.MapFS{
			"main.tf":                  {Data: text, Mode: 0o600},
			"versions.tf":              {Data: []byte(requiredProviders), Mode: 0o600},
			"photos/" + adaID + ".jpg": {Data: picture(t), Mode: 0o600},
		}
		if filepath.Ext(file) == ".tf" {
			configuration["import.tf"] = &fstest.MapFile{Data: example, Mode: 0o600}
		}

		return configuration
	}
	t.Fatalf("no resource %s to import to", target[1])

	return nil
}

// runImports runs each command of an import.sh as if it were the only one.
func runImports(t *testing.T, workspace *Workspace, file string) {
	t.Helper()
	terraformSucceeds(t, workspace, "init", "-input=false", "-no-color")
	script, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for line := range strings.Lines(string(script)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		if len(words) != 4 || !imported.MatchString(line) {
			t.Fatalf("what is %q?", line)
		}
		count++
		state := "-state=state" + string(rune('0'+count))
		terraformSucceeds(t, workspace, "import", "-input=false", "-no-color", state, strings.Trim(words[2], "'"), strings.Trim(words[3], "'"))
	}
	if count == 0 {
		t.Errorf("%s has no command", file)
	}
}
