package photo

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"
)

// painted is a picture of four coloured quarters: red, green, blue and white, from the
// top left, row by row.
func painted(width, height int) *image.RGBA {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	quarters := []color.RGBA{{R: 255, A: 255}, {G: 255, A: 255}, {B: 255, A: 255}, {R: 255, G: 255, B: 255, A: 255}}
	for y := range height {
		for x := range width {
			picture.SetRGBA(x, y, quarters[2*(2*y/height)+2*x/width])
		}
	}
	return picture
}

// noise is what compresses worst.
func noise(width, height int) *image.RGBA {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	random := rand.New(rand.NewPCG(1, 2))
	for i := range picture.Pix {
		picture.Pix[i] = byte(random.Uint32())
		if i%4 == 3 {
			picture.Pix[i] = 255
		}
	}
	return picture
}

func jpegOf(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := jpeg.Encode(&file, picture, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func pngOf(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// bomb is a PNG of a few bytes whose header claims an enormous picture.
func bomb(t testing.TB, width, height uint32) []byte {
	t.Helper()
	file := pngOf(t, painted(1, 1))
	binary.BigEndian.PutUint32(file[16:], width)
	binary.BigEndian.PutUint32(file[20:], height)
	binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(file[12:29]))
	return file
}

func TestFit(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		file          []byte
		width, height int
	}{
		"small stays small":        {jpegOf(t, painted(100, 80)), 100, 80},
		"PNG":                      {pngOf(t, painted(200, 200)), 200, 200},
		"wide":                     {jpegOf(t, painted(2000, 1000)), 648, 324},
		"high":                     {pngOf(t, painted(500, 1500)), 216, 648},
		"a line":                   {pngOf(t, painted(3000, 2)), 648, 1},
		"one pixel":                {pngOf(t, painted(1, 1)), 1, 1},
		"exactly the largest":      {pngOf(t, painted(648, 648)), 648, 648},
		"one pixel too many":       {pngOf(t, painted(649, 649)), 648, 648},
		"grey":                     {pngOf(t, image.NewGray(image.Rect(0, 0, 50, 50))), 50, 50},
		"palette":                  {pngOf(t, image.NewPaletted(image.Rect(0, 0, 50, 50), color.Palette{color.Black, color.White})), 50, 50},
		"sixteen bits a channel":   {pngOf(t, image.NewNRGBA64(image.Rect(0, 0, 700, 70))), 648, 64},
		"does not compress":        {pngOf(t, noise(648, 648)), 0, 0},
		"large, does not compress": {jpegOf(t, noise(1500, 1500)), 0, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := fit(test.file)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) > maxOutput {
				t.Errorf("%d bytes", len(got))
			}
			decoded, err := jpeg.Decode(bytes.NewReader(got))
			if err != nil {
				t.Fatal(err)
			}
			size := decoded.Bounds().Size()
			if test.width != 0 && size != image.Pt(test.width, test.height) {
				t.Errorf("%v, want %dx%d", size, test.width, test.height)
			}
			if longest := max(size.X, size.Y); longest > maxSide {
				t.Errorf("longest side %d", longest)
			}
		})
	}
}

func TestFitRefuses(t *testing.T) {
	t.Parallel()
	good := jpegOf(t, painted(100, 100))
	tests := map[string]struct {
		file []byte
		want error
	}{
		"nothing":             {nil, errFormat},
		"text":                {[]byte("not a picture"), errFormat},
		"GIF":                 {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00"), errFormat},
		"too many bytes":      {append(bytes.Clone(good), make([]byte, maxInput)...), errInputSize},
		"bomb":                {bomb(t, 50_001, 1_000), errPixels},
		"bomb beyond numbers": {bomb(t, 1<<31-1, 1<<31-1), errDamaged},
		"no width":            {bomb(t, 0, 10), errDamaged},
		"JPEG cut off":        {good[:len(good)/2], errDamaged},
		"JPEG header only":    {good[:3], errDamaged},
		"PNG signature only":  {[]byte("\x89PNG\r\n\x1a\n"), errDamaged},
		"PNG cut off":         {pngOf(t, painted(50, 50))[:60], errDamaged},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := fit(test.file); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

// A PNG of the largest allowed number of pixels passes the guard: the limit is where it
// is said to be.
func TestFitCountsPixelsBeforeDecoding(t *testing.T) {
	t.Parallel()
	if _, err := fit(bomb(t, 50_000, 1_000)); !errors.Is(err, errDamaged) {
		t.Errorf("got %v, want an attempt to decode", err)
	}
}

func TestTransparencyBecomesWhite(t *testing.T) {
	t.Parallel()
	got, err := fit(pngOf(t, image.NewNRGBA(image.Rect(0, 0, 20, 20))))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b := rgb(t, got, 10, 10); r < 250 || g < 250 || b < 250 {
		t.Errorf("%d %d %d", r, g, b)
	}
}

func rgb(t *testing.T, file []byte, x, y int) (r, g, b uint32) {
	t.Helper()
	decoded, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	r, g, b, _ = decoded.At(x, y).RGBA()
	return r >> 8, g >> 8, b >> 8
}

func FuzzFit(f *testing.F) {
	f.Add(jpegOf(f, painted(20, 10)))
	f.Add(withOrientation(jpegOf(f, painted(20, 10)), binary.LittleEndian, 6))
	f.Add(pngOf(f, painted(20, 10)))
	f.Add(bomb(f, 100_000, 100_000))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x08Exif\x00\x00"))
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := fit(file)
		if err != nil {
			return
		}
		if len(got) > maxOutput {
			t.Errorf("%d bytes", len(got))
		}
		header, err := jpeg.DecodeConfig(bytes.NewReader(got))
		if err != nil || header.Width > maxSide || header.Height > maxSide {
			t.Errorf("%+v, %v", header, err)
		}
	})
}

// A picture from a phone.
func BenchmarkFit(b *testing.B) {
	file := jpegOf(b, painted(4000, 3000))
	for b.Loop() {
		if _, err := fit(file); err != nil {
			b.Fatal(err)
		}
	}
}
