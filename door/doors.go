package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// maxNames bounds what patterns can make us listen for.
const maxNames = 256

// doors knows which names are allowed and at which loopback address each answers. All of
// it, and each socket that listens, belongs to the thread that is in the run's network;
// what is accepted there is carried by others.
type doors struct {
	socket    string
	rules     map[string][]int // name or *.suffix to ports
	addresses map[string]net.IP
	waiting   loop
	asked     chan asked
}

func newDoors(socket string) *doors {
	return &doors{
		socket: socket, rules: map[string][]int{}, addresses: map[string]net.IP{}, asked: make(chan asked),
	}
}

// open reads the rules, gives exact names their addresses and starts to listen.
func (d *doors) open(rules []string) error {
	for _, rule := range rules {
		name, text, err := net.SplitHostPort(rule)
		if err != nil {
			return fmt.Errorf("door %s: %w", rule, err)
		}
		port, err := strconv.Atoi(text)
		if err != nil || port < 1 || port > 65535 {
			return fmt.Errorf("door %s: not a port", rule)
		}
		name = strings.ToLower(name)
		d.rules[name] = append(d.rules[name], port)
	}
	for name := range d.rules {
		if !strings.HasPrefix(name, "*.") {
			if _, err := d.address(name); err != nil {
				return err
			}
		}
	}
	return d.serveNames()
}

// answerUntil answers whoever knocks, until the descriptor can be read from.
func (d *doors) answerUntil(ended int) error {
	return d.waiting.until(ended)
}

// ports says at which ports a name may be reached; none means that it is not allowed.
func (d *doors) ports(name string) []int {
	ports := append([]int(nil), d.rules[name]...)
	if _, parent, ok := strings.Cut(name, "."); ok {
		ports = append(ports, d.rules["*."+parent]...)
	}
	return ports
}

var errNotAllowed = errors.New("not an allowed name")

// address gives a name its own loopback address and listens there at its ports, the
// first time it is asked for. The address is how a connection says which name it means.
func (d *doors) address(name string) (net.IP, error) {
	if ip, ok := d.addresses[name]; ok {
		return ip, nil
	}
	ports := d.ports(name)
	if len(ports) == 0 || len(d.addresses) >= maxNames {
		return nil, errNotAllowed
	}
	n := len(d.addresses) + 1
	ip := net.IPv4(127, 64, byte(n>>8), byte(n)).To4()
	listening := map[int]int{}
	for _, port := range ports {
		if _, ok := listening[port]; ok {
			continue
		}
		listener, err := d.accept(ip, port, func(c net.Conn) { d.carry(c, fmt.Sprintf("CONNECT %s:%d\n", name, port)) })
		if err != nil {
			// The address is the next name's; whoever asks for this one again begins anew.
			for _, other := range listening {
				d.waiting.off(other)
			}
			return nil, fmt.Errorf("door %s:%d: %w", name, port, err)
		}
		listening[port] = listener
	}
	d.addresses[name] = ip
	return ip, nil
}

// service listens on 127.0.0.1 for the worker's own service.
func (d *doors) service(port int) error {
	if port == 0 {
		return nil
	}
	_, err := d.accept(net.IPv4(127, 0, 0, 1).To4(), port, func(c net.Conn) { d.carry(c, "STATE\n") })
	if err != nil {
		return fmt.Errorf("service port: %w", err)
	}
	return nil
}

// accept listens, and hands each connection to a goroutine; gives the socket that listens.
func (d *doors) accept(ip net.IP, port int, carry func(net.Conn)) (int, error) {
	listener, err := listen(syscall.SOCK_STREAM, ip, port)
	if err != nil {
		return 0, err
	}
	err = d.waiting.on(listener, func() error {
		fd, _, err := syscall.Accept4(listener, syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK)
		switch err {
		case nil:
		case syscall.EAGAIN, syscall.EINTR, syscall.ECONNABORTED:
			return nil
		default:
			return fmt.Errorf("accept: %w", err)
		}
		go func() {
			accepted := os.NewFile(uintptr(fd), "connection")
			c, err := net.FileConn(accepted)
			accepted.Close()
			if err == nil {
				carry(c)
			}
		}()
		return nil
	})
	return listener, err
}

// carry asks the worker and, when it agrees, copies bytes until both sides are done.
func (d *doors) carry(accepted net.Conn, greeting string) {
	defer accepted.Close()
	c, ok := accepted.(*net.TCPConn)
	if !ok {
		return
	}
	worker, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: d.socket, Net: "unix"})
	if err != nil {
		c.SetLinger(0)
		return
	}
	defer worker.Close()
	if _, err := io.WriteString(worker, greeting); err != nil || !agreed(worker) {
		// A reset, not a silent end: the client shall see that nobody is there.
		c.SetLinger(0)
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, err := io.Copy(worker, c)
		if err != nil {
			worker.Close()
			return
		}
		worker.CloseWrite()
	}()
	if _, err := io.Copy(c, worker); err != nil {
		c.SetLinger(0)
		c.Close()
	} else {
		c.CloseWrite()
	}
	<-done
}

// agreed reads the worker's one-line answer, and not a byte more: what follows belongs
// to the program.
func agreed(worker *net.UnixConn) bool {
	var line []byte
	one := make([]byte, 1)
	for len(line) < 512 {
		if _, err := io.ReadFull(worker, one); err != nil {
			return false
		}
		if one[0] == '\n' {
			return string(line) == "OK"
		}
		line = append(line, one[0])
	}
	return false
}
