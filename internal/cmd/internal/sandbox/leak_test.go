package sandbox

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// leakConfiguration has a mail for every kind of secret, each from a mailbox of its own.
const leakConfiguration = requiredProviders + `
variable "password" {
  type      = string
  sensitive = true
  ephemeral = true
}

variable "turn" {
  type = number
}

variable "surname" {
  type    = string
  default = "First"
}

provider "entraguest" {}

data "entraguest_tenant" "this" {}

resource "entraguest_specialist_user" "planted" {
  given_name                  = "Planted"
  surname                     = var.surname
  domain                      = data.entraguest_tenant.this.initial_domain
  job_title                   = "Turn ${var.turn}"
  contact_email               = "planted@fabrikam.example"
  password_wo                 = var.password
  password_wo_version         = var.turn
  revoke_sessions_on_rotation = true
  welcome_email = {
    from      = "planted@${data.entraguest_tenant.this.initial_domain}"
    subject   = "Welcome, {{given_name}}"
    body_html = "<p>{{user_principal_name}}</p><b>{{password}}</b>"
    trigger   = var.turn
  }
}

resource "entraguest_specialist_user" "made" {
  given_name    = "Made"
  surname       = var.surname
  domain        = data.entraguest_tenant.this.initial_domain
  contact_email = "made@fabrikam.example"
  welcome_email = {
    from      = "made@${data.entraguest_tenant.this.initial_domain}"
    subject   = "Welcome, {{given_name}}"
    body_text = "{{user_principal_name}} <b>{{password}}</b>"
    trigger   = var.turn
  }
}

resource "entraguest_specialist_user" "pass" {
  given_name            = "Pass"
  surname               = var.surname
  domain                = data.entraguest_tenant.this.initial_domain
  contact_email         = "pass@fabrikam.example"
  temporary_access_pass = { usable_once = true }
  welcome_email = {
    from      = "pass@${data.entraguest_tenant.this.initial_domain}"
    subject   = "Welcome, {{given_name}}"
    body_html = "<p>{{user_principal_name}}</p><b>{{temporary_access_pass}}</b>"
    trigger   = var.turn
  }
}

resource "entraguest_invitation" "guest" {
  email = "${lower(var.surname)}.guest@partner.example"
  welcome_email = {
    from      = "guest@${data.entraguest_tenant.this.initial_domain}"
    subject   = "Your access"
    body_html = "<p>Accept:</p><b><a href=\"{{redeem_url}}\">{{redeem_url}}</a></b>"
    trigger   = var.turn
  }
}
`

// everyLog lists the variables that make Terraform and the provider write down all they can.
var everyLog = []string{"TF_LOG", "TF_LOG_CORE", "TF_LOG_PROVIDER", "TF_LOG_PROVIDER_ENTRAGUEST", "TF_LOG_SDK", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_SDK_PROTO"}

// plantedPassword is hard to write down: most of its characters are escaped somewhere.
func plantedPassword(turn int) string { return fmt.Sprintf(`Zx7Q9%dvK2mW4t<"&é=+\/%%>'`, turn) }

// leaks is a run in which secrets are made, and everything that it writes.
type leaks struct {
	t         *testing.T
	emulator  *graphemulator.Emulator
	tenant    graphemulator.ReadyTenant
	workspace *Workspace
	base      []string
	secrets   secrets
	turn      int
	commands  int
}

// TestNothingLeaks goes with the real Terraform, and every log there is, through the life of secrets: what is
// written by it holds none of them.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()

	terraform, err := FindTerraform(t.Context(), cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"))
	if err != nil {
		t.Fatal(err)
	}
	if !atLeast(terraform.Version, 11) {
		t.Skipf("version %s does not know write-only attributes", terraform.Version)
	}
	for name, test := range map[string]struct {
		tags string
		live func(*leaks)
		// least is how many secrets there are at least.
		least int
	}{
		"released": {live: (*leaks).live, least: 24},
		"crashing": {tags: "crashtest", live: (*leaks).crash, least: 12},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "crashing" && terraform.Product == OpenTofu {
				t.Skip("OpenTofu does not show the last words of a provider")
			}
			l := startLeaks(t, tagged(t, terraform, test.tags))
			test.live(l)
			l.search(test.least)
		})
	}
}

