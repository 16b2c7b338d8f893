#!/bin/sh
# Images under the names that generated projects use, where no image registry can be reached: the programs are those of Debian and of
# the Node.js wheel, so versions differ from the names, and an entrypoint of postgres that knows what compose.yaml asks of it.
#
#   bases.sh ROOT NODE: ROOT is a folder that debootstrap made with
#   --include=ca-certificates,python3,python3-venv,python3-pip,libatomic1,postgresql-15,wget; NODE holds bin/node and lib/node_modules/npm.
set -eu
root=$1 node=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

image() { # name, folder, and what its Dockerfile says
  printf '%s\n' "FROM scratch" "COPY . /" "$3" >"$work/Dockerfile"
  buildah bud --isolation chroot --format docker --quiet --tag "$1" --file "$work/Dockerfile" "$2"
}
layer() { # name, base, folder, and what its Dockerfile says
  printf '%s\n' "FROM $2" "COPY . /" "$4" >"$work/Dockerfile"
  buildah bud --isolation chroot --format docker --quiet --pull=never --tag "$1" --file "$work/Dockerfile" "$3"
}
named() { grep -rhoE "docker.io/[a-z/]*$1:[a-z0-9.-]+" "$here/../../src/backwright/lowering" "$here/../../src/backwright/targets" | sort -u; }

# Certificates of this machine, so that packages can be installed the way that they are outside.
mkdir -p "$work/tls/etc/ssl/certs"
cp -L /etc/ssl/certs/ca-certificates.crt "$work/tls/etc/ssl/certs/ca-certificates.crt"
image localhost/bare:1 "$root" ""
tls="ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt PIP_CERT=/etc/ssl/certs/ca-certificates.crt SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"
layer localhost/debian:1 localhost/bare:1 "$work/tls" "$tls
RUN rm -f /usr/lib/python3*/EXTERNALLY-MANAGED && ln -sf /usr/bin/python3 /usr/local/bin/python"

mkdir -p "$work/node/usr/local"
cp -r "$node/bin" "$node/lib" "$work/node/usr/local/"
layer "$(named node)" localhost/debian:1 "$work/node" \
  "RUN ln -sf ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && chmod +x /usr/local/lib/node_modules/npm/bin/npm-cli.js"

mkdir -p "$work/none"
layer "$(named python)" localhost/debian:1 "$work/none" ""

mkdir -p "$work/postgres/usr/local/bin"
cp "$here/postgres-entrypoint.sh" "$work/postgres/usr/local/bin/docker-entrypoint.sh"
layer "$(named postgres)" localhost/debian:1 "$work/postgres" "RUN chmod 755 /usr/local/bin/docker-entrypoint.sh && groupmod -o -g 999 postgres && usermod -o -u 999 -g 999 postgres && install -d -o 999 -g 999 -m 1777 /var/lib/postgresql /var/run/postgresql
ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin:/bin PGDATA=/var/lib/postgresql/data POSTGRES_USER=postgres
ENTRYPOINT [\"docker-entrypoint.sh\"]
CMD [\"postgres\"]"

mkdir -p "$work/prometheus/usr/local/bin" "$work/prometheus/etc/prometheus"
cp "$(command -v prometheus)" "$(command -v promtool)" "$work/prometheus/usr/local/bin/"
layer "$(named prometheus)" localhost/debian:1 "$work/prometheus" "RUN install -d -o 65534 -g 65534 /prometheus
ENTRYPOINT [\"prometheus\"]
CMD [\"--config.file=/etc/prometheus/prometheus.yml\", \"--storage.tsdb.path=/prometheus\"]"
