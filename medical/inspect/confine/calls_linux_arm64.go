package confine

// calls are the system calls that stay: memory, threads and time of the Go runtime, and open descriptors.
var calls = commonCalls

const processorFlags = 0
