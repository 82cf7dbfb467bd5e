package principalname_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/principalname"
)

func TestLocal(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ given, surname, want string }{
		"plain":            {"Jan", "Novak", "jan.novak"},
		"blanks around":    {"  Jan\t", "\u00a0Novak ", "jan.novak"},
		"German":           {"Jörg", "Müller-Weiß", "jorg.muller-weiss"},
		"capital sharp s":  {"", "WEIẞ", "weiss"},
		"Polish":           {"Łucja", "Żółć", "lucja.zolc"},
		"Czech":            {"Jiří", "Kožušček", "jiri.kozuscek"},
		"Hungarian":        {"Győző", "Ősz", "gyozo.osz"},
		"Romanian":         {"Ștefan", "Țepeș", "stefan.tepes"},
		"Spanish":          {"Íñigo", "Núñez", "inigo.nunez"},
		"French":           {"Anaïs", "Lœuillet", "anais.loeuillet"},
		"Danish":           {"Søren", "Ærø", "soren.aero"},
		"Icelandic":        {"Þór", "Guðmundsson", "thor.gudmundsson"},
		"Maltese":          {"", "Ħal Għaxaq", "hal-ghaxaq"},
		"Turkish":          {"IŞIK", "Yıldız", "isik.yildiz"},
		"Turkish dotted":   {"İpek", "I\u0307nan", "ipek.inan"},
		"Azerbaijani":      {"Əli", "Məmmədov", "eli.memmedov"},
		"Vietnamese":       {"Đặng", "Nguyễn", "dang.nguyen"},
		"combining":        {"Jo\u0308rg", "Nguye\u0302\u0303n", "jorg.nguyen"},
		"many marks":       {"Za\u0308\u0323\u0316\u0332lgo", "", "zalgo"},
		"Greek":            {"Χρήστος", "Παπαδόπουλος", "christos.papadopoulos"},
		"Greek pairs":      {"Ευάγγελος", "Παύλου", "evangelos.pavlou"},
		"Greek voiceless":  {"Ευτυχία", "Ξανθάκης", "eftychia.xanthakis"},
		"Greek end":        {"Άυλος", "Ταυ", "aylos.taf"},
		"Greek initial":    {"Μπάμπης", "Μαρκόπουλος", "bampis.markopoulos"},
		"Greek marks":      {"ΜΑΪΟΥ", "Αϋφαντή", "maiou.ayfanti"},
		"Russian":          {"Юрий", "Соловьёв", "iurii.solovev"},
		"Ukrainian":        {"Олександр", "Щербаківський", "oleksandr.shcherbakivskii"},
		"Serbian":          {"Џорџ", "Петровић", "dzordz.petrovic"},
		"Armenian":         {"Լևոն", "Թումանյան", "levon.toumanyan"},
		"Georgian":         {"გიორგი", "ყიფიანი", "giorgi.qipiani"},
		"Arabic":           {"محمد", "عبد الله", "mhmd.abd-allh"},
		"Arabic vowels":    {"مُحَمَّد", "علي", "muhamad.aly"},
		"Persian":          {"آرش", "کریمی", "arsh.krymy"},
		"Persian joiner":   {"", "می\u200cخواه", "mykhwah"},
		"Hebrew":           {"שרה", "לוי", "shrh.lvy"},
		"right to left":    {"\u200fעדי\u200f", "\u202bלוי\u202c", "ady.lvy"},
		"Hindi":            {"राहुल", "गुप्ता", "raahul.guptaa"},
		"Malayalam":        {"", "അർജുൻ", "arjun"},
		"Thai":             {"สมชาย", "", "smchaay"},
		"Amharic":          {"አበበ", "", "ababa"},
		"Chinese":          {"小明", "王", "xiaoming.wang"},
		"Chinese one":      {"一", "陈", "yi.chen"},
		"Chinese foreign":  {"", "列奥纳多·达芬奇", "lieaonaduo-dafenqi"},
		"Japanese":         {"たろう", "ヤマダ", "tarou.yamada"},
		"small kana":       {"きょうこ", "はっとり", "kyouko.hattori"},
		"small kana sh":    {"しょうた", "ジャンチ", "shouta.janchi"},
		"small kana ch":    {"ちゃこ", "じゅん", "chako.jun"},
		"small tsu":        {"ハッチ", "っ", "hatchi"},
		"small tsu silent": {"あっあ", "あっ", "aa.a"},
		"small vowels":     {"フェルナンド", "ウィーバー", "ferunando.wiba"},
		"repetition":       {"", "佐々木", "zuozuomu"},
		"half width kana":  {"", "ﾊﾞｼﾞﾙ", "bajiru"},
		"Korean":           {"민준", "김", "minjun.gim"},
		"Korean jamo":      {"", "\u1100\u1175\u11b7", "gim"},
		"apostrophe":       {"Sean", "O'Brien", "sean.obrien"},
		"typographic":      {"Sean", "O’Brien", "sean.obrien"},
		"acute accent":     {"D´Arcy", "L`Estrange", "darcy.lestrange"},
		"okina":            {"Kaʻiulani", "‘Ōpio", "kaiulani.opio"},
		"nickname":         {`William "Bill"`, "„Gates“", "william-bill.gates"},
		"hyphen":           {"Anna-Lena", "Meyer‐Lüdenscheidt", "anna-lena.meyer-ludenscheidt"},
		"dashes":           {"Anna – Lena", "—", "anna-lena"},
		"particles":        {"Vincent", "van der Berg", "vincent.van-der-berg"},
		"initials":         {"J.R.R.", "Tolkien", "j.r.r.tolkien"},
		"dot and blank":    {"Martin", "St. Pierre Jr.", "martin.st-pierre-jr"},
		"doubled":          {"--Anna..", "..de--la..Cruz--", "anna.de-la.cruz"},
		"hyphen and dot":   {"Anna -.Maria", "de .- la", "anna-maria.de-la"},
		"slash":            {"Anna/Maria", "Smith, PhD", "anna-maria.smith-phd"},
		"underscore":       {"anna_maria", "", "anna-maria"},
		"one name":         {"", "Madonna", "madonna"},
		"other one name":   {"Pelé", " ", "pele"},
		"digits":           {"Louis", "14", "louis.14"},
		"other digits":     {"", "٣ ۴ ５ ② Ⅷ", "3-4-5-2-viii"},
		"full width":       {"ＪＡＮ", "Ｎｏｖａｋ", "jan.novak"},
		"mathematical":     {"𝔍𝔞𝔫", "𝐍ovak", "jan.novak"},
		"ligature":         {"Soﬁa", "", "sofia"},
		"soft hyphen":      {"Anne\u00adliese", "", "anneliese"},
		"emoji":            {"Bob 😀", "👩🏽\u200d💻 Marley", "bob.marley"},
		"emoji between":    {"Bob😀Marley", "", "bob-marley"},
		"zero width":       {"J\u200ban", "\ufeffNovak", "jan.novak"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := principalname.Rule{}.Local(test.given, test.surname)
			if err != nil || got != test.want {
				t.Errorf("Local(%q, %q) = %q, %v; want %q", test.given, test.surname, got, err, test.want)
			}
			if err := principalname.Validate(got + "@contoso.com"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestLocalWithOptions(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 70)
	for name, test := range map[string]struct {
		rule                 principalname.Rule
		given, surname, want string
	}{
		"prefix":            {principalname.Rule{Prefix: "ext-"}, "Jan", "Novak", "ext-jan.novak"},
		"suffix":            {principalname.Rule{Suffix: "_x"}, "Jan", "Novak", "jan.novak_x"},
		"both, as written":  {principalname.Rule{Prefix: "EXT.", Suffix: ".Guest"}, "Jan", "Novak", "EXT.jan.novak.Guest"},
		"German":            {principalname.Rule{Transliteration: "de"}, "Jörg", "Müßig-Ägäis", "joerg.muessig-aegaeis"},
		"German capitals":   {principalname.Rule{Transliteration: "de"}, "ÜLKÜ", "GROẞ", "uelkue.gross"},
		"German, combining": {principalname.Rule{Transliteration: "de"}, "Jo\u0308rg", "", "joerg"},
		"German, others":    {principalname.Rule{Transliteration: "de"}, "Søren", "Østergård", "soren.ostergard"},
		"longest":           {principalname.Rule{}, "", long[:64], long[:64]},
		"cut at a letter":   {principalname.Rule{}, "", long, long[:64]},
		"cut with affixes":  {principalname.Rule{Prefix: "ext-", Suffix: "-x"}, "", long, "ext-" + long[:58] + "-x"},
		"cut at a name":     {principalname.Rule{}, "Maria Magdalena Antonia Josefa", "de la Santísima Trinidad y Todos los Santos", "maria-magdalena-antonia-josefa.de-la-santisima-trinidad-y-todos"},
		"cut between names": {principalname.Rule{}, long[:60], "Novak", long[:60]},
		"exact boundary":    {principalname.Rule{}, long[:64], "Novak", long[:64]},
		"short first name":  {principalname.Rule{}, "Jan", long, "jan." + long[:60]},
		"widest affixes":    {principalname.Rule{Prefix: long[:20], Suffix: long[:20]}, "", strings.Repeat("b", 30), long[:20] + strings.Repeat("b", 24) + long[:20]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := test.rule.Local(test.given, test.surname)
			if err != nil || got != test.want {
				t.Errorf("Local(%q, %q) = %q, %v; want %q", test.given, test.surname, got, err, test.want)
			}
			if len(got) > principalname.MaxLocal {
				t.Errorf("%d characters", len(got))
			}
		})
	}
}

func TestLocalRefusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rule           principalname.Rule
		given, surname string
		want           error
		message        string
	}{
		"nothing":     {want: &principalname.NothingLeft{}, message: "neither has a letter or a digit"},
		"blanks":      {given: " \t", surname: "\u3000", want: &principalname.NothingLeft{GivenName: " \t", Surname: "\u3000"}, message: `the given name " \t"`},
		"punctuation": {given: "...", surname: "-’-", want: &principalname.NothingLeft{GivenName: "...", Surname: "-’-"}, message: `the surname "-’-"`},
		"emoji":       {given: "😀", want: &principalname.NothingLeft{GivenName: "😀"}, message: `the given name "😀"`},
		"marks":       {given: "\u200f\u0308", want: &principalname.NothingLeft{GivenName: "\u200f\u0308"}, message: `"\u200f`},
		"silent":      {given: "ь", want: &principalname.NothingLeft{GivenName: "ь"}, message: `"ь"`},
		"no Latin writing": {
			given: "Anna", surname: "ⴰⵎⵣ", want: &principalname.Unwritable{Part: principalname.Surname, Name: "ⴰⵎⵣ", Rune: 'ⴰ'},
			message: `from the surname "ⴰⵎⵣ": the character "ⴰ" (U+2D30, Tifinagh) has no writing in the letters a to z`,
		},
		"rare Chinese": {
			given: "𠮷", surname: "野", want: &principalname.Unwritable{Part: principalname.GivenName, Name: "𠮷", Rune: '𠮷'},
			message: `from the given name "𠮷": the character "𠮷" (U+20BB7, Han)`,
		},
		"vowel sign": {
			surname: "ပြည်", want: &principalname.Unwritable{Part: principalname.Surname, Name: "ပြည်", Rune: 'ြ'},
			message: "(U+103C, Myanmar)",
		},
		"control": {
			surname: "a\x00b", want: &principalname.Unwritable{Part: principalname.Surname, Name: "a\x00b", Rune: 0},
			message: `the surname "a\x00b": the character "\x00" (U+0000) has`,
		},
		"private use": {surname: "\ue000", want: &principalname.Unwritable{Part: principalname.Surname, Name: "\ue000", Rune: 0xe000}, message: `"\ue000" (U+E000)`},
		"no UTF-8": {
			surname: "M\xfcller", want: &principalname.Unwritable{Part: principalname.Surname, Name: "M\xfcller", Rune: 0xfffd},
			message: "a character of it is damaged",
		},
		"damaged": {
			surname: "M\ufffdller", want: &principalname.Unwritable{Part: principalname.Surname, Name: "M\ufffdller", Rune: 0xfffd},
			message: "save the file as UTF-8",
		},
		"transliteration": {
			rule: principalname.Rule{Transliteration: "DE"}, given: "Jan",
			want:    &principalname.InvalidRule{Option: "transliteration", Value: "DE", Fault: `is not one of "", "de"`},
			message: `the transliteration "DE" of the naming rule is not one of "", "de"`,
		},
		"blank in prefix": {
			rule: principalname.Rule{Prefix: "ext "}, given: "Jan",
			want:    &principalname.InvalidRule{Option: "prefix", Value: "ext ", Fault: "has a blank, and only A-Z a-z 0-9 ' . - _ ! # ^ ~ are allowed"},
			message: `the prefix "ext " of the naming rule has a blank`,
		},
		"at in suffix": {
			rule: principalname.Rule{Suffix: "@x"}, given: "Jan",
			want:    &principalname.InvalidRule{Option: "suffix", Value: "@x", Fault: `has the character "@", and only A-Z a-z 0-9 ' . - _ ! # ^ ~ are allowed`},
			message: `the suffix "@x"`,
		},
		"long suffix": {
			rule: principalname.Rule{Suffix: strings.Repeat("x", 21)}, given: "Jan",
			want:    &principalname.InvalidRule{Option: "suffix", Value: strings.Repeat("x", 21), Fault: "has 21 characters, and 20 are allowed"},
			message: "has 21 characters",
		},
		"dot before": {
			rule: principalname.Rule{Prefix: ".x"}, given: "Jan",
			want:    &principalname.InvalidRule{Option: "prefix", Value: ".x", Fault: "puts a dot at the start or end of the user name, which Microsoft Entra refuses"},
			message: "puts a dot at the start",
		},
		"dot after": {
			rule: principalname.Rule{Suffix: "x."}, given: "Jan",
			want:    &principalname.InvalidRule{Option: "suffix", Value: "x.", Fault: "puts a dot at the start or end of the user name, which Microsoft Entra refuses"},
			message: "puts a dot",
		},
		"guest mark": {
			rule: principalname.Rule{Prefix: "#ext#"}, given: "Jan",
			want:    &principalname.InvalidRule{Option: "prefix", Value: "#ext#", Fault: "contains #EXT#, which marks invited people"},
			message: "#EXT#",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := test.rule.Local(test.given, test.surname)
			if diff := cmp.Diff(test.want, err); diff != "" {
				t.Fatalf("Local = %q, %v: %s", got, err, diff)
			}
			if !strings.Contains(err.Error(), test.message) {
				t.Errorf("message %q, want %q in it", err, test.message)
			}
		})
	}
}

