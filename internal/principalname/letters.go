package principalname

import (
	"maps"
	"slices"
)

// languages are the ways of writing letters that differ from language to language, by
// the value of the argument. Letters are lower case and composed.
//
//nolint:gochecknoglobals // a constant table, never written
var languages = map[string]map[rune]string{
	"":   {},
	"de": {'ä': "ae", 'ö': "oe", 'ü': "ue", 'ß': "ss"},
}

// Transliterations lists the values of Rule.Transliteration: "" folds ä to a, "de" writes
// it ae.
func Transliterations() []string { return slices.Sorted(maps.Keys(languages)) }

// reserved are the names of offices that people trust, or that receive mail for the whole
// domain: most of them are in RFC 2142, and whoever has one of some can order
// certificates for the domain (CA/Browser Forum, Baseline Requirements, 3.2.2.4.4).
//
//nolint:gochecknoglobals // a constant table, never written
var reserved = map[string]bool{
	"abuse": true, "admin": true, "administrator": true, "hostmaster": true, "postmaster": true,
	"root": true, "security": true, "support": true, "webmaster": true,
}

// repeats are the marks that stand for the character before them, as in 佐々木.
//
//nolint:gochecknoglobals // a constant table, never written
var repeats = map[rune]bool{'々': true, '〻': true, 'ゝ': true, 'ヽ': true}

// supplement corrects the library where names in daily use would lose a letter or get
// the wrong one. Cyrillic follows passports (ICAO Doc 9303, part 3, section 6).
//
//nolint:gochecknoglobals // a constant table, never written
var supplement = map[rune]string{
	// Latin: Azerbaijani.
	'ə': "e", 'ǝ': "e",
	// Cyrillic: Russian, Ukrainian, Serbian, Kazakh.
	'ё': "e", 'ї': "i", 'ћ': "c", 'џ': "dz", 'ә': "a",
	// Arabic and Persian: the letters that carry or are a vowel, kaf, and the doubling
	// mark; hamza by itself is silent.
	'ا': "a", 'أ': "a", 'إ': "i", 'ٱ': "a", 'ع': "a", 'ى': "a", 'ة': "a", 'ې': "e", 'ک': "k",
	'ء': "", '\u0651': "",
	// Armenian: ու is ou.
	'ւ': "u",
	// Hebrew.
	'א': "a", 'ע': "a",
	// Thai and Lao.
	'อ': "o", 'จ': "ch", 'ซ': "s", 'ອ': "o",
	// Bengali, and the vowelless letters of Malayalam.
	'ৎ': "t", 'ൺ': "n", 'ൻ': "n", 'ർ': "r", 'ൽ': "l", 'ൾ': "l",
	// Devanagari.
	'च': "ch",
	// Chinese: the library has lost it.
	'一': "yi",
}
