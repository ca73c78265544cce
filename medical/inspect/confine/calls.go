package confine

var commonCalls = []string{
	"brk", "clock_gettime", "clock_nanosleep", "close", "epoll_create1", "epoll_ctl", "epoll_pwait", "eventfd2", "exit", "exit_group",
	"fcntl", "fstat", "futex", "getpid", "getrandom", "gettid", "gettimeofday", "madvise", "mincore", "munmap",
	"nanosleep", "read", "restart_syscall", "rseq", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sched_getaffinity", "sched_yield",
	"set_robust_list", "setitimer", "sigaltstack", "tgkill", "timer_create", "timer_delete", "timer_settime", "write",
}