func TestNumbered(t *testing.T) {
	t.Parallel()
	rule := principalname.Rule{Prefix: "ext-", Suffix: "-x"}
	long := strings.Repeat("a", 58)
	for name, test := range map[string]struct {
		local string
		n     int
		want  string
	}{
		"second":        {"ext-jan.novak-x", 2, "ext-jan.novak-x2"},
		"tenth":         {"ext-jan.novak-x", 10, "ext-jan.novak-x10"},
		"first":         {"ext-jan.novak-x", 1, "ext-jan.novak-x"},
		"none":          {"ext-jan.novak-x", 0, "ext-jan.novak-x"},
		"just fits":     {"ext-" + long[:57] + "-x", 2, "ext-" + long[:57] + "-x2"},
		"cut":           {"ext-" + long + "-x", 2, "ext-" + long[:57] + "-x2"},
		"cut for two":   {"ext-" + long + "-x", 99, "ext-" + long[:56] + "-x99"},
		"cut at a name": {"ext-" + long[:50] + ".abcdefg-x", 2, "ext-" + long[:50] + "-x2"},
		"written out":   {long + "bbbbbb", 2, long + "bbbbb2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := rule.Numbered(test.local, test.n)
			if got != test.want || len(got) > principalname.MaxLocal {
				t.Errorf("Numbered(%q, %d) = %q, want %q", test.local, test.n, got, test.want)
			}
		})
	}
}

