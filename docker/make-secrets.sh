#!/bin/sh
# Makes what docker-compose.yml keeps secret, once: passwords, tokens, the sealing key. Each consumer has a volume of its
# own below /secrets and sees no other. A second start finds everything there and changes nothing.
set -eu
umask 077

service_user=10001
postgres_user=999

# random FILE: a new secret, or the one that is there.
random() {
    if [ ! -s "$1" ]; then
        head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n' >"$1.new"
        mv "$1.new" "$1"
    fi
}

# copy FILE TO: the same secret for a second holder.
copy() { cat "$1" >"$2"; }

# grant NAME TOKEN-FILE ROLE...: lines of the state service's tokens file.
grant() {
    name=$1
    digest=$(sha256sum <"$2" | cut -d' ' -f1)
    shift 2
    for role in "$@"; do echo "$role $name $digest"; done
}

cd /secrets
random platform-postgres/password
random tenants-postgres/password
random tenants-postgres/provisioner.password
random operator/token
random intake/token
random runner/token
copy tenants-postgres/provisioner.password runner/tenants-postgres.password

if [ ! -s state-service/sealing.key ]; then
    head -c 32 /dev/urandom | base64 >state-service/sealing.key.new
    mv state-service/sealing.key.new state-service/sealing.key
fi
{
    grant operator operator/token operator viewer
    grant intake intake/token intake publisher
    grant runner runner/token worker
} >state-service/access.tokens
echo "leasehold.database.password=$(cat platform-postgres/password)" >state-service/application.properties

# environment URL KAFKA: what the operators' commands read, as seen from one place.
environment() {
    printf 'LEASEHOLD_URL=%s\nLEASEHOLD_KAFKA=%s\nLEASEHOLD_TOKEN=%s\n' "$1" "$2" "$(cat operator/token)"
}
environment http://127.0.0.1:8080 127.0.0.1:29092 >operator/leasehold.env
environment http://state-service:8080 kafka:9092 >operator/inside.env

chown -R "$service_user:$service_user" state-service intake runner operator
chown -R "$postgres_user:$postgres_user" platform-postgres tenants-postgres
