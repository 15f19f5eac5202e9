package main

const (
	userfaultfd = 323
	setns       = 308
)
