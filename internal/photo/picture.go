package photo

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"
)

// Limits of what goes in and what comes out.
const (
	// maxInput is the largest file that is looked at.
	maxInput = 10 << 20
	// maxPixels is the largest picture that is decoded. A small file may claim to be an
	// enormous picture; each pixel takes up to eight bytes of memory.
	maxPixels = 50_000_000
	// smallPixels is what may be decoded by many goroutines at once.
	smallPixels = 4_000_000
	// maxSide is the largest size Graph keeps.
	// Source: https://learn.microsoft.com/graph/api/profilephoto-get.
	maxSide = 648
	// maxOutput is what an account without a mailbox takes, such as every guest's: above
	// about 100 KB Graph answers 404.
	maxOutput = 100_000
	// minSide ends the search for a size that fits; 48 is the smallest size Graph knows,
	// and no JPEG of it is too large.
	minSide = 48
)

// Reasons why a file is no picture for a profile.
var (
	errInputSize = fmt.Errorf("it has more than %d MB", maxInput>>20)
	errFormat    = errors.New("it is neither a JPEG nor a PNG")
	errPixels    = fmt.Errorf("it has more than %d megapixels", maxPixels/1_000_000)
	errDamaged   = errors.New("it is damaged")
)

// format is a picture format that can be read.
type format struct {
	magic  string
	header func([]byte) (image.Config, error)
	decode func([]byte) (image.Image, error)
}

func formatOf(file []byte) (format, error) {
	for _, f := range []format{
		{
			magic:  "\xff\xd8\xff",
			header: func(b []byte) (image.Config, error) { return jpeg.DecodeConfig(bytes.NewReader(b)) },
			decode: func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) },
		},
		{
			magic:  "\x89PNG\r\n\x1a\n",
			header: func(b []byte) (image.Config, error) { return png.DecodeConfig(bytes.NewReader(b)) },
			decode: func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) },
		},
	} {
		if bytes.HasPrefix(file, []byte(f.magic)) {
			return f, nil
		}
	}
	return format{}, errFormat
}

// measure returns the format of a file and its number of pixels without decoding it. A
// file above 10 MB, of another format, of more than 50 megapixels or with a damaged
// header is an error.
func measure(file []byte) (f format, pixels int64, err error) {
	if len(file) > maxInput {
		return format{}, 0, errInputSize
	}
	if f, err = formatOf(file); err != nil {
		return format{}, 0, err
	}
	header, err := f.header(file)
	if err != nil {
		return format{}, 0, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if header.Width < 1 || header.Height < 1 {
		return format{}, 0, errDamaged
	}
	if pixels = int64(header.Width) * int64(header.Height); pixels > maxPixels {
		return format{}, 0, errPixels
	}
	return f, pixels, nil
}

// decode decodes a file that measure accepts.
func decode(file []byte) (image.Image, error) {
	f, _, err := measure(file)
	if err != nil {
		return nil, err
	}
	picture, err := f.decode(file)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	return picture, nil
}

// fit makes a profile photo of a JPEG or PNG file: a JPEG of at most 648 pixels on its
// longest side and 100,000 bytes, upright, without transparency and metadata. Quality
// goes down first, then size. A picture is never enlarged. Errors are those of decode.
func fit(file []byte) ([]byte, error) {
	picture, err := decode(file)
	if err != nil {
		return nil, err
	}
	return compress(turn(scale(picture, maxSide), orientationOf(file)))
}

// compress encodes the picture until it is small enough.
func compress(picture *image.RGBA) ([]byte, error) {
	for {
		for _, quality := range []int{90, 80, 70, 60, 50} {
			var encoded bytes.Buffer
			if err := jpeg.Encode(&encoded, picture, &jpeg.Options{Quality: quality}); err != nil {
				return nil, fmt.Errorf("encoding the picture: %w", err)
			}
			if encoded.Len() <= maxOutput {
				return encoded.Bytes(), nil
			}
		}
		longest := max(picture.Rect.Dx(), picture.Rect.Dy())
		if longest <= minSide {
			return nil, fmt.Errorf("it does not fit into %d bytes", maxOutput)
		}
		picture = scale(picture, max(minSide, longest*4/5))
	}
}

// scale draws the picture on white, with its longest side made at most side pixels.
func scale(picture image.Image, side int) *image.RGBA {
	size := picture.Bounds().Size()
	if longest := max(size.X, size.Y); longest > side {
		size = image.Pt(max(1, size.X*side/longest), max(1, size.Y*side/longest))
	}
	scaled := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(scaled, scaled.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.CatmullRom.Scale(scaled, scaled.Rect, picture, picture.Bounds(), draw.Over, nil)
	return scaled
}
