package report_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/report"
)

// asOf is the day of all reports here.
var asOf = time.Date(2026, time.November, 21, 0, 0, 0, 0, time.UTC)

func daysAgo(n int) time.Time { return asOf.AddDate(0, 0, -n).Add(9*time.Hour + 30*time.Minute) }

func allRules() report.Rules {
	return report.Rules{AsOf: asOf, PendingDays: 14, InactiveDays: 90, ExpiringDays: 30, SignIns: true, Dates: true}
}

// hostileTexts are what people of other tenants call themselves.
func hostileTexts() []string {
	return []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</td></table></section><h1>x`, `=HYPERLINK("https://evil.example","x")`,
		`+1+1`, `-2`, `@SUM(A1)`, "\t=1", "\r=1", "\n=1", `a|b|c`, "`rm -rf`", "```", "a\\", `![x](https://evil.example/a.png)`, `[x](javascript:alert(1))`,
		`@octocat`, `#12`, `www.evil.example`, `https://evil.example`, "x\n::set-output name=a::b", "\u202egnp.exe", "Zoë Müller-Lüdenscheidt", "محمد علي", "田中 太郎",
		"&amp;&lt;b&gt;", `%%{init: {"theme":"dark"}}%%`, `"] --> c`, "a\x00b\x1b[31mred", string([]byte{0xff, 0xfe}), strings.Repeat("W", 256), "",
		`＝1+1`, "\ufeff=1", "\u200b@x", "<!--", "]]>", "$`x`$", ":tada:",
	}
}

// hostilePeople bear the hostile texts wherever people choose them.
func hostilePeople() []report.Person {
	var people []report.Person
	for i, text := range hostileTexts() {
		people = append(people, report.Person{
			ObjectID: fmt.Sprintf("00000000-0000-0000-0000-%012d", i), Name: text, Address: text, Domain: text, Company: text,
			UserType: "Guest", State: []string{"Accepted", "PendingAcceptance", text}[i%3], Enabled: i%5 != 0, Sponsored: i%4 != 0,
			CreatedAt: daysAgo(3 * i), StateChangedAt: daysAgo(2 * i), LastSignIn: daysAgo(7 * i), ExpiresAt: asOf.AddDate(0, 0, i-10),
		})
	}
	return people
}

// crowd makes up n people as they are in a tenant of that size.
func crowd(n int) []report.Person {
	given := strings.Fields("Ada Grace Jan Zoë Lukas Marie Søren Chloé Mehmet Aiko Priya José Ingrid Tomáš Fatima Noah Élise Björn Wei Olga Liam Ana Yusuf Hannah Paweł Sofia Dmitri Amélie Kwame Greta")
	surnames := strings.Fields("Lovelace Hopper Novák Müller Schmidt Dubois Sørensen Yılmaz Tanaka Sharma García Lindqvist Dvořák Haddad O'Neill Lefèvre Bergström Chen Petrova Walsh Silva Demir Becker Kowalski Rossi Ivanov Moreau Mensah Hoffmann Nakamura")
	companies := []struct{ name, domain string }{
		{"Fabrikam GmbH", "fabrikam.example"},
		{"Northwind Traders", "northwind.example"},
		{"Adventure Works", "adventure-works.example"},
		{"Tailspin Toys", "tailspin.example"},
		{"Litware Consulting AG", "litware.example"},
		{"Proseware, Inc.", "proseware.example"},
		{"Wingtip & Söhne", "wingtip.example"},
		{"Graphic Design Institute", "gdi.example"},
		{"Alpine Ski House", "alpine.example"},
		{"Humongous Insurance", "humongous.example"},
		{"Lucerne Publishing", "lucerne.example"},
		{"Margie's Travel", "margies.example"},
		{"Woodgrove Bank", "woodgrove.example"},
		{"Trey Research", "trey.example"},
		{"", "mail.example"},
	}
	random := rand.New(rand.NewPCG(1, 2))
	people := make([]report.Person, n)
	for i := range people {
		name, surname := given[random.IntN(len(given))], surnames[random.IntN(len(surnames))]
		company := companies[int(float64(len(companies))*random.Float64()*random.Float64())]
		age := int(700 * random.Float64() * random.Float64())
		p := report.Person{
			ObjectID: fmt.Sprintf("%08x-0000-4000-8000-%012x", random.Uint32(), i), Name: name + " " + surname,
			Address: strings.ToLower(fmt.Sprintf("%s.%s%d@%s", name, surname, i, company.domain)), Domain: company.domain, Company: company.name,
			UserType: "Guest", State: "Accepted", Enabled: random.IntN(20) > 0, Sponsored: random.IntN(9) > 0, CreatedAt: daysAgo(age), StateChangedAt: daysAgo(age * 9 / 10),
		}
		switch random.IntN(10) {
		case 0, 1:
			p.State, p.StateChangedAt = "PendingAcceptance", p.CreatedAt
		case 2:
			if random.IntN(3) == 0 {
				p.State, p.StateChangedAt = "", time.Time{}
			}
		default:
			if random.IntN(12) > 0 {
				p.LastSignIn = daysAgo(min(age, int(200*random.Float64()*random.Float64())))
			}
		}
		if random.IntN(3) == 0 {
			p.ExpiresAt = asOf.AddDate(0, 0, random.IntN(300)-8)
		}
		people[i] = p
	}
	return people
}
