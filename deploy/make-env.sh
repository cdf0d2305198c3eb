#!/bin/sh
# Makes the file .env of this folder private, and adds to it the secrets of the stack that it does not have yet, or has
# without a value, each made at random.
set -eu
umask 077
touch .env
chmod 600 .env
random() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
fernet() { head -c 32 /dev/urandom | base64 | tr '+/' '-_'; } # 32 bytes in base64, as URLs have it
# What stands there of a name is a value if it is more than blanks, quotes and a comment.
has() { grep -Eq "^[[:space:]]*(export[[:space:]]+)?$1[[:space:]]*=[[:space:]]*(\"[^\"]|'[^']|[^[:space:]\"'#])" .env; }
trap 'rm -f .env.new' EXIT
add() {
    has "$1" && return
    # Empty ones go, so that none that stands later counts; each line ends, also the last.
    awk -v name="$1" '{ line = $0; sub(/^[ \t]*(export[ \t]+)?/, "", line); sub(/[ \t]*=.*/, "", line) }
        line != name { print }' .env > .env.new
    echo "$1=$2" >> .env.new
    mv .env.new .env
}
for name in ELASTIC_PASSWORD KIBANA_SYSTEM_PASSWORD KIBANA_ANALYST_PASSWORD KIBANA_ENCRYPTION_KEY \
    KIBANA_REPORTING_KEY KIBANA_SESSION_KEY POSTGRES_PASSWORD REDIS_PASSWORD AIRFLOW_ADMIN_PASSWORD AIRFLOW_SECRET_KEY AIRFLOW_JWT_SECRET; do
    add "$name" "$(random)"
done
add AIRFLOW_FERNET_KEY "$(fernet)"
echo "The secrets are in .env. Airflow's user is admin, Kibana's for analysts is analyst, Elasticsearch's own is elastic."
