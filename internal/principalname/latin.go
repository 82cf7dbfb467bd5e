package principalname

import (
	"strings"
	"unicode"

	"github.com/gosimple/unidecode"
	"golang.org/x/text/unicode/norm"
)

// separators stand between the parts of a written name.
const separators = ".-"

// latin writes a name in a to z and 0 to 9, with single dots and hyphens between its
// parts; "" when it has no letter and no digit. language holds the letters that are
// written otherwise than in general. The first character that cannot be written ends it.
//
// Writing what it returned once more changes nothing.
func latin(name string, language map[rune]string) (written string, bad rune, ok bool) {
	letters := prepare(name)
	var text strings.Builder
	gap := ""
	for i := 0; i < len(letters); {
		if isGap(letters[i]) {
			gap = widen(gap, letters[i])
			i++
			continue
		}
		piece, taken, known := write(letters, i, language)
		if !known {
			return "", letters[i], false
		}
		i += taken
		piece = strings.Map(asciiAlphanumeric, piece)
		if piece == "" {
			continue
		}
		if text.Len() > 0 {
			text.WriteString(gap)
		}
		gap = ""
		text.WriteString(piece)
	}
	return text.String(), 0, true
}

// prepare takes a name to single lower-case characters: without apostrophes and
// quotation marks, composed, and with repetition marks replaced by what they repeat.
// Nothing in it depends on a locale.
func prepare(name string) []rune {
	name = strings.Map(func(r rune) rune {
		if joins(r) {
			return -1
		}
		return r
	}, name)
	// Compatibility forms (full width, ligatures, superscripts) become ordinary letters,
	// and what consists of a letter and marks one letter where there is one.
	// The Armenian ligature of ye and yiwn sounds like ye and vew.
	name = norm.NFKC.String(strings.ReplaceAll(name, "և", "եվ"))
	letters := []rune(strings.Map(unicode.ToLower, name))
	for i, r := range letters {
		if i > 0 && repeats[r] {
			letters[i] = letters[i-1]
		}
	}
	return letters
}

// joins reports whether a character is left out without parting what is around it:
// O'Brien is obrien.
func joins(r rune) bool {
	return unicode.In(r, unicode.Pi, unicode.Pf) || strings.ContainsRune(apostrophes, r)
}

// apostrophes and quotation marks that Unicode does not class as such.
const apostrophes = "'\"`\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u2032\u2033\u2035\u2036\u055a\u05f3\u05f4\u1fbd\u1fbf\u1fef\u1ffd\ua78b\ua78c\uff02\uff07\uff40"

// isGap reports whether a character parts names: blanks, punctuation, symbols.
func isGap(r rune) bool {
	return r != unicode.ReplacementChar && (unicode.IsSpace(r) || unicode.In(r, unicode.P, unicode.S, unicode.Z))
}

// widen adds a character to a gap: dots alone stay a dot, everything else is a hyphen.
func widen(gap string, r rune) string {
	if r == '.' && gap != "-" {
		return "."
	}
	return "-"
}

// write returns the Latin writing of the character at i, which is no gap, and how many
// characters it covers. The writing may contain more than letters and digits, and is
// empty for what has no sound of its own.
func write(letters []rune, i int, language map[rune]string) (text string, taken int, known bool) {
	r := letters[i]
	if text, ok := language[r]; ok {
		return text, 1, true
	}
	if text, taken := greek(letters, i); taken > 0 {
		return text, taken, true
	}
	if text, taken := kana(letters, i); taken > 0 {
		return text, taken, true
	}
	text, known = writing(r)
	return text, 1, known
}

// writing returns the Latin writing of one character by itself.
func writing(r rune) (text string, known bool) {
	if r <= unicode.MaxASCII {
		return string(r), !unicode.IsControl(r)
	}
	if text, ok := supplement[r]; ok {
		return text, true
	}
	text = unidecode.Unidecode(string(r))
	unknown := strings.Contains(text, unknownMark)
	switch {
	case r == unicode.ReplacementChar:
		return "", false
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Lm, r) && (text == "" || unknown):
		return "", true
	case unicode.IsMark(r):
		// An accent that is left belongs to a letter of another alphabet and goes; a
		// vowel sign of a script the table does not have would leave half a name.
		return strings.ReplaceAll(text, unknownMark, ""), !unknown || unicode.Is(unicode.Inherited, r)
	case text != "" && !unknown && unicode.In(r, unicode.L, unicode.N):
		return text, true
	default:
		return "", false
	}
}

// unknownMark is what the table of the library has for characters it does not know.
const unknownMark = "[?]"

func asciiAlphanumeric(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		return r
	case 'A' <= r && r <= 'Z':
		return r - 'A' + 'a'
	default:
		return -1
	}
}
