package open

import (
	"errors"
	"io"

	"cloison/crypto/envelope"
)

// Part opens a part for seekable reading: the last chunk is authenticated
// before anything is returned, so a cut part never opens; every other chunk
// when it is read. size is the size of the sealed part. Errors, now and from
// reads: as Record; any other is the store's. The reader holds one chunk in
// memory and may be used from several goroutines.
func Part(fileKey []byte, ctx envelope.Context, src io.ReaderAt, size int64) (*io.SectionReader, error) {
	f, err := openFile(fileKey, ctx, src, size)
	if err != nil {
		return nil, err
	}
	return io.NewSectionReader(named{f.plain}, f.offset, f.size), nil
}

// named gives reads the closed errors of this package.
type named struct{ io.ReaderAt }

func (n named) ReadAt(p []byte, off int64) (int, error) {
	k, err := n.ReaderAt.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		err = readFailure(err)
	}
	return k, err
}
