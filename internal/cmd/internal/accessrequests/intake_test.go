package accessrequests_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var outputForm = regexp.MustCompile(`\Afile=requests/[0-9a-f]{32}\.yaml\nnumber=[0-9]*\nbranch=request/[0-9a-f]{32}\n\z`)

// TestHostileTextIsKept lets through what is strange but allowed, and finds it in the file exactly as it was asked.
func TestHostileTextIsKept(t *testing.T) {
	t.Parallel()

	for name, changes := range map[string]map[string]string{
		"plain":            {},
		"shell":            {"justification": "$(touch owned) `touch owned` ; touch owned && ${IFS} '\"\\ |"},
		"YAML":             {"display_name": `!!python/object &a *a [x]: {y} - "z" # no comment`, "company_name": "no"},
		"Markdown":         {"display_name": "[x](https://evil.example) ![y](https://evil.example/z) <img src=x> | # *b*"},
		"mention":          {"justification": "please @octocat/team and #1 and https://evil.example"},
		"workflow command": {"display_name": "::set-output name=file::/etc/passwd", "justification": "::add-mask::a long word"},
		"expression":       {"justification": "${{ github.token }} and %{ for x in y }"},
		"template":         {"company_name": "${file(\"/etc/passwd\")} %{if true}"},
		"other scripts":    {"display_name": "Þórður Ærøskøbing 张伟 😀"},
		"apostrophe":       {"email": "o'hara@partner.example", "display_name": "Miles O'Hara"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := fields(changes)
			for _, event := range []string{issueEvent(t, body(request)), dispatchEvent(t, request)} {
				folder := copyExample(t)
				output, refusal, log, code := take(t, folder, event)
				if code != 0 || refusal != "" {
					t.Fatalf("code %d, refusal %q, log %q", code, refusal, log)
				}
				if !outputForm.MatchString(output) {
					t.Errorf("output %q", output)
				}
				if log != "The request was written to a file.\n" {
					t.Errorf("the log has more than it should: %q", log)
				}
				files := requestFiles(t, folder)
				if len(files) != 1 {
					t.Fatalf("files %q", files)
				}
				if got := values(read(t, files[0])); !contains(got, request) {
					t.Errorf("file\n%s\nis not\n%v", read(t, files[0]), request)
				}
				if log, code := python(t, folder, nil, "scripts/check.py"); code != 0 {
					t.Error(log)
				}
				if _, err := os.Stat(filepath.Join(folder, "owned")); err == nil {
					t.Error("the request ran a command")
				}
			}
		})
	}
}

// values reads the lines  name: "value"  of a file.
func values(text string) map[string]string {
	read := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, found := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if !found || strings.HasPrefix(name, "#") {
			continue
		}
		value = strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(strings.TrimSuffix(strings.TrimPrefix(value, `"`), `"`))
		read[name] = value
	}

	return read
}

func contains(all, some map[string]string) bool {
	rest := maps.Clone(all)
	for name, value := range some {
		if rest[name] != value {
			return false
		}
		delete(rest, name)
	}

	return len(rest) == 2 // requested_by and reference
}