// crashVariable is what the test build asks the environment for.
const crashVariable = "ENTRAGUEST_CRASH_BEFORE_SEND"

// tagged is a sandbox whose provider is built with tags. Only one with tags can crash on purpose.
func tagged(t *testing.T, terraform Terraform, tags string) *Sandbox {
	t.Helper()
	box, err := New(t.Context(), terraform, tags)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeAll(t, box) })
	program, err := os.ReadFile(box.Provider())
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(program, []byte(crashVariable)) != (tags != "") {
		t.Fatalf("the provider built with tags %q should crash on purpose: %v", tags, tags != "")
	}

	return box
}

func startLeaks(t *testing.T, box *Sandbox) *leaks {
	t.Helper()
	emulator, err := graphemulator.Start(graphemulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeAll(t, emulator) })
	l := &leaks{t: t, emulator: emulator, tenant: emulator.Ready().Tenants[0], secrets: secrets{}}
	for _, name := range []string{"planted", "made", "pass", "guest"} {
		mailbox := name + "@" + l.tenant.InitialDomain
		if _, err := emulator.PutUser(l.tenant.TenantID, map[string]any{"userPrincipalName": mailbox, "displayName": name, "mail": mailbox}); err != nil {
			t.Fatal(err)
		}
	}
	l.secrets.add("client secret", l.tenant.Applications[0].ClientSecret)
	l.workspace, err = box.Workspace("leaks", fstest.MapFS{
		"main.tf":     {Data: []byte(leakConfiguration), Mode: 0o600},
		"tmp/.exists": {Mode: 0o600}, "written/.exists": {Mode: 0o600},
	}, SignIn(emulator.Ready()))
	if err != nil {
		t.Fatal(err)
	}
	l.base = append(l.workspace.environment, "GOTRACEBACK=all", "TMPDIR="+filepath.Join(l.workspace.Folder, "tmp"),
		"TF_LOG_PATH="+filepath.Join(l.workspace.Folder, "written", "trace.log"))
	for _, variable := range everyLog {
		l.base = append(l.base, variable+"=TRACE")
	}
	l.to(1)
	if output, err := l.run("init", "-input=false", "-no-color"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}

	return l
}

// to goes on to a turn: another password, and another mail for everybody.
func (l *leaks) to(turn int, variables ...string) {
	l.turn = turn
	planted := plantedPassword(turn)
	l.secrets.add("planted password", planted, fmt.Sprintf("Zx7Q9%dvK2mW4t", turn))
	l.workspace.environment = append(append(append([]string{}, l.base...), variables...),
		"TF_VAR_password="+planted, fmt.Sprintf("TF_VAR_turn=%d", turn))
}

var mailedSecret = regexp.MustCompile(`<b>(?:<a href="[^"]*">)?([^<]*)`)

// run runs Terraform, keeps its output in a file, and learns the secrets that were made on the way.
func (l *leaks) run(arguments ...string) (output string, err error) {
	l.t.Helper()
	var written bytes.Buffer
	err = l.workspace.Terraform(context.WithoutCancel(l.t.Context()), &written, arguments...)
	l.commands++
	file := filepath.Join(l.workspace.Folder, "written", fmt.Sprintf("%02d-%s.txt", l.commands, arguments[0]))
	if err := os.WriteFile(file, written.Bytes(), 0o600); err != nil {
		l.t.Fatal(err)
	}
	for _, text := range l.emulator.Secrets(l.tenant.TenantID) {
		name := "password or pass"
		if strings.HasPrefix(text, "https://") {
			name = "redeem link"
		}
		l.secrets.add(name, text)
	}
	for _, mail := range l.emulator.Mailbox() {
		found := mailedSecret.FindStringSubmatch(mail.Body)
		if found == nil {
			l.t.Fatalf("a mail has no secret: %+v", mail)
		}
		text := found[1]
		if mail.ContentType == "html" {
			text = html.UnescapeString(text)
		}
		l.secrets.add("mailed secret", text)
	}

	return written.String(), err
}

