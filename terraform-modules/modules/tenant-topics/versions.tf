terraform {
  required_version = ">= 1.11.0"

  required_providers {
    kafka = {
      source  = "mongey/kafka"
      version = "0.13.1"
    }
  }
}

# Credentials, where the broker wants any, come from KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD and their like, which the
# platform binds to the run.
provider "kafka" {
  bootstrap_servers = var.platform_kafka_bootstrap_servers
  tls_enabled       = var.platform_kafka_tls_enabled
  timeout           = 60
}
