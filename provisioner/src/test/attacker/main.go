// attacker is what the tests of the sandbox put into it: a program that tries what a
// tenant's code must not be able to do, and says what was possible. It is no part of
// what is shipped.
//
//	attacker try "verb=argument\nverb=argument..."
//	attacker hold NAME
//	attacker serve-tls DIRECTORY NAME...
//	attacker weaken DOOR weakness... -- arguments of the door...
//	attacker become USER -- program arguments...
//
// "try" is run by a module, in the sandbox. "hold" stands on the host as a process with
// something to take. "serve-tls" is an endpoint with several names. "weaken" stands in
// for the door and leaves out a defence; "become" is in its line where the program becomes
// its user last of all. As a provider, that is with tofu's cookie in its environment, it
// crashes.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"
)

// attempt is one line of the output. Done says that it was possible.
type attempt struct {
	Try  string `json:"try"`
	Done bool   `json:"done"`
	Said string `json:"said"`
}

func init() {
	// Namespaces, and who is told of a parent's death, belong to threads.
	runtime.LockOSThread()
}

func main() {
	if os.Getenv("TF_PLUGIN_MAGIC_COOKIE") != "" && len(os.Args) == 1 {
		panic("a provider that crashes")
	}
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: attacker try|hold|serve-tls|weaken|act ...")
		os.Exit(64)
	}
	var err error
	switch os.Args[1] {
	case "try":
		tryAll(strings.Split(os.Args[2], "\n"))
	case "act":
		err = act(os.Args[2:])
	case "hold":
		err = hold(os.Args[2])
	case "serve-tls":
		err = serveTLS(os.Args[2:])
	case "weaken":
		err = weaken(os.Args[2:])
	case "become":
		err = become(os.Args[2:])
	default:
		err = fmt.Errorf("no such command: %s", os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "attacker:", err)
		os.Exit(1)
	}
}

func tryAll(tries []string) {
	out := json.NewEncoder(os.Stdout)
	for _, try := range tries {
		verb, argument, _ := strings.Cut(try, "=")
		said, err := attemptOf(verb, argument)
		if err != nil {
			said = err.Error()
		}
		out.Encode(attempt{Try: try, Done: err == nil, Said: said})
	}
}

// held is found in this process's memory by whoever can look into it.
var held = []byte("held-in-memory")

// hold listens at an abstract address, says where in memory its secret is, and waits
// until nobody holds its standard input any more.
func hold(name string) error {
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	if err := syscall.Bind(fd, &syscall.SockaddrUnix{Name: "@" + name}); err != nil {
		return err
	}
	if err := syscall.Listen(fd, 8); err != nil {
		return err
	}
	fmt.Printf("%d:%p:%d\n", os.Getpid(), held, len(held))
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
