module leasehold.io/attacker

go 1.24
