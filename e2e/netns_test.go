package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The network half of R8. Three namespaces stand for three hosts, joined as docs/threat-model.md asks:
//
//	administrative ---- relay link ---- medical ---- inner link ---- cluster
//	 10.231.77.1          /30        .2      10.232.77.1    /30     .2
//
// The administrative host knows one neighbour, through the relay link, and the medical host forwards nothing.
const (
	relayAddress   = "10.231.77.1:8443" // server listens for the relay here
	medicalAddress = "10.231.77.2:8441" // the medical host, seen from the other zone: nothing may listen there
	innerAddress   = "10.232.77.1:8441" // the medical portal, on the medical zone's own network
	clusterAddress = "10.232.77.2:5432" // the medical cluster
)

// TestAdministrativeZoneHasNoRouteToTheMedicalCluster needs root and network namespaces. Where they are refused it fails
// and says why: a wall that was not looked at is not a wall.
func TestAdministrativeZoneHasNoRouteToTheMedicalCluster(t *testing.T) {
	z := buildZones(t)
	z.listen(t, z.administrative, relayAddress)
	z.listen(t, z.medical, innerAddress)
	z.listen(t, z.cluster, clusterAddress)

	t.Run("the medical zone reaches the relay and its cluster", func(t *testing.T) {
		for _, address := range []string{relayAddress, clusterAddress} {
			if err := dialFrom(z.medical, address); err != nil {
				t.Errorf("%s: %v", address, err)
			}
		}
	})
	t.Run("the administrative zone has no route", func(t *testing.T) {
		for _, address := range []string{clusterAddress, innerAddress} {
			if err := dialFrom(z.administrative, address); !errors.Is(err, syscall.ENETUNREACH) {
				t.Errorf("%s: want no route, got %v", address, err)
			}
		}
	})
	t.Run("the medical host accepts nothing on the relay link", func(t *testing.T) {
		if err := dialFrom(z.administrative, medicalAddress); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("want a refusal, got %v", err)
		}
	})
	t.Run("a route written by hand leads nowhere, for the medical host does not forward", func(t *testing.T) {
		z.ip(t, "-n", z.administrative, "route", "add", "10.232.77.0/30", "via", "10.231.77.2")
		if err := dialFrom(z.administrative, clusterAddress); err == nil {
			t.Error("the cluster answered")
		}
	})
	// The test has been seen to fail: with both walls taken down, the same dial succeeds.
	t.Run("with a route and forwarding the dial does succeed", func(t *testing.T) {
		z.ip(t, "netns", "exec", z.medical, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
		z.ip(t, "-n", z.cluster, "route", "add", "10.231.77.0/30", "via", "10.232.77.1")
		if err := dialFrom(z.administrative, clusterAddress); err != nil {
			t.Errorf("the walls are down and the cluster is not reached: the checks above prove nothing: %v", err)
		}
	})
}

// zones are three namespaces, by name.
type zones struct{ administrative, medical, cluster string }

func buildZones(t *testing.T) zones {
	t.Helper()
	pid := os.Getpid()
	z := zones{
		administrative: fmt.Sprintf("cloison-adm-%d", pid),
		medical:        fmt.Sprintf("cloison-med-%d", pid),
		cluster:        fmt.Sprintf("cloison-pg-%d", pid),
	}
	for _, name := range []string{z.administrative, z.medical, z.cluster} {
		z.ip(t, "netns", "add", name)
		t.Cleanup(func() { z.ip(t, "netns", "del", name) }) // its links go with it
		z.ip(t, "-n", name, "link", "set", "lo", "up")
		z.ip(t, "netns", "exec", name, "sh", "-c", "echo 0 > /proc/sys/net/ipv4/ip_forward")
	}
	z.join(t, "relay", z.administrative, "10.231.77.1/30", z.medical, "10.231.77.2/30")
	z.join(t, "inner", z.medical, "10.232.77.1/30", z.cluster, "10.232.77.2/30")
	return z
}

// join lays a cable between two namespaces. The ends are born inside them: nothing appears on the machine's own network.
func (z zones) join(t *testing.T, link, a, addressA, b, addressB string) {
	t.Helper()
	z.ip(t, "-n", a, "link", "add", link, "type", "veth", "peer", "name", link, "netns", b)
	for name, address := range map[string]string{a: addressA, b: addressB} {
		z.ip(t, "-n", name, "addr", "add", address, "dev", link)
		z.ip(t, "-n", name, "link", "set", link, "up")
	}
}

func (z zones) ip(t *testing.T, args ...string) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	if out, err := exec.CommandContext(ctx, "ip", args...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v: %s\nthis test needs root (or CAP_NET_ADMIN and CAP_SYS_ADMIN) and iproute2; it does not skip",
			strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
}

// listen accepts and closes, in the namespace, until the test ends.
func (z zones) listen(t *testing.T, namespace, address string) {
	t.Helper()
	var listener net.Listener
	err := inside(namespace, func() (err error) {
		listener, err = net.Listen("tcp", address)
		return err
	})
	if err != nil {
		t.Fatalf("listening on %s: %v", address, err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
}

func dialFrom(namespace, address string) error {
	return inside(namespace, func() error {
		conn, err := (&net.Dialer{Timeout: 2 * time.Second}).Dial("tcp", address)
		if err != nil {
			return err
		}
		return conn.Close()
	})
}

// inside runs work on a thread that has entered the namespace. The thread is never unlocked, so the runtime throws it
// away with the goroutine: no other code can be run in that namespace by accident.
func inside(namespace string, work func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		handle, err := os.Open("/var/run/netns/" + namespace)
		if err != nil {
			done <- fmt.Errorf("opening namespace: %w", err)
			return
		}
		defer handle.Close()
		if err := unix.Setns(int(handle.Fd()), unix.CLONE_NEWNET); err != nil {
			done <- fmt.Errorf("entering namespace: %w", err)
			return
		}
		done <- work()
	}()
	return <-done
}