// TestHostileRequestsAreRefused takes nothing that breaks a rule, says why, and repeats nothing of it.
func TestHostileRequestsAreRefused(t *testing.T) {
	t.Parallel()

	good := body(fields(nil))
	for name, event := range map[string]string{
		"path traversal as address": dispatchEvent(t, fields(map[string]string{"email": "../../evil@partner.example"})),
		"path as address":           dispatchEvent(t, fields(map[string]string{"email": "/etc/passwd"})),
		"address with a line break": dispatchEvent(t, fields(map[string]string{"email": "evil@partner.example\nfile=x"})),
		"address with markup":       dispatchEvent(t, fields(map[string]string{"email": "<evil@partner.example>"})),
		"plus address":              dispatchEvent(t, fields(map[string]string{"email": "evil+tag@partner.example"})),
		"option as address":         dispatchEvent(t, fields(map[string]string{"email": "--evil@partner.example"})),
		"long address":              dispatchEvent(t, fields(map[string]string{"email": strings.Repeat("evil", 100) + "@partner.example"})),
		"bidi":                      dispatchEvent(t, fields(map[string]string{"display_name": "evil \u202egnp.exe"})),
		"invisible":                 dispatchEvent(t, fields(map[string]string{"display_name": "evil\u200bguest"})),
		"tag characters":            dispatchEvent(t, fields(map[string]string{"display_name": "evil\U000e0041"})),
		"line separator":            dispatchEvent(t, fields(map[string]string{"display_name": "evil\u2028::error::x"})),
		"next line":                 dispatchEvent(t, fields(map[string]string{"display_name": "evil\u0085x"})),
		"escape sequence":           dispatchEvent(t, fields(map[string]string{"display_name": "evil\x1b[2J"})),
		"null":                      dispatchEvent(t, fields(map[string]string{"display_name": "evil\x00"})),
		"line break":                dispatchEvent(t, fields(map[string]string{"display_name": "evil\naccess: \"x\""})),
		"lone surrogate":            strings.Replace(dispatchEvent(t, fields(map[string]string{"display_name": "evilX"})), "evilX", `evil\ud800`, 1),
		"unknown group":             dispatchEvent(t, fields(map[string]string{"access": "evil-admins"})),
		"group with a path":         dispatchEvent(t, fields(map[string]string{"access": "../evil"})),
		"no date":                   dispatchEvent(t, fields(map[string]string{"expires_on": "2026-02-31"})),
		"past":                      dispatchEvent(t, fields(map[string]string{"expires_on": "2020-01-01"})),
		"for ever":                  dispatchEvent(t, fields(map[string]string{"expires_on": "9999-12-31"})),
		"no justification":          dispatchEvent(t, fields(map[string]string{"justification": ""})),
		"long justification":        dispatchEvent(t, fields(map[string]string{"justification": strings.Repeat("evil ", 200) + "x"})),
		"field of the record":       dispatchEvent(t, fields(map[string]string{"requested_by": "evil"})),
		"unknown field":             dispatchEvent(t, fields(map[string]string{"on_destroy": "evil"})),
		"list":                      dispatchEvent(t, []string{"evil"}),
		"nested":                    strings.Replace(dispatchEvent(t, fields(map[string]string{"display_name": "evilX"})), `"evilX"`, `{"evil":1}`, 1),
		"number":                    strings.Replace(dispatchEvent(t, fields(map[string]string{"display_name": "evilX"})), `"evilX"`, `666`, 1),
		"duplicated key":            strings.Replace(dispatchEvent(t, fields(nil)), `"email":`, `"email":"evil@evil.example","email":`, 1),
		"deep":                      `{"client_payload":` + strings.Repeat("[", 100_000),
		"no JSON":                   "evil",
		"NaN":                       `{"client_payload":{"request":NaN}}`,
		"more payload":              `{"client_payload":{"request":{},"evil":{}}}`,
		"empty":                     "",
		"a megabyte":                issueEvent(t, strings.Repeat("evil", 1<<18)),
		"a megabyte in a field":     dispatchEvent(t, fields(map[string]string{"display_name": strings.Repeat("evil", 1<<18)})),
		"text before the form":      issueEvent(t, "evil\n\n"+good),
		"heading twice":             issueEvent(t, good+"\n### E-mail address\n\nevil@evil.example\n"),
		"heading in a value":        issueEvent(t, strings.Replace(good, "PROJ-1842", "evil\n### Last day\n\n2099-01-01\n", 1)),
		"unknown heading":           issueEvent(t, good+"\n### Evil\n\nx\n"),
		"heading missing":           issueEvent(t, strings.Replace(good, "### Company\n", "", 1)),
		"two lines in a line":       issueEvent(t, strings.Replace(good, "Ada Lovelace", "Ada\nevil", 1)),
		"no body":                   `{"issue":{"number":1,"user":{"login":"x"}}}`,
		"strange number":            `{"issue":{"number":"1\nfile=evil","user":{"login":"x"},"body":"x"}}`,
		"strange login":             strings.Replace(issueEvent(t, good), "octocat", "evil\\nfile=x", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := copyExample(t)
			output, refusal, log, code := take(t, folder, event)
			if code != 1 || refusal == "" || output != "" || len(requestFiles(t, folder)) != 0 {
				t.Errorf("code %d, refusal %q, output %q, log %q, files %q", code, refusal, output, log, requestFiles(t, folder))
			}
			if log != "The request was refused.\n" || strings.Contains(strings.ToLower(refusal), "evil") {
				t.Errorf("text of the request was repeated: log %q, refusal %q", log, refusal)
			}
		})
	}
}

