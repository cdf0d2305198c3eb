#!/bin/sh
# Adds to the file .env of this folder the secrets of the stack that it does not have yet, each made at random.
set -eu
umask 077
touch .env
random() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
for name in ELASTIC_PASSWORD KIBANA_SYSTEM_PASSWORD KIBANA_ENCRYPTION_KEY POSTGRES_PASSWORD REDIS_PASSWORD \
    AIRFLOW_ADMIN_PASSWORD AIRFLOW_SECRET_KEY AIRFLOW_JWT_SECRET; do
    grep -q "^$name=" .env || echo "$name=$(random)" >> .env
done
# A Fernet key is 32 bytes in base64, as URLs have it.
grep -q '^AIRFLOW_FERNET_KEY=' .env || echo "AIRFLOW_FERNET_KEY=$(head -c 32 /dev/urandom | base64 | tr '+/' '-_')" >> .env
echo "The secrets are in .env. Airflow's user is admin, Elasticsearch's and Kibana's is elastic."
