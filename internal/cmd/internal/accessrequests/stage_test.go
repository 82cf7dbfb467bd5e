package accessrequests_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// example is the folder of the example, seen from this package.
const example = "../../../../examples/access-requests"

// needPython skips a test on a machine without Python, which the scripts of the example are written in and which
// nothing else here needs. The runners of the continuous integration have it.
func needPython(t *testing.T) {
	t.Helper()
	for _, program := range []string{"python3", "bash"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s was not found on PATH", program)
		}
	}
}

// copyExample copies the example into a folder of the test's own and returns it.
func copyExample(t *testing.T) string {
	t.Helper()
	needPython(t)
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(example)); err != nil {
		t.Fatal(err)
	}

	return folder
}

// python runs a script in the folder and returns what it prints, to both outputs, and its exit code.
func python(t *testing.T, folder string, variables []string, arguments ...string) (output string, code int) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "python3", arguments...)
	command.Dir = folder
	command.Env = append(append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1", "PYTHONWARNINGS=error"), variables...)
	printed, err := command.CombinedOutput()
	if err != nil && command.ProcessState == nil {
		t.Fatal(err)
	}

	return string(printed), command.ProcessState.ExitCode()
}

// fields is a request in good order; changes replace fields, and an empty one removes the field.
func fields(changes map[string]string) map[string]string {
	request := map[string]string{
		"email":         "ada.lovelace@partner.example",
		"display_name":  "Ada Lovelace",
		"company_name":  "Partner Inc.",
		"access":        "project-site",
		"expires_on":    time.Now().UTC().AddDate(0, 1, 0).Format(time.DateOnly),
		"justification": "PROJ-1842: reviews the design",
	}
	for name, value := range changes {
		request[name] = value
		if value == "" {
			delete(request, name)
		}
	}

	return request
}

// body is a request as a form writes it into an issue.
func body(request map[string]string) string {
	var text strings.Builder
	for _, heading := range [][2]string{
		{"E-mail address", "email"},
		{"Name", "display_name"},
		{"Company", "company_name"},
		{"Job title", "job_title"},
		{"Access", "access"},
		{"Last day", "expires_on"},
		{"Justification", "justification"},
	} {
		value := request[heading[1]]
		if value == "" {
			value = "_No response_"
		}
		text.WriteString("### " + heading[0] + "\n\n" + value + "\n\n")
	}

	return text.String()
}

func issueEvent(t *testing.T, text string) string {
	t.Helper()

	return asJSON(t, map[string]any{
		"action": "labeled",
		"issue":  map[string]any{"number": 12, "user": map[string]any{"login": "octocat"}, "body": text},
	})
}

func dispatchEvent(t *testing.T, request any) string {
	t.Helper()

	return asJSON(t, map[string]any{
		"client_payload": map[string]any{"request": request},
		"sender":         map[string]any{"login": "guest-form[bot]"},
	})
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}

	return string(text)
}

// take hands an event to intake.py and returns what it wrote to the output file, to the refusal and to the log.
func take(t *testing.T, folder, event string) (output, refusal, log string, code int) {
	t.Helper()
	outside := t.TempDir()
	write(t, filepath.Join(outside, "event.json"), event)
	log, code = python(t, folder, nil, "scripts/intake.py",
		filepath.Join(outside, "event.json"), filepath.Join(outside, "output"), filepath.Join(outside, "refusal.md"))

	return read(t, filepath.Join(outside, "output")), read(t, filepath.Join(outside, "refusal.md")), log, code
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// read returns the text of a file, nothing if there is none.
func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}

	return string(text)
}

// requestFiles lists the files of guests.
func requestFiles(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "requests", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}

	return files
}
