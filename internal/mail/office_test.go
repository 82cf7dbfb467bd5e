package mail_test

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"html"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
)

// office is an emulated tenant with a mailbox, and a client signed in to it.
type office struct {
	*graphemulator.Emulator
	client *graph.Client
	tenant graphemulator.ReadyTenant
	desk   string
}

func openOffice(t *testing.T, config graphemulator.Config) *office {
	t.Helper()
	emulator, err := graphemulator.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := emulator.Close(); err != nil {
			t.Error(err)
		}
	})
	ready := emulator.Ready()
	certificates, err := os.ReadFile(ready.CACertificatesPath)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(certificates)
	transport := graph.NewTransport(roots)
	t.Cleanup(transport.CloseIdleConnections)
	tenant := ready.Tenants[0]
	credential, err := azidentity.NewClientSecretCredential(tenant.TenantID, tenant.Applications[0].ClientID, tenant.Applications[0].ClientSecret,
		&azidentity.ClientSecretCredentialOptions{
			ClientOptions: azcore.ClientOptions{
				Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: ready.AuthorityHost},
				Transport: &http.Client{Transport: transport},
			},
			DisableInstanceDiscovery: true,
		})
	if err != nil {
		t.Fatal(err)
	}
	client, err := graph.New(graph.Options{
		Endpoint: ready.GraphEndpoint, Scope: ready.GraphEndpoint + "/.default",
		Credential: credential, Transport: transport, UserAgent: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	desk, err := emulator.PutUser(tenant.TenantID, map[string]any{"mail": "desk@contoso.example"})
	if err != nil {
		t.Fatal(err)
	}
	return &office{Emulator: emulator, client: client, tenant: tenant, desk: desk}
}

func (o *office) letter(t *testing.T, template string, values mail.Values) mail.Letter {
	t.Helper()
	w, diags := mail.Read(t.Context(), block(t, map[string]attr.Value{"from": text(o.desk), "subject": text("Welcome"), "body_html": text(template)}))
	if diags.HasError() {
		t.Fatal(diags)
	}
	letter, err := w.Compose("ada@partner.example", values)
	if err != nil {
		t.Fatal(err)
	}
	return letter
}

var mailed = regexp.MustCompile(`<code>(.*)</code>`)

// What is mailed works: the password signs in and must be changed, the pass signs in once.
func TestMailedCredentialsSignIn(t *testing.T) {
	t.Parallel()
	o, queue := openOffice(t, graphemulator.Config{}), mail.NewQueue()
	upn := "ada@" + o.tenant.InitialDomain
	id, err := o.PutUser(o.tenant.TenantID, map[string]any{"userPrincipalName": upn})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	password, once := graph.NewPassword(), true
	if err := o.client.SetPassword(ctx, id, password, true, time.Time{}); err != nil {
		t.Fatal(err)
	}
	pass, err := o.client.CreateTemporaryAccessPass(ctx, id, graph.AccessPassOptions{UsableOnce: &once}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for template, values := range map[string]mail.Values{
		"<code>{{password}}</code>":              {Password: password},
		"<code>{{temporary_access_pass}}</code>": {TemporaryAccessPass: pass.Code},
	} {
		if status, err := mail.Send(ctx, o.client, queue, o.letter(t, template, values)); err != nil || status != mail.Accepted {
			t.Fatalf("%s, %v", status, err)
		}
		sent := o.Mailbox()[len(o.Mailbox())-1]
		if strings.Join(sent.To, " ") != "ada@partner.example" || sent.ContentType != "html" || sent.Saved {
			t.Errorf("%+v", sent)
		}
		credential := html.UnescapeString(mailed.FindStringSubmatch(sent.Body)[1])
		signedIn, err := o.SignIn(o.tenant.TenantID, upn, credential)
		if err != nil || signedIn.MustChangePassword != (signedIn.Method == graphemulator.ByPassword) {
			t.Errorf("%+v, %v", signedIn, err)
		}
		_, again := o.SignIn(o.tenant.TenantID, upn, credential)
		if (again != nil) != (signedIn.Method == graphemulator.ByAccessPass) {
			t.Errorf("signing in a second time with the %s: %v", signedIn.Method, again)
		}
	}
	for _, request := range o.Requests() {
		fmt.Fprintf(&log, "%s %s %s %s\n", request.Path, request.Query, request.Body, request.Response)
	}
	seen := log.String()
	for _, hidden := range []secret.Text{password, pass.Code} {
		if strings.Contains(seen, hidden.Reveal()) || strings.Contains(seen, html.EscapeString(hidden.Reveal())) {
			t.Error("a secret is in the log or in the record")
		}
	}
	if !strings.Contains(seen, "sendMail") {
		t.Error("the log is empty")
	}
}

// emulatedClock is the emulator's: who waits moves it.
type emulatedClock struct{ *graphemulator.Emulator }

func (c emulatedClock) AfterFunc(after time.Duration, wake func()) {
	go func() {
		c.AdvanceClock(after)
		wake()
	}()
}

// A bulk apply meets no limit of the mailbox.
func TestBulkStaysWithinTheLimits(t *testing.T) {
	t.Parallel()
	o := openOffice(t, graphemulator.Config{Latency: 10 * time.Millisecond})
	queue := mail.NewQueueAt(emulatedClock{o.Emulator})
	begin := o.Now()
	const people = 100
	var wait sync.WaitGroup
	for i := range people {
		letter := o.letter(t, fmt.Sprint("<p>", i, "</p>"), mail.Values{})
		wait.Go(func() {
			if status, err := mail.Send(t.Context(), o.client, queue, letter); err != nil || status != mail.Accepted {
				t.Errorf("%s, %v", status, err)
			}
		})
	}
	wait.Wait()
	if got := len(o.Mailbox()); got != people {
		t.Errorf("%d mails", got)
	}
	for _, request := range o.Requests() {
		if request.Status == http.StatusTooManyRequests {
			t.Errorf("throttled: %s", request.Response)
		}
	}
	if passed := o.Now().Sub(begin); passed < 3*time.Minute || passed > 4*time.Minute {
		t.Errorf("%s passed on the clock", passed)
	}
}

// Without the queue the same mails would be refused: the emulator keeps the limits.
func TestTheEmulatorWouldRefuse(t *testing.T) {
	t.Parallel()
	o := openOffice(t, graphemulator.Config{Latency: 50 * time.Millisecond})
	letter := o.letter(t, "<p>x</p>", mail.Values{})
	if _, err := o.client.Identity(t.Context()); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() { _ = o.client.SendMail(t.Context(), letter.From, letter.Message) })
	}
	wait.Wait()
	refused := 0
	for _, request := range o.Requests() {
		if strings.Contains(string(request.Response), "MailboxConcurrency") {
			refused++
		}
	}
	if refused == 0 || len(o.Mailbox()) != 6 {
		t.Errorf("%d refused, %d mails", refused, len(o.Mailbox()))
	}
}

