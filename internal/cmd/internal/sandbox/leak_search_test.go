package sandbox

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// secrets are texts that no file may hold, each with the name it is reported under.
type secrets map[string]string

// add takes in a secret; of a redeem link also the ticket in it, which opens it.
func (s secrets) add(name string, texts ...string) {
	for _, text := range texts {
		if _, known := s[text]; text == "" || known {
			continue
		}
		s[text] = name
		link, err := url.Parse(text)
		if err != nil {
			continue
		}
		if inner, err := url.Parse(link.Query().Get("rd")); err == nil {
			s.add("ticket of the "+name, inner.Query().Get("ticket"))
		}
	}
}

// traces are the forms in which files can hold the secrets, each with what is reported.
func (s secrets) traces() map[string]string {
	traces := map[string]string{}
	for text, name := range s {
		for form, trace := range forms(text) {
			// Most texts look the same in many forms.
			if _, known := traces[trace]; !known || form == "plain" {
				traces[trace] = name + ", " + form
			}
		}
	}

	return traces
}

// forms are the ways in which programs write a text down.
func forms(text string) map[string]string {
	found := map[string]string{
		"plain":          text,
		"JSON":           jsonOf(text, true),
		"JSON for HTML":  jsonOf(text, false),
		"JSON in JSON":   jsonOf(jsonOf(text, true), true),
		"quoted by Go":   strings.Trim(strconv.Quote(text), `"`),
		"escaped, u00xx": unicodeEscaped(text, `\u%04x`),
		"escaped, u00XX": unicodeEscaped(text, `\u%04X`),
		"HTML":           html.EscapeString(text),
		"URL query":      url.QueryEscape(text),
		"URL path":       url.PathEscape(text),
		"hexadecimal":    hex.EncodeToString([]byte(text)),
		"HEXADECIMAL":    strings.ToUpper(hex.EncodeToString([]byte(text))),
		"bytes":          decimal(text),
	}
	for shift := range 3 {
		standard := base64Within(text, shift, base64.RawStdEncoding)
		found[fmt.Sprintf("base64 %d", shift)] = standard
		found[fmt.Sprintf("base64 for URLs %d", shift)] = base64Within(text, shift, base64.RawURLEncoding)
	}
	for start := 0; start+8 <= len(text); start += 8 {
		// The trace of a panic prints arguments as words of the machine.
		found[fmt.Sprintf("word %d", start/8)] = fmt.Sprintf("0x%x", binary.LittleEndian.Uint64([]byte(text[start:])))
	}

	return found
}

// decimal is how a slice of bytes is printed, without the brackets.
func decimal(text string) string {
	var written []string
	for _, b := range []byte(text) {
		written = append(written, strconv.Itoa(int(b)))
	}

	return strings.Join(written, " ")
}

func jsonOf(text string, plain bool) string {
	var encoded strings.Builder
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(!plain)
	if err := encoder.Encode(text); err != nil {
		panic(err)
	}

	return strings.TrimSuffix(strings.TrimPrefix(encoded.String(), `"`), "\"\n")
}

func unicodeEscaped(text, format string) string {
	var escaped strings.Builder
	for _, r := range text {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			escaped.WriteRune(r)
		} else {
			fmt.Fprintf(&escaped, format, r)
		}
	}

	return escaped.String()
}

// base64Within is what is the same of the base64 of a text whatever stands around it, when shift bytes of a group of
// three come before it.
func base64Within(text string, shift int, encoding *base64.Encoding) string {
	encoded := encoding.EncodeToString(append(make([]byte, shift), text...))
	whole := (shift + len(text)) / 3 * 4

	return encoded[(shift+2)/3*4 : whole]
}

// findings searches every file below a folder, what is packed in it and what is base64 in it. It returns where what
// was found, the size of what was searched, and what could not be read.
func (s secrets) findings(folder string) (found []string, size int, err error) {
	search := search{traces: s.traces()}
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		// Links lead to the provider's own program.
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}

		return search.in(name, content, 0)
	})

	return search.found, search.size, err
}

// A search keeps what it has found so far.
type search struct {
	traces map[string]string
	found  []string
	size   int
}

// deepest is how often something can be packed in something. The framework's private state is base64 in JSON in
// base64 in the state, and the state is in an archive.
const deepest = 4

