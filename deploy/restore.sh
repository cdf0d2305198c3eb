#!/bin/sh
# On a new machine, in a checkout of Rasid that has no .env yet: makes the stack of what deploy/back-up.sh wrote, and
# starts it. deploy/restore.sh FOLDER [SNAPSHOT]; by default the newest snapshot, with "none" the index stays empty.
set -eu
umask 077
from=$1 snapshot=${2:-last}
[ ! -e .env ] || { echo "here is a stack already, as there is a file .env: use a new checkout" >&2; exit 1; }
for file in .env config airflow.sql data.tar snapshots.tar; do
    [ -e "$from/$file" ] || { echo "$from has no $file: it is no whole back-up" >&2; exit 1; }
done
for file in .env rasid.env channels.env; do
    [ ! -e "$from/$file" ] || cp "$from/$file" .
done
rm -rf config
cp -R "$from/config" .
chmod -R go+rX config # the containers' users read it
docker compose up --detach --wait postgres elasticsearch
docker compose exec -T postgres psql -U airflow -d airflow --quiet --set ON_ERROR_STOP=1 < "$from/airflow.sql" > /dev/null
docker compose run --rm -T --no-deps airflow-worker tar -C /data -xf - < "$from/data.tar"
docker compose exec -T elasticsearch tar -C /usr/share/elasticsearch/snapshots -xf - < "$from/snapshots.tar"
[ "$snapshot" = none ] || docker compose run --rm setup rasid setup --keys /keys --restore "$snapshot"
exec make up
