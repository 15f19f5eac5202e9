module leasehold.io/door

go 1.24