// TestSecondRequest extends the guest's file instead of adding another one, whatever the case of the address.
func TestSecondRequest(t *testing.T) {
	t.Parallel()
	folder := copyExample(t)

	first := fields(nil)
	later := fields(map[string]string{
		"email":      "Ada.Lovelace@Partner.example",
		"expires_on": time.Now().UTC().AddDate(0, 6, 0).Format(time.DateOnly),
	})
	for _, request := range []map[string]string{first, later} {
		if _, refusal, log, code := take(t, folder, issueEvent(t, body(request))); code != 0 {
			t.Fatal(refusal, log)
		}
	}
	files := requestFiles(t, folder)
	if len(files) != 1 || !strings.Contains(read(t, files[0]), later["expires_on"]) {
		t.Errorf("files %q", files)
	}
}

// TestCheckRefusesConfiguration lets a pull request bring no configuration that nobody expects in this folder.
func TestCheckRefusesConfiguration(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"override.tf.json", "x_override.tf", "more.tf", "terraform.tfvars", "terraform.tfvars.json", "zz.auto.tfvars", "zz.auto.tfvars.json",
		"main.tofu", "x.tofu.json",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := copyExample(t)
			write(t, filepath.Join(folder, name), "{}")
			if log, code := python(t, folder, nil, "scripts/check.py"); code != 1 || !strings.HasPrefix(log, "Refused: ") {
				t.Errorf("code %d, log %q", code, log)
			}
		})
	}
	t.Run("link", func(t *testing.T) {
		t.Parallel()
		folder := copyExample(t)
		if err := os.Symlink("requests", filepath.Join(folder, "elsewhere")); err != nil {
			t.Skip(err)
		}
		if log, code := python(t, folder, nil, "scripts/check.py"); code != 1 {
			t.Errorf("code %d, log %q", code, log)
		}
	})
}

// TestCheckRefusesFiles checks what may come by a pull request that no workflow made.
func TestCheckRefusesFiles(t *testing.T) {
	t.Parallel()

	const name = "95dd9c9a4f3ff021148ac69847e47af6.yaml"
	folder := copyExample(t)
	if _, _, log, code := take(t, folder, issueEvent(t, body(fields(nil)))); code != 0 {
		t.Fatal(log)
	}
	good := read(t, requestFiles(t, folder)[0])
	for title, file := range map[string]struct{ name, text string }{
		"anchor":           {name, strings.Replace(good, `access: "project-site"`, `access: &evil "project-site"`, 1)},
		"tag":              {name, strings.Replace(good, `access: "`, `access: !!str "`, 1)},
		"merge key":        {name, good + "<<: *evil\n"},
		"duplicated key":   {name, good + "email: \"evil@evil.example\"\n"},
		"document":         {name, good + "---\n" + good},
		"unquoted":         {name, strings.Replace(good, `"project-site"`, "project-site", 1)},
		"single quotes":    {name, strings.Replace(good, `"project-site"`, "'project-site'", 1)},
		"escape":           {name, strings.Replace(good, `"project-site"`, `"project\x2dsite"`, 1)},
		"carriage return":  {name, strings.Replace(good, "Ada", "Ada\r", 1)},
		"unknown field":    {name, good + "on_destroy: \"keep\"\n"},
		"not UTF-8":        {name, strings.Replace(good, "Ada", "\xff", 1)},
		"too large":        {name, good + strings.Repeat("# evil\n", 4096)},
		"name of no hash":  {"ada.yaml", good},
		"other kind":       {"evil.yml", good},
		"second of person": {strings.Repeat("0", 32) + ".yaml", good},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			folder := copyExample(t)
			write(t, filepath.Join(folder, "requests", name), good)
			write(t, filepath.Join(folder, "requests", file.name), file.text)
			log, code := python(t, folder, nil, "scripts/check.py")
			if code != 1 || !strings.HasPrefix(log, "Refused: requests/") || strings.Count(log, "\n") != 1 {
				t.Errorf("code %d, log %q", code, log)
			}
		})
	}
	if log, code := python(t, folder, nil, "scripts/check.py"); code != 0 {
		t.Error(log)
	}
}
