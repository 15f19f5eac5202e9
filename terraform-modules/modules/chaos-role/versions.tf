terraform {
  required_version = ">= 1.11.0"

  required_providers {
    postgresql = {
      source  = "cyrilgdn/postgresql"
      version = "1.7.1"
    }
  }
}

# Where the server is and who we are there comes from PGHOST, PGPORT, PGUSER, PGPASSWORD and PGSSLMODE, which the
# platform binds to the run.
provider "postgresql" {
  # No reading of pg_shadow, so that an account that may only create roles and databases is enough.
  superuser       = false
  connect_timeout = 15
}
