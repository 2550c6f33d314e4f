#!/bin/sh
# Makes the roles of Gonets and Temporal and the database of Gonets, or gives the roles their present passwords.
# Safe to repeat; runs at every start, so a changed password takes effect by `docker compose up`.
set -eu

secrets=${SECRETS_DIR:-/run/secrets}
PGPASSWORD=$(cat "$secrets/postgres-password")
url=$(cat "$secrets/database-url")
credentials=${url#*://}
credentials=${credentials%%@*}
path=${url##*/}

GONETS_ROLE=${credentials%%:*}
GONETS_PASSWORD=${credentials#*:}
GONETS_DATABASE=${path%%\?*}
TEMPORAL_PASSWORD=$(cat "$secrets/temporal-database-password")
export PGPASSWORD GONETS_ROLE GONETS_PASSWORD GONETS_DATABASE TEMPORAL_PASSWORD

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname postgres <<'SQL'
\getenv role GONETS_ROLE
\getenv password GONETS_PASSWORD
\getenv database GONETS_DATABASE
\getenv temporal_password TEMPORAL_PASSWORD

SELECT format('CREATE ROLE %I LOGIN', name) FROM (VALUES (:'role'), ('temporal')) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE :"role" PASSWORD :'password';
-- Its schema tool makes the two databases of Temporal.
ALTER ROLE temporal CREATEDB PASSWORD :'temporal_password';

SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'role')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
-- Temporal keeps nothing readable and need not even connect to where the results are.
REVOKE CONNECT, TEMPORARY ON DATABASE :"database" FROM PUBLIC;
SQL
echo "roles $GONETS_ROLE and temporal, database $GONETS_DATABASE: ready"
