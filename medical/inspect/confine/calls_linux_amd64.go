package confine

import "golang.org/x/sys/unix"

// calls are the system calls that stay: memory, threads and time of the Go runtime, and open descriptors.
var calls = append([]string{"epoll_wait"}, commonCalls...)

const processorFlags = unix.CLONE_SETTLS
