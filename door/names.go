package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"
)

// nameServer is the address that the sandbox's resolv.conf names.
var nameServer = net.IPv4(127, 0, 0, 53).To4()

const (
	typeA      = 1
	classIN    = 1
	rcodeOK    = 0
	rcodeName  = 3
	maxMessage = 4096
)

// asked is a query that came over a connection, and how its answer goes back.
type asked struct {
	query  []byte
	answer chan []byte
}

// serveNames answers DNS over UDP and TCP: an allowed name has one address, any other
// does not exist. There is no upstream, so nothing can be told to the world by asking.
func (d *doors) serveNames() error {
	udp, err := listen(syscall.SOCK_DGRAM, nameServer, 53)
	if err == nil {
		err = d.waiting.on(udp, func() error { return d.answerDatagram(udp) })
	}
	if err == nil {
		_, err = d.accept(nameServer, 53, d.answerStream)
	}
	if err == nil {
		err = d.waiting.onCall(func() {
			a := <-d.asked
			a.answer <- d.answer(a.query)
		})
	}
	if err != nil {
		return fmt.Errorf("names: %w", err)
	}
	return nil
}

func (d *doors) answerDatagram(udp int) error {
	var buffer [maxMessage]byte
	n, from, err := syscall.Recvfrom(udp, buffer[:], 0)
	if err != nil {
		return nil
	}
	if reply := d.answer(buffer[:n]); reply != nil {
		// Whoever does not get it asks again.
		_ = syscall.Sendto(udp, reply, 0, from)
	}
	return nil
}

func (d *doors) answerStream(c net.Conn) {
	defer c.Close()
	for {
		c.SetDeadline(time.Now().Add(10 * time.Second))
		var size [2]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(c, query); err != nil {
			return
		}
		a := asked{query, make(chan []byte)}
		d.waiting.call()
		d.asked <- a
		reply := <-a.answer
		if reply == nil {
			return
		}
		binary.BigEndian.PutUint16(size[:], uint16(len(reply)))
		if _, err := c.Write(append(size[:], reply...)); err != nil {
			return
		}
	}
}

// answer gives the reply to one query, or nil when it is not one.
func (d *doors) answer(query []byte) []byte {
	if len(query) < 12 || query[2]&0x80 != 0 || binary.BigEndian.Uint16(query[4:]) != 1 {
		return nil
	}
	name, end, ok := question(query)
	if !ok {
		return nil
	}
	kind := binary.BigEndian.Uint16(query[end-4:])
	class := binary.BigEndian.Uint16(query[end-2:])
	reply := append([]byte(nil), query[:end]...)
	// A response, authoritative, recursion as asked; one question, nothing else yet.
	reply[2] = 0x84 | query[2]&0x01
	reply[3] = 0x80
	copy(reply[6:12], make([]byte, 6))
	ip, err := d.address(name)
	if err != nil {
		reply[3] |= rcodeName
		return reply
	}
	reply[3] |= rcodeOK
	if kind != typeA || class != classIN {
		return reply
	}
	reply[7] = 1
	// Name by reference to the question, type, class, one minute, four bytes.
	reply = append(reply, 0xc0, 12, 0, typeA, 0, classIN, 0, 0, 0, 60, 0, 4)
	return append(reply, ip...)
}

// question reads the name of the first question and where the question ends.
func question(query []byte) (name string, end int, ok bool) {
	var labels []string
	at := 12
	for {
		if at >= len(query) {
			return "", 0, false
		}
		n := int(query[at])
		if n == 0 {
			at++
			break
		}
		// Neither references nor oversize labels belong into a question.
		if n > 63 || at+1+n > len(query) {
			return "", 0, false
		}
		labels = append(labels, string(query[at+1:at+1+n]))
		at += 1 + n
	}
	if at+4 > len(query) {
		return "", 0, false
	}
	return strings.ToLower(strings.Join(labels, ".")), at + 4, true
}
