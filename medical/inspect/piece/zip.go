package piece

import (
	"archive/zip"
	"bytes"
)

// isZip says whether an archiver would take the bytes for an archive, whatever stands before it.
func isZip(b []byte) bool {
	const farthest = 65535 + 22 // the longest comment, and the record it ends
	if !bytes.Contains(b[max(0, len(b)-farthest):], []byte("PK\x05\x06")) {
		return false
	}
	_, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	return err == nil
}
