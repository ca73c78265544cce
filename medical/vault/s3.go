package vault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"cloison/internal/secret"
)

// S3Options is where a bucket is. The bucket exists; nothing else writes to it.
type S3Options struct {
	Endpoint  string // host and port
	Region    string
	Bucket    string
	AccessKey string
	SecretKey secret.String
	Insecure  bool              // plain HTTP: loopback and tests
	Transport http.RoundTripper // nil: the system's authorities
}

// S3 stores objects in a bucket, under the names that Directory gives to files. A put is durable when it is answered; an object's name is
// drawn for one call and is never put twice, and the server is asked to refuse it (If-None-Match).
type S3 struct {
	client *minio.Client
	bucket string
}

// s3Buffer is what one put holds in memory: the sealed size is not known ahead. It is also the least that S3 takes as a piece of an object.
const s3Buffer = 5 << 20

const (
	s3Parts = "parts/"
	s3Marks = "unfinished/"
)

// NewS3 opens the store, and refuses a bucket that is not there.
func NewS3(ctx context.Context, o S3Options) (*S3, error) {
	client, err := minio.New(o.Endpoint, &minio.Options{
		Creds: credentials.NewStaticV4(o.AccessKey, o.SecretKey.Reveal(), ""), Secure: !o.Insecure, Region: o.Region, Transport: o.Transport,
	})
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	found, err := client.BucketExists(ctx, o.Bucket)
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	if !found {
		return nil, fmt.Errorf("opening the store: there is no bucket %q", o.Bucket)
	}
	return &S3{client, o.Bucket}, nil
}

func s3Name(name string) (string, error) {
	if !objectShape.MatchString(name) {
		return "", errors.New("malformed object name")
	}
	return s3Parts + name[:uploadDigits] + "/" + name[uploadDigits:], nil
}

// Begin marks an upload.
func (s *S3) Begin(ctx context.Context, upload string) error {
	if !uploadShape.MatchString(upload) {
		return errors.New("beginning an upload: malformed name")
	}
	if _, err := s.client.PutObject(ctx, s.bucket, s3Marks+upload, strings.NewReader(""), 0, minio.PutObjectOptions{}); err != nil {
		return fmt.Errorf("marking upload %s: %w", upload, err)
	}
	return nil
}

