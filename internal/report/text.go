package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// tidy makes one line of visible text of what a foreign tenant wrote: control characters
// become spaces, and characters that turn the reading direction of what follows go. It
// escapes nothing.
func tidy(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, r), r == '\ufeff':
			return -1
		case diagnostic.Hostile(r), unicode.IsSpace(r):
			return ' '
		default:
			return r
		}
	}, strings.ToValidUTF8(text, "\ufffd"))
	return strings.TrimSpace(text)
}

// date is the day of a moment, "" for a time that is not known.
func date(moment time.Time) string {
	if moment.IsZero() {
		return ""
	}
	return moment.UTC().Format(time.DateOnly)
}

// number writes a count with separators between thousands.
func number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// percent writes a share of a whole in whole percents; what is not nothing is not 0.
func percent(part, whole int) string {
	switch {
	case whole == 0 || part == 0:
		return "0 %"
	case part*200 < whole:
		return "< 1 %"
	case part < whole && part*200 > whole*199:
		return "> 99 %"
	default:
		return fmt.Sprintf("%d %%", (part*200+whole)/(2*whole))
	}
}

// days writes a number of days.
func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return number(n) + " days"
}

// isWord reports letters, what belongs to them, and digits.
func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) }
