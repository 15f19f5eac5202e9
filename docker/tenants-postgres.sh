#!/bin/bash
# Run once by the Postgres image: the role that makes databases and roles for tenants. It is no superuser.
set -eu
psql -v ON_ERROR_STOP=1 -v "password=$(cat /secrets/provisioner.password)" --username "$POSTGRES_USER" <<'SQL'
CREATE ROLE provisioner LOGIN CREATEROLE CREATEDB PASSWORD :'password';
SQL