// does runs Terraform, which succeeds, or fails with every one of the texts.
func (l *leaks) does(arguments []string, failing ...string) {
	l.t.Helper()
	output, err := l.run(arguments...)
	var ended *exec.ExitError
	switch {
	case err != nil && (!errors.As(err, &ended) || len(failing) == 0):
		l.t.Fatalf("%v\n%s", err, output)
	case err == nil && len(failing) > 0:
		l.t.Fatalf("terraform %v succeeded\n%s", arguments, output)
	}
	l.said(output, failing)
}

// warns runs Terraform, which succeeds with every one of the texts.
func (l *leaks) warns(arguments []string, texts ...string) {
	l.t.Helper()
	output, err := l.run(arguments...)
	if err != nil {
		l.t.Fatalf("%v\n%s", err, output)
	}
	l.said(output, texts)
}

func (l *leaks) said(output string, texts []string) {
	l.t.Helper()
	words := strings.Join(strings.Fields(strings.ReplaceAll(output, "│", " ")), " ")
	for _, want := range texts {
		if !strings.Contains(words, want) {
			l.t.Errorf("terraform does not say %q\n%s", want, output)
		}
	}
}

func (l *leaks) mails(want int) {
	l.t.Helper()
	if got := len(l.emulator.Mailbox()); got != want {
		l.t.Fatalf("turn %d: %d mails so far, want %d", l.turn, got, want)
	}
}

var (
	applying = []string{"apply", "-input=false", "-no-color", "-auto-approve"}
	showing  = []string{"show", "-no-color", "-json"}
)

// planned applies a saved plan that stays in the folder.
func (l *leaks) planned(name string) {
	l.t.Helper()
	l.does([]string{"plan", "-input=false", "-no-color", "-out=" + name})
	l.does(append(showing[:3:3], name))
	l.does([]string{"apply", "-input=false", "-no-color", name})
	l.does(showing)
}

