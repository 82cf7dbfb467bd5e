package report_test

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/report"
)

var screenshot = flag.String("screenshot", "", "write pictures of the page into this `folder`")

// tab is a tab of a headless Chromium.
type tab struct {
	ctx context.Context

	mu sync.Mutex
	// address is that of the page, complaints what went wrong on it and what it asked for.
	address    string
	complaints []string
}

// browse starts a browser. Without one on the machine the test is skipped, unless
// CHROMIUM_PATH says which to use.
func browse(t *testing.T) *tab {
	t.Helper()
	program := os.Getenv("CHROMIUM_PATH")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); program == "" && err == nil {
			program = found
		}
	}
	if program == "" {
		t.Skip("no Chromium on PATH, and CHROMIUM_PATH is not set")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.WSURLReadTimeout(2*time.Minute))
	allocator, release := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(release)
	ctx, closeBrowser := chromedp.NewContext(allocator)
	t.Cleanup(closeBrowser)
	o := &tab{ctx: ctx}
	chromedp.ListenTarget(ctx, o.notice)
	// The browser lives as long as the context of the first run: no limit here.
	if err := chromedp.Run(ctx, cdplog.Enable(), network.Enable()); err != nil {
		t.Fatalf("starting %s: %v", program, err)
	}
	t.Cleanup(func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		for _, complaint := range o.complaints {
			t.Error(complaint)
		}
	})
	return o
}

// show opens the page of a report from a file.
func (o *tab) show(t *testing.T, r report.Report) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(r.Render(report.HTML)), 0o600); err != nil {
		t.Fatal(err)
	}
	address := (&url.URL{Scheme: "file", Path: file}).String()
	o.mu.Lock()
	o.address = address
	o.mu.Unlock()
	o.run(t, chromedp.Navigate(address))
}

