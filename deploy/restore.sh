#!/bin/sh
# On a new machine, in a checkout of Rasid that has no .env yet: makes the stack of what deploy/back-up.sh wrote, and
# starts it. deploy/restore.sh FOLDER [SNAPSHOT]; by default the newest snapshot, with "none" the index stays empty.
set -eu
umask 077
from=${1%/} snapshot=${2:-last}
[ ! -e .env ] || { echo "here is a stack already, as there is a file .env: use a new checkout" >&2; exit 1; }
# All is read before anything is touched.
not_whole() { echo "$from $1: it is no whole back-up; nothing was touched, take another one" >&2; exit 1; }
case $from in *.partial) not_whole "was not written to its end" ;; esac
for file in .env config airflow.sql data.tar snapshots.tar; do
    [ -e "$from/$file" ] || not_whole "has no $file"
done
for file in data.tar snapshots.tar; do
    # An archive ends with zeros; of one that ends before, tar itself does not always say so.
    [ -s "$from/$file" ] && [ -z "$(tail -c 1024 "$from/$file" | tr -d '\0')" ] && tar -tf "$from/$file" > /dev/null ||
        not_whole "has a damaged $file"
done
tail -n 20 "$from/airflow.sql" | grep -q "PostgreSQL database dump complete" || not_whole "has half an airflow.sql"
trap 'echo "not restored. To try again: docker compose down --volumes, rm .env, then this command once more" >&2' EXIT
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
trap - EXIT
exec make up