// live creates, updates, rotates and fails.
func (l *leaks) live() {
	t, e, planted := l.t, l.emulator, "planted.first@"+l.tenant.InitialDomain
	echo := func(turn int) string {
		return "The specified password " + plantedPassword(turn) + " is not good enough."
	}

	e.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/users$`, Times: 1, Status: http.StatusBadRequest, Code: "Request_BadRequest", Message: echo(1)})
	l.does(append(applying[:4:4], "-target=entraguest_specialist_user.planted"), "Creating the specialist failed", "the text of the answer is withheld")
	l.mails(0)

	// The mail of a create is refused with an answer that repeats it: that is a warning.
	e.AddFaults(graphemulator.Fault{
		Method: http.MethodPost, PathRegexp: "/users/planted@.*/sendMail$", Times: 1, Status: http.StatusForbidden, Code: "ErrorAccessDenied", Message: echo(1),
	})
	l.warns(append(applying[:4:4], "-target=entraguest_specialist_user.planted"), "The welcome mail was not sent", "ErrorAccessDenied", "the text of the answer is withheld")
	l.mails(0)

	l.planned("create.tfplan")
	l.mails(4)
	if _, err := e.SignIn(l.tenant.TenantID, planted, plantedPassword(1)); err != nil {
		t.Fatal(err)
	}

	l.to(2)
	l.planned("rotate.tfplan")
	l.mails(8)
	if _, err := e.SignIn(l.tenant.TenantID, planted, plantedPassword(2)); err != nil {
		t.Fatal(err)
	}

	// Everybody's mail fails in another way, one with an answer that repeats what was sent.
	l.to(3)
	sending := func(from string) graphemulator.Fault {
		return graphemulator.Fault{Method: http.MethodPost, PathRegexp: "/users/" + from + "@.*/sendMail$", Times: 1}
	}
	refused, down, lost, gone := sending("planted"), sending("made"), sending("guest"), sending("pass")
	refused.Status, refused.Code, refused.Message = http.StatusForbidden, "ErrorAccessDenied", echo(3)
	down.Status, down.RetryAfter = http.StatusServiceUnavailable, 600
	lost.DropConnection, lost.AfterEffect = true, true
	gone.Status, gone.Code = http.StatusNotFound, "MailboxNotEnabledForRESTAPI"
	noPass := graphemulator.Fault{Method: http.MethodPost, PathRegexp: "/temporaryAccessPassMethods$", Status: http.StatusInternalServerError, AfterEffect: true, Times: 1}
	e.AddFaults(refused, down, lost, gone, noPass)
	l.does(append(applying[:4:4], "-json"), "ErrorAccessDenied", "ServiceUnavailable", "MailboxNotEnabledForRESTAPI", "Nobody knows whether the welcome mail was sent")

	// The password is refused with an answer that repeats it, in places where nobody expects it.
	l.to(4)
	e.ClearFaults()
	user, _ := e.User(l.tenant.TenantID, planted)
	password := jsonOf(plantedPassword(4), true)
	e.AddFaults(graphemulator.Fault{
		Method: http.MethodPatch, PathRegexp: fmt.Sprintf("/users/%v$", user["id"]), Skip: 1, Times: 1, Status: http.StatusBadRequest,
		Body: fmt.Appendf(nil, `{"error": {"code": "Request_BadRequest", "message": "No: %[1]s", "target": "%[1]s", "details": [{"code": "%[1]s", "message": "%[1]s", "target": "%[1]s"}], "innerError": {"request-id": "%[1]s", "code": "%[1]s"}}}`, password),
	})
	l.does(applying, "Setting the password failed")
	e.ClearFaults()
	l.does(applying)
	if _, err := e.SignIn(l.tenant.TenantID, planted, plantedPassword(4)); err != nil {
		t.Fatal(err)
	}
}

// crash ends the provider with all secrets in memory, while it updates and while it creates.
func (l *leaks) crash() {
	state := append(applying[:4:4], "-state=update.tfstate")
	l.does(state)
	l.mails(4)
	crashing, crashed := crashVariable+"=1", []string{"crashed on purpose before sending", "plugin crashed!"}
	l.to(2, crashing)
	l.does(state, crashed...)
	l.logged("crashed on purpose before sending", "(secret)", "mail.beforeSend", "(*Resource).Update", "goroutine 1 [")
	l.to(3, crashing, "TF_VAR_surname=Second")
	l.does(append(applying[:4:4], "-state=create.tfstate"), crashed...)
	l.logged("(*Resource).Create")
	l.mails(4)
}

// logged expects texts in the log so far.
func (l *leaks) logged(texts ...string) {
	l.t.Helper()
	log, err := os.ReadFile(filepath.Join(l.workspace.Folder, "written", "trace.log"))
	if err != nil {
		l.t.Fatal(err)
	}
	for _, text := range texts {
		if !bytes.Contains(log, []byte(text)) {
			l.t.Errorf("the log has no %q", text)
		}
	}
}

// search looks for all secrets, of which there are so many at least, in everything that was written.
func (l *leaks) search(least int) {
	t := l.t
	t.Helper()
	found, size, err := l.secrets.findings(l.workspace.Folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, leak := range found {
		t.Error(leak)
	}
	// Without these the logs were not on.
	l.logged("[TRACE] ", "Microsoft Graph request", "tf_rpc=ApplyResourceChange", "/sendMail")
	t.Logf("%d secrets in %d forms, in %d bytes of %d commands", len(l.secrets), len(l.secrets.traces()), size, l.commands)
	if len(l.secrets) < least || size < 1<<20 {
		t.Errorf("%d secrets in %d bytes are too few", len(l.secrets), size)
	}
}
