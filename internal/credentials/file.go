package credentials

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"unicode"
)

// errEmptyFile is a file of which nothing is left without white space.
var errEmptyFile = errors.New("the file is empty")

// readFile reads the file an argument names. What cannot be read, and an empty file, is
// an *ArgumentError at that argument.
func readFile(argument, path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err == nil && len(bytes.TrimSpace(data)) == 0 {
		err = errEmptyFile
	}
	if err != nil {
		return nil, &ArgumentError{
			Argument: argument,
			Summary:  "Unreadable file",
			Detail:   fmt.Sprintf("The file %s that %s names cannot be used: %s.", quotePath(path), argument, reason(err)),
			Err:      err,
		}
	}
	return data, nil
}

// quotePath quotes a path, unless it looks like the content that somebody passed in place
// of the path: that may be a secret.
func quotePath(path string) string {
	const longest = 255
	if len(path) > longest || strings.ContainsFunc(path, unicode.IsControl) || strings.Contains(path, pemBegin) {
		return "(not shown: this does not look like a path)"
	}
	return strconv.Quote(path)
}

// reason says why a file cannot be used, without its path.
func reason(err error) string {
	var pathError *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it does not exist"
	case errors.Is(err, fs.ErrPermission):
		return "it may not be read"
	case errors.As(err, &pathError):
		return pathError.Err.Error()
	default:
		return err.Error()
	}
}

// textOrFile returns what one of two arguments gives: the value itself, or the content of
// the file without surrounding white space. Both may be set if they agree.
func textOrFile(valueName string, value *string, fileName string, file *string) (string, error) {
	if !isSet(file) {
		return text(value), nil
	}
	data, err := readFile(fileName, *file)
	if err != nil {
		return "", err
	}
	content := string(bytes.TrimSpace(data))
	if isSet(value) && *value != content {
		return "", &ArgumentError{
			Argument: fileName,
			Summary:  "Contradictory arguments",
			Detail:   fmt.Sprintf("%s and %s are both set, and the file holds something else. Remove one of them.", valueName, fileName),
		}
	}
	return content, nil
}
