package principalname

import (
	"strings"
	"unicode"
)

// kanaSyllables are those that Hepburn, as in Japanese passports, writes otherwise than
// the library.
//
//nolint:gochecknoglobals // a constant table, never written
var kanaSyllables = map[rune]string{
	'じ': "ji", 'ぢ': "ji", 'づ': "zu", 'ふ': "fu", 'を': "o",
	'ジ': "ji", 'ヂ': "ji", 'ヅ': "zu", 'フ': "fu", 'ヲ': "o",
}

// Small kana change the syllable before them.
const (
	smallGlides = "ゃゅょャュョ"
	smallVowels = "ぁぃぅぇぉァィゥェォ"
	smallTsu    = "っッ"
)

// kana writes the kana at i together with the small ones it governs; taken is how many
// characters that covers, 0 when there is no kana.
func kana(letters []rune, i int) (text string, taken int) {
	r := letters[i]
	if !unicode.In(r, unicode.Hiragana, unicode.Katakana) {
		return "", 0
	}
	if strings.ContainsRune(smallTsu, r) {
		return doubled(letters, i)
	}
	text, ok := kanaSyllables[r]
	if !ok {
		if text, ok = writing(r); !ok {
			return "", 0
		}
	}
	if i+1 == len(letters) || text == "" {
		return text, 1
	}
	small, _ := writing(letters[i+1])
	stem := text[:len(text)-1]
	switch {
	case strings.ContainsRune(smallGlides, letters[i+1]) && strings.HasSuffix(text, "i"):
		if stem == "sh" || stem == "ch" || stem == "j" {
			small = strings.TrimPrefix(small, "y")
		}
		return stem + small, 2
	case strings.ContainsRune(smallVowels, letters[i+1]):
		if stem == "" {
			stem = "w"
		}
		return stem + small, 2
	}
	return text, 1
}

// doubled writes the small tsu at i: it doubles the consonant of the next syllable.
func doubled(letters []rune, i int) (text string, taken int) {
	if i+1 == len(letters) {
		return "", 1
	}
	next, covered := kana(letters, i+1)
	switch {
	case next == "" || strings.ContainsRune("aeioun", rune(next[0])):
		return next, 1 + covered
	case strings.HasPrefix(next, "ch"):
		return "t" + next, 1 + covered
	default:
		return next[:1] + next, 1 + covered
	}
}
