package main

const (
	userfaultfd = 282
	bpf         = 280
	setns       = 268
)
