package report_test

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/entraguest/terraform-provider-entraguest/internal/report"
)

// walk visits every node of a page.
func walk(n *html.Node, visit func(*html.Node)) {
	visit(n)
	for child := range n.ChildNodes() {
		walk(child, visit)
	}
}

func parse(t *testing.T, page string) *html.Node {
	t.Helper()
	document, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func content(n *html.Node) string {
	var text strings.Builder
	walk(n, func(n *html.Node) {
		if n.Type == html.TextNode {
			text.WriteString(n.Data)
		}
	})
	return strings.TrimSpace(text.String())
}

// shape is a page without its texts: elements with their attributes' names.
func shape(t *testing.T, page string) string {
	t.Helper()
	var s strings.Builder
	walk(parse(t, page), func(n *html.Node) {
		if n.Type != html.ElementNode {
			return
		}
		s.WriteString("<" + n.Data)
		for _, a := range n.Attr {
			s.WriteString(" " + a.Key)
		}
		s.WriteByte('>')
	})
	return s.String()
}

// A page about one person has the same elements whatever the person is called, and its
// texts are what the person is called.
func FuzzHTML(f *testing.F) {
	for _, text := range hostileTexts() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		page := someone(text).Render(report.HTML)
		if got := words(nameIn(parse(t, page))); got != words(text) {
			t.Errorf("%q reads %q", text, got)
		}
		for _, ordinary := range []string{"x", "", " ", "PendingAcceptance"} {
			if shape(t, page) == shape(t, someone(ordinary).Render(report.HTML)) {
				return
			}
		}
		t.Errorf("%q changes the page", text)
	})
}

// nameIn returns what the only row of the table of people is headed.
func nameIn(page *html.Node) string {
	var name string
	walk(page, func(n *html.Node) {
		if n.Data == "th" && attribute(n, "scope") == "row" {
			name = content(n) // the table is the last on the page
		}
	})
	return name
}

// What the page may hold: nothing that asks for anything, and no script or style but the
// two that the policy names.
func TestPageIsSelfContained(t *testing.T) {
	t.Parallel()
	for _, people := range [][]report.Person{nil, crowd(1), crowd(300), hostilePeople()} {
		page := report.New("Guest report", contoso, allRules(), people, true).Render(report.HTML)
		var policy string
		inline := map[string]string{}
		ids := map[string]bool{}
		walk(parse(t, page), func(n *html.Node) {
			for _, a := range n.Attr {
				switch {
				case a.Key == "src" || a.Key == "style" || a.Key == "srcset" || strings.HasPrefix(a.Key, "on"):
					t.Errorf("<%s> has %s=%q", n.Data, a.Key, a.Val)
				case a.Key == "href" && a.Val != "data:,":
					t.Errorf("<%s> leads to %s", n.Data, a.Val)
				case a.Key == "id" && ids[a.Val]:
					t.Errorf("the id %s is there twice", a.Val)
				case a.Key == "id":
					ids[a.Val] = true
				}
			}
			switch n.Data {
			case "script", "style":
				inline[n.Data] += content(n)
			case "meta":
				if attribute(n, "http-equiv") == "Content-Security-Policy" {
					policy = attribute(n, "content")
				}
			case "img", "iframe", "object", "embed", "form", "a", "base":
				t.Errorf("there is a <%s>", n.Data)
			}
		})
		for _, element := range []string{"script", "style"} {
			sum := sha256.Sum256([]byte(rawContent(page, element)))
			if source := element + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, source) {
				t.Errorf("the policy %q does not name %s", policy, source)
			}
		}
		if !strings.HasPrefix(policy, "default-src 'none'") || regexp.MustCompile(`https?://|url\(|@import`).MatchString(inline["style"]+inline["script"]) {
			t.Error("the page may ask for something")
		}
	}
}

func rawContent(page, element string) string {
	_, rest, _ := strings.Cut(page, "<"+element+">")
	inside, _, _ := strings.Cut(rest, "</"+element+">")
	return inside
}

// The numbers of the tiles, the charts and the table agree.
func TestPageNumbers(t *testing.T) {
	t.Parallel()
	people := crowd(300)
	r := report.New("Guests of Contoso", contoso, allRules(), people, true)
	var rows, bars int
	tiles, flagged, labels := map[string]string{}, map[string]int{}, map[string]bool{}
	var ring, columns []string
	walk(parse(t, r.Render(report.HTML)), func(n *html.Node) {
		switch {
		case n.Data == "li" && attribute(n, "data-f") != "":
			tiles[attribute(n, "data-f")] = content(n)
		case n.Data == "tr" && strings.Contains(attribute(n.Parent.Parent.Parent, "class"), "people") && n.Parent.Data == "tbody":
			rows++
			for class := range strings.FieldsSeq(attribute(n, "class")) {
				flagged[class]++
			}
		case n.Data == "circle":
			ring = append(ring, attribute(n, "stroke-dasharray"))
		case n.Data == "rect" && n.FirstChild != nil:
			columns = append(columns, content(n))
		case n.Data == "rect":
			bars++
		case attribute(n, "role") == "img":
			for id := range strings.FieldsSeq(attribute(n, "aria-labelledby")) {
				labels[id] = true
			}
		}
		delete(labels, attribute(n, "id"))
	})
	n := r.Numbers
	if rows != 300 || bars != 20 || len(labels) != 0 {
		t.Errorf("%d rows, %d bars, labels missing: %v", rows, bars, labels)
	}
	for class, finding := range map[string]report.Finding{
		"p": report.Pending, "l": report.PendingLonger, "d": report.Disabled, "s": report.WithoutSponsor,
		"n": report.NeverSignedIn, "i": report.Inactive, "e": report.Expiring, "x": report.Expired,
	} {
		if flagged[class] != n.With(finding) || n.With(finding) == 0 {
			t.Errorf("%d rows are marked %s, want %d", flagged[class], class, n.With(finding))
		}
	}
	if want := "Expired 6 the date has passed"; tiles["x"] != want || len(tiles) != 7 {
		t.Errorf("the tile says %q of %d, want %q", tiles["x"], len(tiles), want)
	}
	if want := []string{"80.000 20.000", "15.667 84.333", "4.333 95.667"}; !slices.Equal(ring, want) {
		t.Errorf("the ring is made of %q", ring)
	}
	if last := columns[len(columns)-1]; last != "2026-11: 38" {
		t.Errorf("the last column is %q", last)
	}
}

// Twenty thousand people fit into 5 MB.
func TestPageOfTwentyThousand(t *testing.T) {
	t.Parallel()
	page := report.New("Guests of Contoso", contoso, allRules(), crowd(20_000), true).Render(report.HTML)
	t.Logf("%d bytes", len(page))
	if len(page) > 5_000_000 {
		t.Errorf("the page has %d bytes", len(page))
	}
}
