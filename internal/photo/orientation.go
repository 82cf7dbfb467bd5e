package photo

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation is how a camera was held, as EXIF counts it: 1 is upright.
// Source: EXIF 2.32 (CIPA DC-008), tag 0x0112.
type orientation int

const upright orientation = 1

// Parts of EXIF in a JPEG.
const (
	markerStart     = 0xff
	markerApp1      = 0xe1
	markerScan      = 0xda
	tagOrientation  = 0x0112
	typeShort       = 3
	directoryEntry  = 12
	tiffHeader      = 8
	exifPreamble    = "Exif\x00\x00"
	segmentOverhead = 4
)

// orientationOf reads the orientation from a JPEG's EXIF data. Phones write pictures as
// the sensor lies and say there how to turn them; re-encoding drops that. A file without
// it, or with nonsense there, is upright.
func orientationOf(file []byte) orientation {
	if !bytes.HasPrefix(file, []byte{markerStart, 0xd8}) {
		return upright
	}
	for rest := file[2:]; len(rest) >= segmentOverhead && rest[0] == markerStart && rest[1] != markerScan; {
		length := int(binary.BigEndian.Uint16(rest[2:]))
		if length < 2 || 2+length > len(rest) {
			break
		}
		segment := rest[segmentOverhead : 2+length]
		if rest[1] == markerApp1 {
			if tiff, ok := bytes.CutPrefix(segment, []byte(exifPreamble)); ok {
				return orientationIn(tiff)
			}
		}
		rest = rest[2+length:]
	}
	return upright
}

// orientationIn reads the orientation from the first directory of a TIFF structure.
func orientationIn(tiff []byte) orientation {
	if len(tiff) < tiffHeader {
		return upright
	}
	var order binary.ByteOrder = binary.BigEndian
	if bytes.HasPrefix(tiff, []byte("II")) {
		order = binary.LittleEndian
	}
	offset := uint64(order.Uint32(tiff[4:]))
	if offset+2 > uint64(len(tiff)) {
		return upright
	}
	directory := tiff[offset:]
	entries := directory[2:]
	for range order.Uint16(directory) {
		if len(entries) < directoryEntry {
			break
		}
		if order.Uint16(entries) == tagOrientation && order.Uint16(entries[2:]) == typeShort {
			if held := orientation(order.Uint16(entries[8:])); held >= upright && held <= 8 {
				return held
			}
			break
		}
		entries = entries[directoryEntry:]
	}
	return upright
}

// turn makes the picture upright.
func turn(picture *image.RGBA, held orientation) *image.RGBA {
	if held == upright {
		return picture
	}
	size := picture.Rect.Size()
	turnedSize := size
	if held >= 5 { // 5 to 8 lie on their side
		turnedSize = image.Pt(size.Y, size.X)
	}
	turned := image.NewRGBA(image.Rectangle{Max: turnedSize})
	for y := range turnedSize.Y {
		for x := range turnedSize.X {
			at := held.source(image.Pt(x, y), size)
			turned.SetRGBA(x, y, picture.RGBAAt(at.X, at.Y))
		}
	}
	return turned
}

// source returns where the pixel that belongs to p lies in a picture of the given size.
func (o orientation) source(p, size image.Point) image.Point {
	right, bottom := size.X-1, size.Y-1
	switch o {
	case 2: // mirrored
		return image.Pt(right-p.X, p.Y)
	case 3: // upside down
		return image.Pt(right-p.X, bottom-p.Y)
	case 4: // upside down, mirrored
		return image.Pt(p.X, bottom-p.Y)
	case 5: // mirrored along the diagonal
		return image.Pt(p.Y, p.X)
	case 6: // turned left
		return image.Pt(p.Y, bottom-p.X)
	case 7: // mirrored along the other diagonal
		return image.Pt(right-p.Y, bottom-p.X)
	case 8: // turned right
		return image.Pt(right-p.Y, p.X)
	default:
		return p
	}
}
