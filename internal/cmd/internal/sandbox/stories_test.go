package sandbox

import (
	"cmp"
	"html"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// story is an example that is more than one block: it is applied, and leaves nothing to do.
type story struct {
	folder string
	// people is how many accounts it makes, mails how many mails go out, each with a secret.
	people, mails int
}

var stories = []story{
	{folder: "specialists", people: 3, mails: 3},
	{folder: "welcome-email", people: 2, mails: 2},
}

// TestStories applies the examples that tell a whole story, and looks for their secrets in what Terraform keeps. With them
// goes the plan of a review, for one provider to be built for all.
func TestStories(t *testing.T) {
	t.Parallel()

	terraform, err := FindTerraform(t.Context(), cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"))
	if err != nil {
		t.Fatal(err)
	}
	box, err := New(t.Context(), terraform)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeAll(t, box) })
	for _, story := range stories {
		t.Run(story.folder, func(t *testing.T) {
			t.Parallel()
			story.tell(t, box)
		})
	}
	t.Run("review", func(t *testing.T) {
		t.Parallel()
		review(t, box)
	})
}

func (s story) tell(t *testing.T, box *Sandbox) {
	t.Helper()
	emulator, err := graphemulator.Start(graphemulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeAll(t, emulator) })
	tenant := emulator.Ready().Tenants[0]
	sender := "welcome@" + tenant.InitialDomain
	if _, err := emulator.PutUser(tenant.TenantID, map[string]any{"userPrincipalName": sender, "displayName": "Welcome", "mail": sender}); err != nil {
		t.Fatal(err)
	}
	environment := append(SignIn(emulator.Ready()), "TF_VAR_sender="+sender)
	workspace, err := box.Workspace(s.folder, os.DirFS(filepath.Join(box.Checkout, "examples", s.folder)), environment)
	if err != nil {
		t.Fatal(err)
	}
	terraformSucceeds(t, workspace, "init", "-input=false", "-no-color")
	terraformSucceeds(t, workspace, "plan", "-input=false", "-no-color", "-out=plan")
	terraformSucceeds(t, workspace, "apply", "-input=false", "-no-color", "plan")
	terraformSucceeds(t, workspace, "plan", "-input=false", "-no-color", "-detailed-exitcode")
	if people := len(emulator.Users(tenant.TenantID)) - 1; people != s.people {
		t.Errorf("%d accounts were made, want %d", people, s.people)
	}
	mails := emulator.Mailbox()
	if len(mails) != s.mails {
		t.Errorf("%d mails were sent, want %d", len(mails), s.mails)
	}
	kept := secrets{}
	kept.add("password, pass or link", emulator.Secrets(tenant.TenantID)...)
	for _, mail := range mails {
		body := html.UnescapeString(mail.Body)
		if !slices.ContainsFunc(slices.Collect(maps.Keys(kept)), func(secret string) bool { return strings.Contains(body, secret) }) {
			t.Errorf("no secret in the mail %q", mail.Body)
		}
	}
	found, size, err := kept.findings(workspace.Folder)
	if err != nil || size == 0 {
		t.Fatalf("%d bytes searched: %v", size, err)
	}
	for _, leak := range found {
		t.Error(leak)
	}
	terraformSucceeds(t, workspace, "destroy", "-input=false", "-no-color", "-auto-approve")
}
