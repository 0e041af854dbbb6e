#!/bin/sh
# The database's password comes as a file and goes to libpq, so that it stands in no description of the container.
# Processes that serve pages share what they count in a folder, which the image cannot hold.
set -eu
if [ -n "${DATABASE_PASSWORD_FILE:-}" ]; then
    [ -r "$DATABASE_PASSWORD_FILE" ] || { echo "$DATABASE_PASSWORD_FILE cannot be read by user $(id -u)." >&2; exit 2; }
    PGPASSWORD=$(cat "$DATABASE_PASSWORD_FILE")
    export PGPASSWORD
fi
[ -z "${PROMETHEUS_MULTIPROC_DIR:-}" ] || mkdir -p "$PROMETHEUS_MULTIPROC_DIR"
exec "$@"