// The longest body there can be fits into a request, whatever it is made of.
func TestTheLongestMailFits(t *testing.T) {
	t.Parallel()
	const longest = 3 << 19
	for _, kind := range []string{"<", `"`, "\u2028"} {
		o := openOffice(t, graphemulator.Config{})
		letter := o.letter(t, "<p>x</p>", mail.Values{})
		letter.Message.Body = secret.New(strings.Repeat(kind, longest/len(kind)))
		if status, err := mail.Send(t.Context(), o.client, mail.NewQueue(), letter); err != nil || status != mail.Accepted {
			t.Errorf("%q: %s, %v", kind, status, err)
		}
		letter.Message.Body = secret.New(strings.Repeat(kind, 4<<20/len(kind)))
		if status, err := mail.Send(t.Context(), o.client, mail.NewQueue(), letter); status != mail.Failed || err == nil {
			t.Errorf("%q, longer: %s, %v", kind, status, err)
		}
	}
}

// One mailbox under two names has two turns at a time: Exchange asks one of them to wait,
// and every mail arrives.
func TestOneMailboxUnderTwoNames(t *testing.T) {
	t.Parallel()
	o := openOffice(t, graphemulator.Config{Latency: 50 * time.Millisecond})
	user, _ := o.User(o.tenant.TenantID, o.desk)
	queue, names := mail.NewQueue(), []string{o.desk, fmt.Sprint(user["userPrincipalName"])}
	letter := o.letter(t, "<p>x</p>", mail.Values{})
	var wait sync.WaitGroup
	for i := range 8 {
		own := letter
		own.From = names[i%2]
		wait.Go(func() {
			if status, err := mail.Send(t.Context(), o.client, queue, own); err != nil || status != mail.Accepted {
				t.Errorf("%s, %v", status, err)
			}
		})
	}
	wait.Wait()
	if got := len(o.Mailbox()); got != 8 {
		t.Errorf("%d mails", got)
	}
}

// A lost answer is not answered with a second mail, unless that was asked for.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		resend bool
		mails  int
	}{{false, 1}, {true, 2}} {
		o := openOffice(t, graphemulator.Config{})
		o.AddFaults(graphemulator.Fault{PathRegexp: "/sendMail$", Times: 1, DropConnection: true, AfterEffect: true})
		letter := o.letter(t, "<p>x</p>", mail.Values{})
		letter.Resend = test.resend
		status, err := mail.Send(t.Context(), o.client, mail.NewQueue(), letter)
		if status != mail.Accepted || (err != nil) == test.resend || len(o.Mailbox()) != test.mails {
			t.Errorf("resend %t: %s, %v, %d mails", test.resend, status, err, len(o.Mailbox()))
		}
	}
}
