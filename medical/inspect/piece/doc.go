// Package piece says what the bytes of a piece are, and makes what a viewer may show of them. It runs in the inspector, a process of its
// own for each piece (package confine): everything here may be killed by what it reads, and nothing else with it.
//
// It decides by the bytes; the declared type only serves to tell a mismatch. Every size that a file announces is compared with what the
// file holds before anything is allocated for it; what is compressed is counted as it streams; what is nested has a depth. Structures
// come from kept libraries where there are (pdfcpu, image/*, golang.org/x/image, archive/zip, encoding/xml).
package piece
