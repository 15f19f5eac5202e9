package main

const (
	userfaultfd = 282
	setns       = 268
)
