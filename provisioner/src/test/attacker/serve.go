package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// certify makes an authority and one certificate for each name, as DIR/ca.pem,
// DIR/NAME.crt and DIR/NAME.key.
func certify(dir string, names []string) error {
	ca := template(1, "authority")
	ca.IsCA, ca.BasicConstraintsValid, ca.KeyUsage = true, true, x509.KeyUsageCertSign
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	if err := sign(filepath.Join(dir, "ca.pem"), ca, ca, caKey, caKey); err != nil {
		return err
	}
	for i, name := range names {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return err
		}
		leaf := template(int64(i)+2, name)
		leaf.DNSNames = []string{name}
		if err := sign(filepath.Join(dir, name+".crt"), leaf, ca, key, caKey); err != nil {
			return err
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return err
		}
		if err := write(filepath.Join(dir, name+".key"), "PRIVATE KEY", der); err != nil {
			return err
		}
	}
	return nil
}

func template(serial int64, name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
}

func sign(path string, of, by *x509.Certificate, key, byKey *ecdsa.PrivateKey) error {
	der, err := x509.CreateCertificate(rand.Reader, of, by, &key.PublicKey, byKey)
	if err != nil {
		return err
	}
	return write(path, "CERTIFICATE", der)
}

func write(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

// serveTLS has one port for several names, says which name it was called by, and goes on
// until nobody holds its standard input any more.
func serveTLS(args []string) error {
	dir, names := args[0], args[1:]
	if err := certify(dir, names); err != nil {
		return err
	}
	config := &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		certificate, err := tls.LoadX509KeyPair(
			filepath.Join(dir, hello.ServerName+".crt"), filepath.Join(dir, hello.ServerName+".key"))
		return &certificate, err
	}}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go greet(c.(*tls.Conn))
		}
	}()
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func greet(c *tls.Conn) {
	defer c.Close()
	if c.Handshake() == nil {
		io.WriteString(c, c.ConnectionState().ServerName)
	}
}

// callTLS calls NAME:PORT>AUTHORITY and believes only a certificate for that name.
func callTLS(argument string) (string, error) {
	address, authority, _ := strings.Cut(argument, ">")
	roots, err := os.ReadFile(authority)
	if err != nil {
		return "", err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(roots)
	c, err := tls.Dial("tcp", address, &tls.Config{RootCAs: pool})
	if err != nil {
		return "", err
	}
	defer c.Close()
	greeting, err := io.ReadAll(c)
	return string(greeting), err
}

// brokers asks one broker for all of them, as a client begins, and then asks each of
// those by the name that it is advertised under.
func brokers(bootstrap string) (string, error) {
	answer, err := metadata(bootstrap)
	if err != nil {
		return "", err
	}
	// Correlation, throttle time, then an array of node, host, port and rack.
	at := 8
	count := int(binary.BigEndian.Uint32(answer[at:]))
	at += 4
	var names []string
	for i := 0; i < count; i++ {
		length := int(binary.BigEndian.Uint16(answer[at+4:]))
		host := string(answer[at+6 : at+6+length])
		at += 6 + length
		names = append(names, fmt.Sprintf("%s:%d", host, binary.BigEndian.Uint32(answer[at:])))
		at += 4
		if rack := int16(binary.BigEndian.Uint16(answer[at:])); rack > 0 {
			at += int(rack)
		}
		at += 2
	}
	for _, name := range names {
		if _, err := metadata(name); err != nil {
			return "", err
		}
	}
	return strings.Join(names, " "), nil
}

// metadata is one request of version 4 for the brokers and no topic, and its answer.
func metadata(broker string) ([]byte, error) {
	c, err := net.DialTimeout("tcp", broker, 5*time.Second)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	request := []byte{0, 3, 0, 4, 0, 0, 0, 1, 0xff, 0xff, 0, 0, 0, 0, 0}
	if _, err := c.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(request))), request...)); err != nil {
		return nil, err
	}
	var size [4]byte
	if _, err := io.ReadFull(c, size[:]); err != nil {
		return nil, err
	}
	answer := make([]byte, binary.BigEndian.Uint32(size[:]))
	if _, err := io.ReadFull(c, answer); err != nil {
		return nil, err
	}
	if len(answer) < 12 {
		return nil, errors.New("a short answer")
	}
	return answer, nil
}
