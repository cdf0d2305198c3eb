#!/bin/sh
# Writes into .env the digest of each image that docker-compose.yml names, as the registry has it now: from then on
# exactly these are started. Run it again after each upgrade of Rasid.
set -eu
umask 077
trap 'rm -f .env.new' EXIT
touch .env
elastic=${ELASTIC_VERSION:-$(sed -n 's/^ELASTIC_VERSION=//p' .env)}
# Such as ${POSTGRES_IMAGE:-postgres:17}: the variable, and the image that it stands for; some by Elastic's version.
sed -n 's/.*\${\([A-Z]*_IMAGE\):-\(.*\)}$/\1 \2/p' docker-compose.yml | sort -u |
    sed "s/\${ELASTIC_VERSION:-\(.*\)}/${elastic:-\\1}/" | while read -r name image; do
    digest=$(docker buildx imagetools inspect "$image" --format '{{.Manifest.Digest}}')
    case $digest in sha256:????????????????????????????????????????????????????????????????) ;; *)
        echo "$image: the registry gave no digest but '$digest'" >&2
        exit 1 ;;
    esac
    { grep -v "^$name=" .env || true; echo "$name=$image@$digest"; } > .env.new
    mv .env.new .env
    echo "$image@$digest"
done
