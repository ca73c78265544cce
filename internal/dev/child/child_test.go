package child

import (
	"bufio"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain plays a parent that starts a child, prints its pid and is killed.
func TestMain(m *testing.M) {
	if os.Getenv("CHILD_PARENT") != "" {
		c, err := Start(exec.Command("sleep", "60"), syscall.SIGTERM)
		if err != nil {
			panic(err)
		}
		os.Stdout.WriteString(strconv.Itoa(c.PID()) + "\n")
		select {}
	}
	os.Exit(m.Run())
}

func gone(pid int) bool {
	for range 200 {
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}

func TestItDiesWithItsParent(t *testing.T) {
	t.Parallel()
	parent := exec.Command(os.Args[0])
	parent.Env = []string{"CHILD_PARENT=1", "PATH=/usr/bin:/bin"}
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	if !gone(pid) {
		syscall.Kill(pid, syscall.SIGKILL)
		t.Error("the child outlived its parent")
	}
}

func TestStopIsPoliteAndTellsHowItEnded(t *testing.T) {
	t.Parallel()
	c, err := Start(exec.Command("sh", "-c", `trap 'exit 7' TERM; while :; do sleep 0.01; done`), syscall.SIGKILL)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond) // the trap must stand
	c.Stop(syscall.SIGTERM)
	c.Stop(syscall.SIGTERM) // twice is fine
	if c.Err() == nil || c.Err().Error() != "exit status 7" {
		t.Errorf("ended with %v", c.Err())
	}
	if _, err := Start(exec.Command("/nowhere"), 0); err == nil {
		t.Error("started nothing")
	}
}
