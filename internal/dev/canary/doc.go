// Package canary looks for known words where they must not be: dumps, files, memory images, answers.
//
// A word is found in clear, in the encodings that programs put words into without thinking of it (UTF-16, base64, hexadecimal), in another
// case, and inside what is compressed or encoded as a whole: gzip, zlib and zip members, long runs of hexadecimal or base64, one inside
// the other to a bounded depth. It reads streams and keeps no part of them: memory does not grow with what is searched.
//
// What it can't see, said aloud: words cut by a compression that is none of those (PostgreSQL's own pglz: a test that searches raw data
// files sets its columns to STORAGE EXTERNAL), raw Flate without a header, encrypted bytes. It is a tool of tests, linked by nothing that runs.
package canary