func TestReserved(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"admin", "root", "administrator", "postmaster", "abuse", "security", "support", "hostmaster", "webmaster"} {
		for _, local := range []string{name, strings.ToUpper(name), "ext-" + name, name + ".x", "ext-" + name + ".x", "EXT-" + name + ".X"} {
			if !(principalname.Rule{Prefix: "ext-", Suffix: ".x"}).Reserved(local) {
				t.Errorf("%s is not reserved", local)
			}
		}
	}
	// The affixes themselves can make a reserved name of a harmless one.
	if !(principalname.Rule{Prefix: "ad"}).Reserved("admin") {
		t.Error("ad + min is not reserved")
	}
	// What looks like the suffix may be the end of the name.
	if !(principalname.Rule{Prefix: "ext-", Suffix: "n"}).Reserved("ext-admin") {
		t.Error("ext-admin is not reserved")
	}
	for _, local := range []string{"jan.novak", "ext-jan.novak", "administrators", "root.novak", "ext-admin.x", ""} {
		if (principalname.Rule{}).Reserved(local) {
			t.Errorf("%s is reserved", local)
		}
	}
}

func TestTransliterations(t *testing.T) {
	t.Parallel()
	for _, value := range principalname.Transliterations() {
		if _, err := (principalname.Rule{Transliteration: value}).Local("Jan", ""); err != nil {
			t.Error(err)
		}
	}
	_, err := principalname.Rule{Transliteration: "xx"}.Local("Jan", "")
	if _, ok := errors.AsType[*principalname.InvalidRule](err); !ok {
		t.Errorf("error %v", err)
	}
}
