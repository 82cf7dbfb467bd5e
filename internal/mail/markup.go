package mail

import (
	"slices"
	"strings"
)

// place is where in HTML a placeholder stands: it decides how the value is escaped.
type place struct {
	kind placeKind
	// fault completes "the placeholder …", where no escaping would be safe.
	fault string
}

type placeKind int

const (
	// inText is text or the quoted value of an ordinary attribute: HTML escapes suffice.
	inText placeKind = iota
	// wholeLink begins the value of a link: only a web or mail address may stand there.
	wholeLink
	// partOfLink goes on with a link: what is no letter, digit or -_.~ is percent-encoded.
	partOfLink
	// partOfMailto is the same for a mail address, whose @ stays.
	partOfMailto
)

// scanner follows the HTML of a template, as far as it must to tell places apart. It is
// the tokeniser of https://html.spec.whatwg.org/multipage/parsing.html without the parts
// that make no difference to escaping.
type scanner struct {
	state scanState
	// tag is the element whose tag is read; raw the one whose content is no HTML.
	tag, raw string
	// ending marks a closing tag.
	ending    bool
	attribute string
	// value is what the attribute's value begins with, maxPrefix bytes at most.
	value []byte
	quote byte
}

type scanState int

const (
	scanText scanState = iota
	scanTagOpen
	scanTagName
	scanInTag
	scanAttribute
	scanBeforeValue
	scanValue
	scanComment
	scanDeclaration
)

// maxPrefix is enough of a value to see whether it has passed the host of a link.
const maxPrefix = 512

// places tells where every placeholder of HTML stands, in their order. fault says what is
// wrong with the HTML as a whole, or "".
func (t Template) places() (places []place, fault string) {
	s := &scanner{}
	for _, p := range t.pieces {
		if p.name == "" {
			s.read(p.literal)
			continue
		}
		places = append(places, s.place())
		if s.state == scanValue {
			s.keep('x')
		}
	}
	switch s.state {
	case scanText, scanComment:
		return places, ""
	case scanValue:
		return places, "ends inside the value of the attribute " + s.attribute + ": a quote is missing"
	default:
		return places, "ends inside a tag"
	}
}

// place judges the present position.
func (s *scanner) place() place {
	switch s.state {
	case scanText:
		switch s.raw {
		case "", "title", "textarea":
			return place{}
		default:
			return place{fault: "stands in a " + s.raw + " element, where no value is safe; use Terraform's own ${…} for what is not secret"}
		}
	case scanComment:
		return place{}
	case scanValue:
		if s.quote == 0 {
			return unquoted
		}
		return s.inAttribute()
	case scanBeforeValue:
		return unquoted
	default:
		return place{fault: "stands inside a tag but not in the value of an attribute"}
	}
}

var unquoted = place{fault: "stands in a value without quotes; put quotes around the value"}

// linkAttributes hold one URL.
var linkAttributes = []string{
	"action", "background", "cite", "codebase", "data", "formaction", "href", "icon", "longdesc", "manifest", "poster", "src", "usemap", "xlink:href",
}

func (s *scanner) inAttribute() place {
	name := s.attribute
	switch {
	case strings.HasPrefix(name, "on"), name == "style", name == "srcdoc", name == "srcset", name == "ping", s.tag == "meta":
		return place{fault: "stands in the attribute " + name + " of " + s.tag + ", where no value is safe; use Terraform's own ${…} for what is not secret"}
	case !slices.Contains(linkAttributes, name):
		return place{}
	}
	prefix := strings.ToLower(strings.TrimSpace(string(s.value)))
	switch {
	case prefix == "":
		return place{kind: wholeLink}
	case strings.HasPrefix(prefix, "mailto:"):
		return place{kind: partOfMailto}
	case inHost(prefix):
		return place{fault: "stands in the host name of a link; write the host out"}
	default:
		return place{kind: partOfLink}
	}
}

// inHost reports whether a link that begins like this has not come to its path yet.
func inHost(prefix string) bool {
	_, after, found := strings.Cut(prefix, "//")
	return found && !strings.ContainsAny(after, "/?#")
}

// keep notes a byte of an attribute's value.
func (s *scanner) keep(c byte) {
	if len(s.value) < maxPrefix {
		s.value = append(s.value, c)
	}
}

// read goes on over literal text.
func (s *scanner) read(text string) {
	for i := 0; i < len(text); {
		switch s.state {
		case scanText:
			i += s.inContent(text[i:])
		case scanTagOpen:
			i += s.openTag(text[i:])
		case scanComment:
			i += s.until(text[i:], "-->", "--!>")
		case scanDeclaration:
			i += s.until(text[i:], ">")
		default:
			s.inTag(text[i])
			i++
		}
	}
}

