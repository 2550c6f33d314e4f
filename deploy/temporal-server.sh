#!/bin/sh
# The server takes its database password from the environment only; here it comes from a file.
set -eu

POSTGRES_PWD=$(cat "${SECRETS_DIR:-/run/secrets}/temporal-database-password")
export POSTGRES_PWD
exec "${TEMPORAL_ENTRYPOINT:-/etc/temporal/entrypoint.sh}"
