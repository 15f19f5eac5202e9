package main

const (
	userfaultfd = 323
	bpf         = 321
	setns       = 308
)