// until skips text up to the first of some end marks, after which text follows.
func (s *scanner) until(text string, ends ...string) int {
	first, length := len(text), 0
	for _, end := range ends {
		if at := strings.Index(text[:first], end); at >= 0 {
			first, length = at, len(end)
		}
	}
	if length > 0 {
		s.state = scanText
	}
	return first + length
}

// inContent skips text up to the next tag, in raw text up to its end.
func (s *scanner) inContent(text string) int {
	end := "/" + s.raw
	for at := 0; ; at++ {
		next := strings.IndexByte(text[at:], '<')
		if next < 0 {
			return len(text)
		}
		at += next
		after := text[at+1:]
		if s.raw == "" || len(after) >= len(end) && strings.EqualFold(after[:len(end)], end) {
			s.state = scanTagOpen
			return at + 1
		}
	}
}

// conditional begins a comment whose content Outlook reads.
const conditional = "!--[if"

// openTag reads what follows "<".
func (s *scanner) openTag(text string) int {
	switch first := text[0]; {
	case isLetter(first):
		s.state, s.tag, s.ending = scanTagName, "", false
		return 0
	case first == '/':
		// "</" and no letter is a comment to browsers.
		s.state, s.tag, s.ending, s.raw = scanTagName, "", true, ""
		return 1
	case strings.HasPrefix(text, "!-->"), strings.HasPrefix(text, "!--->"):
		// An empty comment; Outlook's <!--[if !mso]><!--> ends with one.
		s.state = scanDeclaration
		return 1
	case len(text) >= len(conditional) && strings.EqualFold(text[:len(conditional)], conditional):
		// What Outlook reads inside a conditional comment is HTML like any other.
		s.state = scanDeclaration
		return len(conditional)
	case strings.HasPrefix(text, "!--"):
		s.state = scanComment
		return len("!--")
	case first == '!' || first == '?':
		s.state = scanDeclaration
		return 1
	default:
		s.state = scanText
		return 0
	}
}

// inTag reads one byte of a tag.
func (s *scanner) inTag(c byte) {
	switch s.state {
	case scanTagName:
		s.inTagName(c)
	case scanInTag:
		s.betweenAttributes(c)
	case scanAttribute:
		s.inAttributeName(c)
	case scanBeforeValue:
		s.beforeValue(c)
	default:
		s.inValue(c)
	}
}

func (s *scanner) inTagName(c byte) {
	if !isSpace(c) && c != '/' && c != '>' {
		s.tag += lower(c)
		return
	}
	s.state = scanInTag
	s.betweenAttributes(c)
}

func (s *scanner) betweenAttributes(c byte) {
	switch {
	case c == '>':
		s.closeTag()
	case c == '/':
		s.attribute = ""
	case c == '=' && s.attribute != "":
		s.state, s.value = scanBeforeValue, nil
	case !isSpace(c):
		s.state, s.attribute = scanAttribute, lower(c)
	}
}

func (s *scanner) inAttributeName(c byte) {
	switch {
	case c == '>':
		s.closeTag()
	case c == '=':
		s.state, s.value = scanBeforeValue, nil
	case isSpace(c):
		s.state = scanInTag
	case c == '/':
		s.state, s.attribute = scanInTag, ""
	default:
		s.attribute += lower(c)
	}
}

func (s *scanner) beforeValue(c byte) {
	switch {
	case isSpace(c):
	case c == '>':
		s.closeTag()
	case c == '"' || c == '\'':
		s.state, s.quote = scanValue, c
	default:
		s.state, s.quote, s.value = scanValue, 0, []byte{c}
	}
}

func (s *scanner) inValue(c byte) {
	switch {
	case s.quote != 0 && c == s.quote, s.quote == 0 && isSpace(c):
		s.state, s.attribute = scanInTag, ""
	case s.quote == 0 && c == '>':
		s.closeTag()
	default:
		s.keep(c)
	}
}

// rawElements have content that is no HTML, or of which only references are read.
var rawElements = []string{"iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"}

func (s *scanner) closeTag() {
	s.state, s.attribute = scanText, ""
	if !s.ending && slices.Contains(rawElements, s.tag) {
		s.raw = s.tag
	}
}

// lower is a byte in lower case, as names of elements and attributes are compared.
func lower(c byte) string { return strings.ToLower(string([]byte{c})) }

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }
