package main

import "testing"

func TestAVariableIsFoundByItsBeginningOnly(t *testing.T) {
	environment := []byte("HOME=/home/run\x00MY_SECRET_NAME=1\x00X=SECRET_NAME=\x00")
	for beginning, expected := range map[string]bool{
		"HOME=": true, "MY_SECRET_NAME=": true, "SECRET_NAME=": false, "OME=": false, "MISSING=": false,
	} {
		if holds(environment, beginning) != expected {
			t.Errorf("%s: not %v", beginning, expected)
		}
	}
}
