package sandbox

import (
	"cmp"
	"fmt"
	"html"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// story is an example that is more than one block: it is applied, and leaves nothing to do.
type story struct {
	folder string
	// people is how many accounts it makes, mails how many mails go out, each with a secret.
	people, mails int
	// begin and end, where there are any, come before the first apply that has to succeed, and before the last destroy.
	begin, end func(*testing.T, scene)
}

// scene is where a story happens.
type scene struct {
	*Workspace

	emulator *graphemulator.Emulator
	tenantID string
}

var stories = []story{
	{folder: "specialists", people: 3, mails: 3, begin: failOneMail, end: passTheLastDay},
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
	scene := scene{Workspace: workspace, emulator: emulator, tenantID: tenant.TenantID}
	terraformSucceeds(t, workspace, "init", "-input=false", "-no-color")
	if s.begin != nil {
		s.begin(t, scene)
	}
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
	if s.end != nil {
		s.end(t, scene)
	}
	terraformSucceeds(t, workspace, "destroy", "-input=false", "-no-color", "-auto-approve")
}

// failOneMail applies while a mail cannot be sent: the postcondition fails the run, and nobody is lost.
func failOneMail(t *testing.T, s scene) {
	t.Helper()
	s.emulator.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: "/sendMail$", Times: 1, Status: http.StatusForbidden})
	defer s.emulator.ClearFaults()
	var output strings.Builder
	err := s.Terraform(t.Context(), &output, "apply", "-input=false", "-no-color", "-auto-approve")
	told := strings.Join(strings.Fields(output.String()), " ")
	if err == nil || !strings.Contains(told, "Resource postcondition failed") || strings.Count(told, "but is not complete yet") != 1 {
		t.Errorf("a mail failed, and the run ended with %v:\n%s", err, output.String())
	}
	if people := s.specialists(); len(people) != 3 {
		t.Errorf("%d accounts were made while a mail failed", len(people))
	}
}

// passTheLastDay applies after the last day of one of the three: it ends that account and its membership, no other.
func passTheLastDay(t *testing.T, s scene) {
	t.Helper()
	people := s.specialists()
	s.stand(t, people, "ext-jan.novak", "ext-joerg.mueller-luedenscheidt", "ext-oksana.shevchenko")
	s.emulator.SetClock(time.Date(2099, time.April, 1, 0, 0, 0, 0, time.UTC))
	terraformSucceeds(t, s.Workspace, "apply", "-input=false", "-no-color", "-auto-approve")
	s.stand(t, people, "ext-jan.novak", "ext-joerg.mueller-luedenscheidt")
	terraformSucceeds(t, s.Workspace, "plan", "-input=false", "-no-color", "-detailed-exitcode")
}

// specialists are the object ids by what stands before the @ of the user principal name.
func (s scene) specialists() map[string]string {
	people := map[string]string{}
	for _, user := range s.emulator.Users(s.tenantID) {
		if name, _, _ := strings.Cut(fmt.Sprint(user["userPrincipalName"]), "@"); strings.HasPrefix(name, "ext-") {
			people[name] = fmt.Sprint(user["id"])
		}
	}

	return people
}

// stand compares who of the people has an enabled account, and who is in the group.
func (s scene) stand(t *testing.T, people map[string]string, want ...string) {
	t.Helper()
	members := s.emulator.Members(s.tenantID, fmt.Sprint(s.emulator.Groups(s.tenantID)[0]["id"]))
	var in, enabled []string
	for name, id := range people {
		if slices.Contains(members, id) {
			in = append(in, name)
		}
	}
	for _, user := range s.emulator.Users(s.tenantID) {
		name, _, _ := strings.Cut(fmt.Sprint(user["userPrincipalName"]), "@")
		if people[name] != "" && user["accountEnabled"] == true {
			enabled = append(enabled, name)
		}
	}
	slices.Sort(in)
	slices.Sort(enabled)
	if !slices.Equal(in, want) || len(members) != len(want) || !slices.Equal(enabled, want) {
		t.Errorf("in the group are %q of %d members, accounts have %q, want %q", in, len(members), enabled, want)
	}
}
