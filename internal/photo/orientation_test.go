package photo

import (
	"encoding/binary"
	"image"
	"slices"
	"testing"
)

// byteOrder is how TIFF numbers are written.
type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// withOrientation puts EXIF data that says how the camera was held into a JPEG.
func withOrientation(file []byte, order byteOrder, held uint16) []byte {
	tiff := []byte("MM")
	if order.String() == binary.LittleEndian.String() {
		tiff = []byte("II")
	}
	tiff = order.AppendUint16(tiff, 42)
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2) // two entries
	// Make: the camera's name, which comes before.
	tiff = order.AppendUint16(tiff, 0x010f)
	tiff = order.AppendUint16(tiff, 2)
	tiff = order.AppendUint32(tiff, 4)
	tiff = append(tiff, "Cam\x00"...)
	tiff = order.AppendUint16(tiff, tagOrientation)
	tiff = order.AppendUint16(tiff, typeShort)
	tiff = order.AppendUint32(tiff, 1)
	tiff = order.AppendUint16(tiff, held)
	tiff = append(tiff, 0, 0)
	segment := append([]byte(exifPreamble), tiff...)
	app1 := binary.BigEndian.AppendUint16([]byte{markerStart, markerApp1}, uint16(len(segment)+2))
	return slices.Concat(file[:2], app1, segment, file[2:])
}

func TestPicturesAreTurnedUpright(t *testing.T) {
	t.Parallel()
	// Where the quarters of painted are, from the top left, row by row, after turning.
	tests := map[uint16]string{
		0: "RGBW", 1: "RGBW", 2: "GRWB", 3: "WBGR", 4: "BWRG",
		5: "RBGW", 6: "BRWG", 7: "WGBR", 8: "GWRB", 9: "RGBW",
	}
	for held, want := range tests {
		for _, order := range []byteOrder{binary.LittleEndian, binary.BigEndian} {
			t.Run(order.String()+string(rune('0'+held)), func(t *testing.T) {
				t.Parallel()
				got, err := fit(withOrientation(jpegOf(t, painted(96, 64)), order, held))
				if err != nil {
					t.Fatal(err)
				}
				size := image.Pt(96, 64)
				if held >= 5 && held <= 8 {
					size = image.Pt(64, 96)
				}
				var seen []byte
				for _, at := range []image.Point{{1, 1}, {3, 1}, {1, 3}, {3, 3}} {
					seen = append(seen, name(rgb(t, got, size.X*at.X/4, size.Y*at.Y/4)))
				}
				if string(seen) != want {
					t.Errorf("orientation %d: %s, want %s", held, seen, want)
				}
			})
		}
	}
}

func name(r, g, b uint32) byte {
	switch {
	case r > 200 && g > 200 && b > 200:
		return 'W'
	case r > 200:
		return 'R'
	case g > 200:
		return 'G'
	case b > 200:
		return 'B'
	default:
		return '?'
	}
}

func FuzzOrientation(f *testing.F) {
	f.Add(withOrientation(jpegOf(f, painted(4, 4)), binary.BigEndian, 3))
	f.Add(withOrientation(jpegOf(f, painted(4, 4)), binary.LittleEndian, 8)[:40])
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II\x2a\x00\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if held := orientationOf(file); held < upright || held > 8 {
			t.Errorf("orientation %d", held)
		}
	})
}
