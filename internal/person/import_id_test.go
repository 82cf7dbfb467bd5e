package person

import (
	"regexp"
	"strings"
	"testing"
)

// What is taken for an import id is what was written, and object ids are nothing else.
func FuzzImportID(f *testing.F) {
	const id = "00000000-0000-0000-0000-00000000000A"
	for _, seed := range []string{
		"", " ", id, " " + id + "\n", "{" + id + "}", id + "/", id + "@x.example", "ada@x.example", "o'brien@x.example", "ADA_x.example#EXT#@contoso.onmicrosoft.com",
		"jürgen@müller.example", "../" + id, "a@b/../groups?$select=id#x", "@", "name", strings.Repeat("x", 250) + "@x.example", "a\x00@\xff", "\u00a0a@b\u2028", "İ@x.example",
	} {
		f.Add(seed)
	}
	form := regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	f.Fuzz(func(t *testing.T, text string) {
		trimmed := strings.TrimSpace(text)
		object, isObject := ObjectKey(text)
		if isObject && (!form.MatchString(object) || !strings.EqualFold(object, trimmed)) {
			t.Errorf("%q is taken for the object id %q", text, object)
		}
		key, ok := UserKey(text)
		switch {
		case isObject && (!ok || key != object):
			t.Errorf("%q: %q, %q", text, key, object)
		case !isObject && ok && (key != trimmed || !strings.Contains(key, "@")):
			t.Errorf("%q is taken for the user %q", text, key)
		case !ok && (form.MatchString(strings.ToLower(trimmed)) || strings.Contains(text, "@")):
			t.Errorf("%q is refused", text)
		}
		if !isObject && object != "" || !ok && key != "" {
			t.Errorf("%q: refused as %q, %q", text, object, key)
		}
		if again, still := UserKey(key); ok != still || again != key {
			t.Errorf("%q: %q, then %q", text, key, again)
		}
	})
}
