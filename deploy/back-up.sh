#!/bin/sh
# Writes all of the running stack that cannot be made again into a new folder, which its owner alone can read:
# deploy/back-up.sh [FOLDER]. It may run while the daily job does. deploy/restore.sh makes a stack of it again.
# Until it is whole, the folder is FOLDER.partial; what breaks off leaves none, and a kill one that the next try removes.
set -eu
umask 077
to=${1:-backups/$(date -u +%Y-%m-%dT%H%M%SZ)}
[ ! -e "$to" ] || { echo "$to is there already: name a new folder" >&2; exit 1; }
part=$to.partial
trap '[ ! -e "$part" ] || { rm -rf "$part"; echo "no back-up was made: mend what is said above, and run this again" >&2; }' EXIT
trap 'exit 1' HUP INT TERM
rm -rf "$part"
mkdir -p "$part"
# What a run writes meanwhile is whole up to then, as after a kill; tar says 1 of files that grow.
archive() { # SERVICE FOLDER FILE …
    service=$1 folder=$2 file=$3
    shift 3
    docker compose exec -T "$service" sh -c 'tar "$@" || [ $? = 1 ]' tar -C "$folder" "$@" -cf - . > "$part/$file"
}
cp -R config "$part/"
for file in .env rasid.env channels.env; do
    [ ! -e "$file" ] || cp "$file" "$part/"
done
docker compose exec -T postgres pg_dump -U airflow --clean --if-exists airflow > "$part/airflow.sql"
archive elasticsearch /usr/share/elasticsearch/snapshots snapshots.tar
archive airflow-worker /data data.tar --exclude=./cache --exclude=./elasticsearch
mv "$part" "$to"
echo "$to"