var (
	encodedRun = regexp.MustCompile(`[A-Za-z0-9+/_-]{16,}`)
	token      = regexp.MustCompile(`eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}`)
)

func (s *search) in(name string, content []byte, depth int) error {
	if depth == 0 {
		s.size += len(content)
	}
	for trace, what := range s.traces {
		if bytes.Contains(content, []byte(trace)) {
			s.found = append(s.found, name+" holds the "+what)
		}
	}
	if token.Match(content) {
		s.found = append(s.found, name+" holds an access token")
	}
	if depth == deepest {
		return nil
	}
	if err := s.unpack(name, content, depth+1); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	var decoded bytes.Buffer
	for _, run := range encodedRun.FindAll(content, -1) {
		run = []byte(strings.NewReplacer("-", "+", "_", "/").Replace(string(run)))
		plain := make([]byte, base64.RawStdEncoding.DecodedLen(len(run)))
		if n, err := base64.RawStdEncoding.Decode(plain, run); err == nil {
			decoded.Write(append(plain[:n], '\n'))
		}
	}
	if decoded.Len() == 0 {
		return nil
	}

	return s.in(name+" (base64)", decoded.Bytes(), depth+1)
}

// unpack searches what a saved plan, which is an archive, or a packed file holds.
func (s *search) unpack(name string, content []byte, depth int) error {
	if bytes.HasPrefix(content, []byte("\x1f\x8b")) {
		reader, err := gzip.NewReader(bytes.NewReader(content))
		if err != nil {
			return err
		}
		plain, err := io.ReadAll(reader)
		if err != nil {
			return err
		}

		return s.in(name+" (gzip)", plain, depth)
	}
	if !bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		return nil
	}
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return err
	}
	for _, packed := range archive.File {
		reader, err := packed.Open()
		if err != nil {
			return err
		}
		plain, err := io.ReadAll(reader)
		if err != nil {
			return err
		}
		if err := s.in(name+"!"+packed.Name, plain, depth); err != nil {
			return err
		}
	}

	return nil
}

// TestFindings hides a secret in every way that findings knows.
func TestFindings(t *testing.T) {
	t.Parallel()

	const text = `Zx7Q9"vK2<mé&W4t=%\`
	outer := base64.StdEncoding.EncodeToString([]byte(`{"key":"` + base64.StdEncoding.EncodeToString([]byte(`{"a":"`+jsonOf(text, true)+`"}`)) + `"}`))
	var archive, packed bytes.Buffer
	writer := zip.NewWriter(&archive)
	file, err := writer.Create("tfstate")
	if err != nil {
		t.Fatal(err)
	}
	gzipped := gzip.NewWriter(&packed)
	for _, err := range []error{second(io.WriteString(file, outer)), writer.Close(), second(io.WriteString(gzipped, text)), gzipped.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	hidden := map[string]string{"private": `"` + outer + `"`, "archive": archive.String(), "gzip": packed.String()}
	for form, trace := range forms(text) {
		hidden[form] = "\x00before" + trace + "after"
	}
	for shift := range 3 {
		hidden[fmt.Sprint("sum ", shift)] = "x=" + base64.StdEncoding.EncodeToString([]byte("abc"[:shift]+text+"yz"))
	}
	planted := secrets{}
	planted.add("password", text)
	for name, content := range hidden {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "file"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if found, size, err := planted.findings(folder); len(found) == 0 || size != len(content) || err != nil {
			t.Errorf("%s: %v, %d bytes, %v", name, found, size, err)
		}
	}

	const link = "https://login.example/redeem?rd=https%3A%2F%2Finner.example%2F%3Fuser%3D1%26ticket%3Dabcdefghijkl"
	planted.add("redeem link", link)
	if planted["abcdefghijkl"] != "ticket of the redeem link" {
		t.Errorf("the ticket is not looked for: %v", planted)
	}
	clean := t.TempDir()
	if err := os.WriteFile(filepath.Join(clean, "file"), []byte("user%3D1, Zx7Q9, AAAAAAAAAAAAAAAAAAAAAAAA"), 0o600); err != nil {
		t.Fatal(err)
	}
	if found, _, err := planted.findings(clean); len(found) > 0 || err != nil {
		t.Errorf("found %v, %v where nothing is", found, err)
	}
}

func second[T any](_ T, err error) error { return err }
