package principalname

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// greekLetters are written as in Greek passports: ISO 843, type 2 (ELOT 743).
//
//nolint:gochecknoglobals // a constant table, never written
var greekLetters = map[rune]string{
	'α': "a", 'β': "v", 'γ': "g", 'δ': "d", 'ε': "e", 'ζ': "z", 'η': "i", 'θ': "th", 'ι': "i", 'κ': "k", 'λ': "l", 'μ': "m",
	'ν': "n", 'ξ': "x", 'ο': "o", 'π': "p", 'ρ': "r", 'σ': "s", 'ς': "s", 'τ': "t", 'υ': "y", 'φ': "f", 'χ': "ch", 'ψ': "ps", 'ω': "o",
}

// voiceless are the consonants before which αυ is af, not av.
const voiceless = "θκξπστφχψς"

// greek writes the Greek letter at i, or the pair that begins there; taken is how many
// letters that covers, 0 when there is no Greek letter.
func greek(letters []rune, i int) (text string, taken int) {
	first, _ := greekBase(letters[i])
	single, ok := greekLetters[first]
	if !ok {
		return "", 0
	}
	if i+1 == len(letters) {
		return single, 1
	}
	second, parted := greekBase(letters[i+1])
	switch {
	// An accent on the first vowel, or a diaeresis on the second, parts them.
	case second == 'υ' && !parted && letters[i] == 'ο':
		return "ou", 2
	case second == 'υ' && !parted && slices.Contains([]rune("αεη"), letters[i]):
		if i+2 == len(letters) || strings.ContainsRune(voiceless, letters[i+2]) || !unicode.IsLetter(letters[i+2]) {
			return single + "f", 2
		}
		return single + "v", 2
	case first == 'γ' && strings.ContainsRune("γξχ", second):
		return "n" + greekLetters[second], 2
	case first == 'μ' && second == 'π' && (i == 0 || !unicode.IsLetter(letters[i-1])):
		return "b", 2
	}
	return single, 1
}

// greekBase takes the accents off a letter and says whether one was a diaeresis.
func greekBase(r rune) (base rune, diaeresis bool) {
	if !unicode.Is(unicode.Greek, r) {
		return r, false
	}
	decomposed := []rune(norm.NFD.String(string(r)))
	return decomposed[0], slices.Contains(decomposed, '\u0308')
}
