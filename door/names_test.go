package main

import (
	"encoding/binary"
	"net"
	"strings"
	"testing"
)

// query makes a question for a name.
func query(name string, kind uint16) []byte {
	q := []byte{0x12, 0x34, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0}
	for _, label := range strings.Split(name, ".") {
		q = append(q, byte(len(label)))
		q = append(q, label...)
	}
	q = append(q, 0)
	q = binary.BigEndian.AppendUint16(q, kind)
	return binary.BigEndian.AppendUint16(q, classIN)
}

func known() *doors {
	d := newDoors("/nowhere")
	d.rules["db.internal"] = []int{5432}
	d.addresses["db.internal"] = net.IPv4(127, 64, 0, 1).To4()
	return d
}

func TestAnAllowedNameHasItsAddress(t *testing.T) {
	reply := known().answer(query("DB.Internal", typeA))
	if reply == nil || reply[3]&0x0f != rcodeOK || reply[7] != 1 {
		t.Fatalf("no answer: %x", reply)
	}
	if got := net.IP(reply[len(reply)-4:]); !got.Equal(net.IPv4(127, 64, 0, 1)) {
		t.Fatalf("address %v", got)
	}
}

func TestAnAllowedNameHasNoOtherRecords(t *testing.T) {
	reply := known().answer(query("db.internal", 28))
	if reply == nil || reply[3]&0x0f != rcodeOK || reply[7] != 0 {
		t.Fatalf("not empty: %x", reply)
	}
}

func TestAnyOtherNameDoesNotExist(t *testing.T) {
	for _, name := range []string{"internal", "x.db.internal", "db.internal.evil", "a"} {
		if reply := known().answer(query(name, typeA)); reply == nil || reply[3]&0x0f != rcodeName {
			t.Errorf("%s: %x", name, reply)
		}
	}
}

func TestWhatIsNoQueryIsNotAnswered(t *testing.T) {
	whole := query("db.internal", typeA)
	for n := 0; n < len(whole); n++ {
		if reply := known().answer(whole[:n]); reply != nil {
			t.Errorf("%d bytes: %x", n, reply)
		}
	}
	response := append([]byte(nil), whole...)
	response[2] |= 0x80
	reference := append(append([]byte(nil), whole[:12]...), 0xc0, 12, 0, 1, 0, 1)
	for _, q := range [][]byte{response, reference} {
		if reply := known().answer(q); reply != nil {
			t.Errorf("answered %x", q)
		}
	}
}

func TestPatternsStandForOneLabel(t *testing.T) {
	d := newDoors("/nowhere")
	d.rules["*.kafka.internal"] = []int{9092}
	for name, want := range map[string]int{
		"b1.kafka.internal": 1, "kafka.internal": 0, "a.b.kafka.internal": 0, "internal": 0,
	} {
		if got := len(d.ports(name)); got != want {
			t.Errorf("%s: %d ports", name, got)
		}
	}
}