func (o *tab) notice(event any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch event := event.(type) {
	case *runtime.EventExceptionThrown:
		o.complaints = append(o.complaints, "the script failed: "+event.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		o.complaints = append(o.complaints, fmt.Sprintf("the console says %s", event.Type))
	case *cdplog.EventEntryAdded:
		o.complaints = append(o.complaints, "the browser says "+event.Entry.Text)
	case *network.EventRequestWillBeSent:
		if event.Request.URL != o.address && !strings.HasPrefix(event.Request.URL, "data:") {
			o.complaints = append(o.complaints, "the page asks for "+event.Request.URL)
		}
	case *page.EventJavascriptDialogOpening:
		o.complaints = append(o.complaints, "the page opens a dialog: "+event.Message)
	}
}

func (o *tab) run(t *testing.T, actions ...chromedp.Action) {
	t.Helper()
	ctx, cancel := context.WithTimeout(o.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// eval evaluates JavaScript on the page.
func eval[T any](t *testing.T, o *tab, expression string) T {
	t.Helper()
	var result T
	o.run(t, chromedp.Evaluate(expression, &result))
	return result
}

// picture is written where somebody wants to look at it.
func (o *tab) picture(t *testing.T, name string) {
	t.Helper()
	if *screenshot == "" {
		return
	}
	var content []byte
	o.run(t, chromedp.CaptureScreenshot(&content))
	if err := os.WriteFile(filepath.Join(*screenshot, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

const shownNames = `[...document.querySelectorAll(".people tbody tr:not(.gone) th")].map((cell) => cell.textContent.trim())`

const rowsShown = `document.querySelectorAll(".people tbody tr:not(.gone)").length`

func (o *tab) click(t *testing.T, selector string) {
	t.Helper()
	o.run(t, chromedp.Click(selector, chromedp.ByQuery))
}

// search types into the search box and waits until so many rows are shown.
func (o *tab) search(t *testing.T, text string, rows int) {
	t.Helper()
	o.run(t,
		chromedp.Evaluate(fmt.Sprintf(`(() => {
			const box = document.getElementById("search");
			box.value = %q;
			box.dispatchEvent(new Event("input"));
		})()`, text), nil),
		chromedp.Poll(fmt.Sprintf("%s === %d", rowsShown, rows), nil, chromedp.WithPollingTimeout(20*time.Second)),
	)
}

// What a reader does with the page: look, sort, search and filter.
func TestPageSortsSearchesAndFilters(t *testing.T) {
	t.Parallel()
	o := browse(t)
	people := crowd(300)
	r := report.New("Guests of Contoso", contoso, allRules(), people, true)
	o.show(t, r)
	o.run(t, chromedp.EmulateViewport(1200, 1290))
	o.picture(t, "report.png")

	o.click(t, ".people thead th:nth-child(6) button")
	since := eval[[]string](t, o, `[...document.querySelectorAll(".people tbody td:nth-child(6)")].map((cell) => cell.textContent.trim())`)
	if !slices.IsSorted(since) || len(since) != 300 {
		t.Error("sorting by date does not sort")
	}
	o.click(t, ".people thead th:nth-child(1) button")
	o.click(t, ".people thead th:nth-child(1) button")
	if first := eval[[]string](t, o, shownNames)[0]; !strings.HasPrefix(first, "Zoë") {
		t.Errorf("sorted downwards, %q comes first", first)
	}
	if got := eval[string](t, o, `document.querySelector(".people thead th").getAttribute("aria-sort")`); got != "descending" {
		t.Errorf("the heading says %q", got)
	}

	want := 0
	for _, p := range people {
		if strings.Contains(p.Name, "Søren") {
			want++
		}
	}
	o.search(t, "SOREN", want)
	if found := eval[[]string](t, o, shownNames); want == 0 || slices.ContainsFunc(found, func(name string) bool { return !strings.Contains(name, "Søren") }) {
		t.Errorf("searching finds %q", found)
	}
	o.search(t, "", 300)

	o.click(t, ".tiles [data-f=x] button")
	if got := eval[int](t, o, rowsShown); got != r.Numbers.With(report.Expired) {
		t.Errorf("the tile shows %d people, want %d", got, r.Numbers.With(report.Expired))
	}
	if got, want := eval[string](t, o, `document.querySelector("[role=status]").textContent`), "6 of 300 shown · expired"; got != want {
		t.Errorf("the status is %q, want %q", got, want)
	}
}

// Bars and columns are as long as the numbers say.
func TestPageDrawsWhatWasCounted(t *testing.T) {
	t.Parallel()
	o := browse(t)
	r := report.New("Guests of Contoso", contoso, allRules(), crowd(300), true)
	o.show(t, r)
	widths := eval[[]float64](t, o, `[...document.querySelectorAll("article:nth-of-type(3) .bars rect")].map((bar) => bar.getBoundingClientRect().width)`)
	if len(widths) != 10 {
		t.Fatalf("%d bars are drawn", len(widths))
	}
	for i, width := range widths {
		want := float64(r.Numbers.ByDomain[i].Count) / float64(r.Numbers.ByDomain[0].Count)
		if got := width / widths[0]; got < want-0.01 || got > want+0.01 {
			t.Errorf("the bar of %s is %.3f of the longest, want %.3f", r.Numbers.ByDomain[i].Name, got, want)
		}
	}
	heights := eval[[]float64](t, o, `[...document.querySelectorAll(".columns rect")].map((column) => column.getBoundingClientRect().height)`)
	months := slices.DeleteFunc(slices.Clone(r.Numbers.PerMonth), func(one report.Tally) bool { return one.Count == 0 })
	last, before := heights[len(heights)-1], heights[len(heights)-2]
	if got, want := before/last, float64(months[len(months)-2].Count)/float64(months[len(months)-1].Count); got < want-0.02 || got > want+0.02 {
		t.Errorf("the last columns stand as %.3f to 1, want %.3f", got, want)
	}

	o.run(t, emulation.SetEmulatedMedia().WithMedia("print"))
	// Chromium repeats the text of a heading on every sheet, but no button in it.
	if got := eval[string](t, o, `getComputedStyle(document.querySelector(".people thead button")).display`); got != "contents" {
		t.Errorf("the buttons in the headings are printed as %s", got)
	}
	if got := eval[string](t, o, `getComputedStyle(document.querySelector(".controls")).display`); got != "none" {
		t.Errorf("the search box is printed as %s", got)
	}
}

// Every page fits a small screen and can be read there, whatever people are called.
func TestPageOnASmallScreen(t *testing.T) {
	t.Parallel()
	o := browse(t)
	for _, r := range []report.Report{
		report.New("Guests of Contoso", contoso, allRules(), crowd(300), true),
		report.New("Guests", contoso, allRules(), nil, true),
		report.New("Guests", contoso, allRules(), crowd(1), true),
		report.New(`</title><script>alert(1)</script>`, `"><b>`, allRules(), hostilePeople(), true),
		report.New("Guests", contoso, allRules(), crowd(300), false),
	} {
		o.show(t, r)
		for _, scheme := range []string{"light", "dark"} {
			o.run(t, chromedp.EmulateViewport(360, 780), emulation.SetEmulatedMedia().WithFeatures(
				[]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
			o.picture(t, fmt.Sprintf("small-%d-%s.png", r.Numbers.Total, scheme))
			if got := eval[int](t, o, "document.documentElement.scrollWidth"); got > 360 {
				t.Errorf("%s, %s: the page is %d px wide", r.Title, scheme, got)
			}
			if diff := cmp.Diff([]string{}, eval[[]string](t, o, cut)); diff != "" {
				t.Errorf("%s, %s: cut off: %s", r.Title, scheme, diff)
			}
			if diff := cmp.Diff([]string{}, eval[[]string](t, o, faint)); diff != "" {
				t.Errorf("%s, %s: hard to read: %s", r.Title, scheme, diff)
			}
		}
		if r.Lists() {
			o.search(t, "no such person", 0)
		}
	}
}

// cut finds texts that do not fit where they stand.
const cut = `[...document.querySelectorAll(".bars th, .tiles span, .tiles small, .people tbody th, .people td")]
	.filter((cell) => cell.clientWidth > 0 && cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent)`

// faint finds texts with a ratio below 4.5 to what is behind them.
// Source: https://www.w3.org/TR/WCAG22/#contrast-minimum.
const faint = `(() => {
	const channels = (color) => color.match(/[\d.]+/g).map(Number);
	const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
		.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
	const behind = (element) => {
		for (; element; element = element.parentElement) {
			const color = channels(getComputedStyle(element).backgroundColor);
			if (color.length === 3 || color[3] > 0) return color;
		}
	};
	const found = new Set();
	for (const element of document.querySelectorAll("h1, h2, p, td, th, span, b, small, label")) {
		if (!element.textContent.trim() || !element.getClientRects().length) continue;
		const [one, other] = [light(channels(getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
		if ((one + 0.05) / (other + 0.05) < 4.5) found.add(element.tagName + "." + element.parentElement.className + ": " + element.textContent.slice(0, 20));
	}
	return [...found];
})()`
