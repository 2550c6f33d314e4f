#!/bin/sh
# Makes the databases of Temporal and brings their schema to the version of the tools. Safe to repeat.
# SQL_PLUGIN, SQL_HOST, SQL_PORT and SQL_USER come from the environment.
set -eu

SQL_PASSWORD=$(cat "${SECRETS_DIR:-/run/secrets}/temporal-database-password")
export SQL_PASSWORD

bring_up() {
  temporal-sql-tool --db "$1" create
  temporal-sql-tool --db "$1" setup-schema --version 0.0
  temporal-sql-tool --db "$1" update-schema --schema-name "postgresql/v12/$2"
}
bring_up temporal temporal
bring_up temporal_visibility visibility
