package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/cmd/internal/sandbox"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// What the tour shows about the guest who accepts and is promoted; both stand in examples/demo/guests.yaml.
const (
	guestName     = "Ada"
	guestAddress  = "ada.lovelace@partner.example"
	guestResource = `entraguest_invitation.guest["ada"]`
	oldTitle      = "job_title: Analyst"
	newTitle      = "job_title: Lead Analyst"
)

const (
	// latency makes the emulator answer about as fast as Graph does.
	latency = 50 * time.Millisecond
	// replicationLag makes fresh objects unseen by some reads, as in a real tenant.
	replicationLag = 500 * time.Millisecond
)

// savedPlan is the file a plan is approved in.
const savedPlan = "guests.tfplan"

// tour holds what the steps share.
type tour struct {
	output    *screen
	terraform sandbox.Terraform
	sandbox   *sandbox.Sandbox
	emulator  *graphemulator.Emulator
	workspace *sandbox.Workspace
}

func (t *tour) run(ctx context.Context) error {
	began := time.Now()
	for _, step := range []func(context.Context) error{
		t.build, t.serve, t.configure, t.invite, t.showMail, t.accept, t.settle, t.promote, t.destroy, t.summarise,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	t.output.say("\nThat was the tour, in %d seconds. Nothing is left running, and the temporary folder is gone.",
		int(time.Since(began).Seconds()))

	return nil
}

// close stops the emulator and removes the temporary folder.
func (t *tour) close() error {
	var errs []error
	if t.emulator != nil {
		errs = append(errs, t.emulator.Close())
	}
	if t.sandbox != nil {
		errs = append(errs, t.sandbox.Close())
	}

	return errors.Join(errs...)
}

func (t *tour) build(ctx context.Context) error {
	t.output.heading("Build the provider")
	t.output.say("%s %s: %s", t.terraform.Product, t.terraform.Version, t.terraform.Path)

	built, err := sandbox.New(ctx, t.terraform)
	if err != nil {
		return fmt.Errorf("preparing the tour: %w", err)
	}
	t.sandbox = built

	info, err := os.Stat(built.Provider())
	if err != nil {
		return fmt.Errorf("measuring the provider: %w", err)
	}
	t.output.say("Provider: built from this checkout, %d MB, in a temporary folder", info.Size()>>20)

	return nil
}

func (t *tour) serve(context.Context) error {
	t.output.heading("Start a tenant on this machine")

	emulator, err := graphemulator.Start(graphemulator.Config{Latency: latency, ReplicationLag: replicationLag})
	if err != nil {
		return fmt.Errorf("starting the emulator: %w", err)
	}
	t.emulator = emulator

	ready := emulator.Ready()
	tenant := ready.Tenants[0]
	t.output.say("Tenant     %s, an emulator of Microsoft Graph and its sign-in", tenant.InitialDomain)
	t.output.say("Address    %s, over TLS with a certificate authority of its own", ready.GraphEndpoint)
	t.output.say("Sign-in    application %s, by client credentials", tenant.Applications[0].ClientID)
	t.output.say("Answers    after %s; what was written is seen everywhere only after %s", latency, replicationLag)

	return nil
}

func (t *tour) configure(ctx context.Context) error {
	t.output.heading("Write down the guests")

	folder := filepath.Join(t.sandbox.Checkout, "examples", "demo")
	workspace, err := t.sandbox.Workspace("demo", os.DirFS(folder), sandbox.SignIn(t.emulator.Ready()))
	if err != nil {
		return fmt.Errorf("preparing examples/demo: %w", err)
	}
	t.workspace = workspace

	guests, err := os.ReadFile(t.guestsFile())
	if err != nil {
		return fmt.Errorf("reading the guests: %w", err)
	}
	t.output.say("A copy of examples/demo. This is what people edit and review, guests.yaml:\n")
	t.output.show(linesOf(string(guests)))

	lines, err := t.runTerraform(ctx, "init", "-input=false")
	if err != nil {
		return err
	}
	t.output.command("terraform init")
	for _, line := range lines {
		if strings.HasPrefix(plain(line), "- Installed ") {
			t.output.show([]string{line})
		}
	}

	return nil
}

func (t *tour) invite(ctx context.Context) error {
	t.output.heading("Plan, then invite")
	t.output.say("The plan is what a reviewer sees in the pull request; nothing has been written so far.")

	if err := t.plan(ctx); err != nil {
		return err
	}

	return t.apply(ctx)
}

func (t *tour) showMail(context.Context) error {
	t.output.heading("The mail that went out")

	mailbox := t.emulator.Mailbox()
	t.output.say("Microsoft has mailed %d invitations. This is the one to %s:\n", len(mailbox), guestName)
	for _, mail := range mailbox {
		if lines := mailLines(mail); mailedTo(mail, guestAddress) {
			t.output.show(lines)

			return nil
		}
	}

	return fmt.Errorf("no mail to %s among %d", guestAddress, len(mailbox))
}

func (t *tour) accept(ctx context.Context) error {
	t.output.heading(guestName + " accepts")
	t.output.say("She follows the link and signs in at home. The next refresh shows it:")

	tenant := t.emulator.Ready().Tenants[0].TenantID
	if err := t.emulator.Redeem(tenant, guestAddress); err != nil {
		return fmt.Errorf("accepting for %s: %w", guestAddress, err)
	}

	t.output.command("terraform apply -refresh-only")
	lines, err := t.runTerraform(ctx, "apply", "-refresh-only", "-auto-approve", "-input=false")
	if err != nil {
		return err
	}
	t.output.show(refreshOnly(lines, guestResource))

	return nil
}

func (t *tour) settle(ctx context.Context) error {
	t.output.heading("Nothing left to do")
	t.output.say("What is written down and what the directory says are the same again.")

	return t.plan(ctx)
}

func (t *tour) promote(ctx context.Context) error {
	t.output.heading(guestName + " becomes lead analyst")

	guests, err := os.ReadFile(t.guestsFile())
	if err != nil {
		return fmt.Errorf("reading the guests: %w", err)
	}
	changed := strings.Replace(string(guests), oldTitle, newTitle, 1)
	if changed == string(guests) {
		return fmt.Errorf("no %q in %s", oldTitle, t.guestsFile())
	}
	if err := os.WriteFile(t.guestsFile(), []byte(changed), 0o600); err != nil {
		return fmt.Errorf("changing the guests: %w", err)
	}
	t.output.say("One line of guests.yaml changes, and one attribute of one person:\n")
	t.output.show([]string{"-  " + oldTitle, "+  " + newTitle})

	if err := t.plan(ctx); err != nil {
		return err
	}

	return t.apply(ctx)
}

func (t *tour) destroy(ctx context.Context) error {
	t.output.heading("Everybody leaves")
	t.output.say("Whom Terraform has invited it also removes; anybody else it would leave alone.")

	t.output.command("terraform destroy")
	lines, err := t.runTerraform(ctx, "destroy", "-auto-approve", "-input=false")
	if err != nil {
		return err
	}
	t.output.show(trimBlank(from(withoutProgress(lines), "Plan: ")))

	tenant := t.emulator.Ready().Tenants[0].TenantID
	for _, user := range t.emulator.Users(tenant) {
		if user["mail"] == guestAddress {
			return fmt.Errorf("%s is still in the tenant", guestAddress)
		}
	}
	t.output.say("\nThe tenant keeps them among the deleted items for 30 days: %d people.",
		len(t.emulator.DeletedUsers(tenant)))

	return nil
}

func (t *tour) summarise(context.Context) error {
	t.output.heading("What went over the wire")
	t.output.say("Every request that Microsoft Graph has seen, in %d commands:\n", commandsOfTour)
	t.output.show(trafficLines(t.emulator.Requests()))

	return nil
}

// commandsOfTour counts the Terraform commands that talk to Graph: two plans with their applies, one refresh, one
// empty plan and the destroy.
const commandsOfTour = 7

func (t *tour) guestsFile() string { return filepath.Join(t.workspace.Folder, "guests.yaml") }

func (t *tour) plan(ctx context.Context) error {
	t.output.command("terraform plan")
	lines, err := t.runTerraform(ctx, "plan", "-input=false", "-out="+savedPlan)
	if err != nil {
		return err
	}
	t.output.show(planOnly(lines))

	return nil
}

func (t *tour) apply(ctx context.Context) error {
	t.output.command("terraform apply")
	lines, err := t.runTerraform(ctx, "apply", "-input=false", savedPlan)
	if err != nil {
		return err
	}
	t.output.show(trimBlank(withoutProgress(lines)))

	return nil
}

// runTerraform returns what Terraform printed. If Terraform fails, all of it is shown.
func (t *tour) runTerraform(ctx context.Context, arguments ...string) ([]string, error) {
	if !t.output.colour {
		arguments = append([]string{arguments[0], "-no-color"}, arguments[1:]...)
	}

	var output bytes.Buffer
	err := t.workspace.Terraform(ctx, &output, arguments...)
	lines := linesOf(output.String())
	if err != nil {
		if ctx.Err() == nil {
			t.output.show(lines)
		}

		return nil, fmt.Errorf("the tour stopped: %w", err)
	}

	return lines, nil
}