// Create puts one object while it is written: it appears whole or not at all.
func (s *S3) Create(ctx context.Context, name string, write func(io.Writer) error) (int64, error) {
	key, err := s3Name(name)
	if err != nil {
		return 0, fmt.Errorf("creating an object: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	reader, writer := io.Pipe()
	wrote := make(chan error, 1)
	go func() {
		err := write(writer)
		_ = writer.CloseWithError(err) // never fails (io.Pipe); nil ends the object
		wrote <- err
	}()
	options := minio.PutObjectOptions{PartSize: s3Buffer, NumThreads: 1, SendContentMd5: false}
	options.SetMatchETagExcept("*")
	info, err := s.client.PutObject(ctx, s.bucket, key, reader, -1, options)
	_ = reader.CloseWithError(err) // a put that failed must not leave the writer waiting
	if cause := <-wrote; cause != nil {
		return 0, fmt.Errorf("writing object %s: %w", name, cause)
	}
	if err != nil {
		return 0, fmt.Errorf("keeping object %s: %w", name, err)
	}
	return info.Size, nil
}

// Open finds one object. Its bytes are asked for as they are read.
func (s *S3) Open(ctx context.Context, name string) (Object, error) {
	key, err := s3Name(name)
	if err != nil {
		return nil, fmt.Errorf("opening an object: %w", err)
	}
	info, err := s.client.StatObject(ctx, s.bucket, key, minio.StatObjectOptions{})
	if minio.ToErrorResponse(err).StatusCode == http.StatusNotFound {
		return nil, fmt.Errorf("opening object %s: %w", name, ErrNoObject)
	}
	if err != nil {
		return nil, fmt.Errorf("opening object %s: %w", name, err)
	}
	return &s3Object{store: s, ctx: ctx, key: key, size: info.Size}, nil
}

// List names the objects of an upload.
func (s *S3) List(ctx context.Context, upload string) ([]string, error) {
	if !uploadShape.MatchString(upload) {
		return nil, errors.New("listing an upload: malformed name")
	}
	var names []string
	prefix := s3Parts + upload + "/"
	for found := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: prefix}) {
		if found.Err != nil {
			return nil, fmt.Errorf("listing upload %s: %w", upload, found.Err)
		}
		if name := upload + strings.TrimPrefix(found.Key, prefix); objectShape.MatchString(name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// Settle removes what is not to be kept, what unfinished puts left too, the mark last.
func (s *S3) Settle(ctx context.Context, upload string, keep map[string]bool) error {
	names, err := s.List(ctx, upload)
	if err != nil {
		return err
	}
	for _, name := range names {
		if keep[name] {
			continue
		}
		key, err := s3Name(name)
		if err != nil {
			return err
		}
		if err := s.client.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{}); err != nil {
			return fmt.Errorf("settling upload %s: %w", upload, err)
		}
	}
	for piece := range s.client.ListIncompleteUploads(ctx, s.bucket, s3Parts+upload+"/", true) {
		if piece.Err != nil {
			return fmt.Errorf("settling upload %s: %w", upload, piece.Err)
		}
		if err := s.client.RemoveIncompleteUpload(ctx, s.bucket, piece.Key); err != nil {
			return fmt.Errorf("settling upload %s: %w", upload, err)
		}
	}
	if err := s.client.RemoveObject(ctx, s.bucket, s3Marks+upload, minio.RemoveObjectOptions{}); err != nil {
		return fmt.Errorf("settling upload %s: %w", upload, err)
	}
	return nil
}

// Unfinished lists what is marked.
func (s *S3) Unfinished(ctx context.Context) ([]string, error) {
	var uploads []string
	for found := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s3Marks}) {
		if found.Err != nil {
			return nil, fmt.Errorf("listing unfinished uploads: %w", found.Err)
		}
		if upload := strings.TrimPrefix(found.Key, s3Marks); uploadShape.MatchString(upload) {
			uploads = append(uploads, upload)
		}
	}
	return uploads, nil
}

// s3Object reads ahead while it is read in order, and asks for no more than it is asked for otherwise.
type s3Object struct {
	store *S3
	ctx   context.Context //nolint:containedctx // an object is read after the call that opened it
	key   string
	size  int64

	mu     sync.Mutex
	window []byte // the bytes from at on
	at     int64
}

// s3Ahead is what one request asks for when a part is read in order.
const s3Ahead = 1 << 20

func (o *s3Object) Size() int64  { return o.size }
func (o *s3Object) Close() error { return nil }

func (o *s3Object) ReadAt(p []byte, off int64) (n int, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for n < len(p) {
		from := off + int64(n)
		if from >= o.size {
			return n, io.EOF
		}
		if from < o.at || from >= o.at+int64(len(o.window)) {
			if err := o.fetch(from, len(p)-n); err != nil {
				return n, err
			}
		}
		n += copy(p[n:], o.window[from-o.at:])
	}
	return n, nil
}

func (o *s3Object) fetch(from int64, wanted int) error {
	length := int64(wanted)
	if from == o.at+int64(len(o.window)) && from > 0 {
		length = max(length, s3Ahead)
	}
	length = min(length, o.size-from)
	options := minio.GetObjectOptions{}
	if err := options.SetRange(from, from+length-1); err != nil {
		return fmt.Errorf("reading an object: %w", err)
	}
	body, _, _, err := (&minio.Core{Client: o.store.client}).GetObject(o.ctx, o.store.bucket, o.key, options)
	if err != nil {
		return fmt.Errorf("reading an object: %w", err)
	}
	defer body.Close()
	if int64(cap(o.window)) < length {
		o.window = make([]byte, length)
	}
	o.window, o.at = o.window[:length], from
	if _, err := io.ReadFull(body, o.window); err != nil {
		o.window = o.window[:0]
		return fmt.Errorf("reading an object: %w", err)
	}
	return nil
}
