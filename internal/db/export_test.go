package db

// Frontend is for the tests of the stream itself.
var Frontend = frontend
