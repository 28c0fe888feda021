# Spark for tests: a standalone cluster of a master and two workers, and the Connect server, whose driver runs in it.
# Sourced by services.sh, which sets $directory, $repository and the addresses of PostgreSQL and S3.
#
# The folder spark-<version> has the package pyspark, which contains Spark, and the jars of spark-jars.xml. pyspark has no start scripts of
# master and workers, so their classes are started as such. `start spark` also restarts what a test has killed.

pyspark_version=4.1.4
spark_master_port=27077
# Those of the workers follow each of these two.
spark_page_port=27087
spark_connect_port=27102
spark_catalog_database=featstore_spark_catalog
spark_bucket=featstore-spark
spark_services="spark-master spark-worker-1 spark-worker-2 spark-connect"
spark_folder="$directory/spark-$pyspark_version"

port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") >/dev/null 2>&1; }
spark_answers() { # name
  case "$1" in
    spark-master) port_answers "$spark_master_port" ;;
    spark-worker-1) port_answers "$((spark_master_port + 1))" ;;
    spark-worker-2) port_answers "$((spark_master_port + 2))" ;;
    spark-connect) port_answers "$spark_connect_port" ;;
  esac
}

install_spark() {
  [ -d "$spark_folder/jars" ] && return
  local missing=()
  command -v java >/dev/null || missing+=(openjdk-17-jre-headless)
  command -v mvn >/dev/null || missing+=(maven)
  if [ "${#missing[@]}" -gt 0 ]; then
    say "installing ${missing[*]}"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$directory/apt.log" 2>&1 9>&- ||
      fail "apt-get could not install ${missing[*]} (log: $directory/apt.log)"
  fi
  say "downloading Spark $pyspark_version and its jars"
  local new="$spark_folder.new"
  rm -rf "$new"
  mkdir -p "$new"
  (cd / && pip3 install --quiet --disable-pip-version-check --no-deps --no-compile --target "$new/python" "pyspark==$pyspark_version" 9>&-) ||
    fail "pip could not install pyspark"
  cp "$repository/scripts/services/spark-jars.xml" "$new/pom.xml"
  # Spark has these packages in its own versions.
  (cd "$new" && mvn -q -B dependency:copy-dependencies -DincludeScope=runtime -DexcludeGroupIds=io.netty,org.slf4j -DoutputDirectory="$new/jars" >"$directory/log/spark-install.log" 2>&1 9>&-) ||
    fail "Maven could not download Spark's jars (log: $directory/log/spark-install.log)"
  rm -rf "$spark_folder"
  mv "$new" "$spark_folder"
}

spark_process() { # name memory class arguments…
  local name="$1" memory="$2"
  shift 2
  local home="$spark_folder/python/pyspark"
  (
    cd "$directory"
    SPARK_HOME="$home" SPARK_LOCAL_IP=127.0.0.1 SPARK_DAEMON_MEMORY="$memory" SPARK_SCALA_VERSION=2.13 \
      setsid "$home/bin/spark-class" "$@" >"$directory/log/$name.log" 2>&1 9>&- </dev/null &
    echo $! >"$directory/run/$name.pid"
  )
}

spark_settings() { # prints the configuration of the Connect server
  cat <<CONF
spark.master spark://127.0.0.1:$spark_master_port
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.executor.memory 1g
spark.executor.cores 1
spark.ui.enabled false
spark.jars.ivy $directory/run/spark-ivy
spark.local.dir $directory/run/spark-local
spark.sql.warehouse.dir $directory/run/spark-warehouse
spark.driver.extraClassPath $spark_folder/jars/*
spark.executor.extraClassPath $spark_folder/jars/*
spark.connect.grpc.binding.address 127.0.0.1
spark.connect.grpc.binding.port $spark_connect_port
spark.task.reaper.enabled true
spark.task.reaper.killTimeout 20s
spark.sql.ansi.enabled true
spark.sql.session.timeZone UTC
spark.sql.shuffle.partitions 2
spark.hadoop.fs.s3a.endpoint http://127.0.0.1:$s3_port
spark.hadoop.fs.s3a.endpoint.region us-east-1
spark.hadoop.fs.s3a.access.key $s3_access
spark.hadoop.fs.s3a.secret.key $s3_secret
spark.hadoop.fs.s3a.path.style.access true
spark.hadoop.fs.s3a.change.detection.mode none
spark.sql.catalog.lake org.apache.iceberg.spark.SparkCatalog
spark.sql.catalog.lake.type jdbc
spark.sql.catalog.lake.uri jdbc:postgresql://127.0.0.1:$postgres16_port/$spark_catalog_database
spark.sql.catalog.lake.jdbc.user postgres
spark.sql.catalog.lake.jdbc.password none
spark.sql.catalog.lake.jdbc.schema-version V1
spark.sql.catalog.lake.warehouse s3a://$spark_bucket/lake
CONF
}

start_spark_service() { # name
  local master="spark://127.0.0.1:$spark_master_port" worker="${1##*-}"
  case "$1" in
    spark-master) spark_process "$1" 256m org.apache.spark.deploy.master.Master --host 127.0.0.1 --port "$spark_master_port" --webui-port "$spark_page_port" ;;
    spark-worker-*) spark_process "$1" 256m org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --port "$((spark_master_port + worker))" \
      --webui-port "$((spark_page_port + worker))" --cores 1 --memory 1g --work-dir "$directory/run/$1" "$master" ;;
    spark-connect)
      mkdir -p "$directory/data/s3/$spark_bucket"
      as_postgres "$bin16/psql" -qX -h 127.0.0.1 -p "$postgres16_port" -d postgres -c "create database $spark_catalog_database" >/dev/null 2>&1 || true
      spark_settings >"$directory/run/spark.conf"
      spark_process "$1" 1g org.apache.spark.deploy.SparkSubmit --driver-memory 1g --properties-file "$directory/run/spark.conf" \
        --class org.apache.spark.sql.connect.service.SparkConnectServer spark-internal
      ;;
  esac
}

start_spark() {
  install_spark
  local name tries
  for name in $spark_services; do
    spark_answers "$name" && continue
    start_spark_service "$name"
    tries=0
    until spark_answers "$name"; do
      tries=$((tries + 1))
      # On a busy machine the Connect server takes minutes.
      [ "$tries" -lt 1500 ] && kill -0 "$(cat "$directory/run/$name.pid")" 2>/dev/null ||
        fail "$name does not answer (log: $directory/log/$name.log)"
      sleep 0.2
    done
    say "$name started"
  done
}

stop_spark() {
  local name
  for name in spark-connect spark-worker-2 spark-worker-1 spark-master; do end_process "$directory/run/$name.pid" java; done
}

spark_environment() {
  spark_answers spark-connect || return 0
  echo "export TEST_SPARK_URL=sc://127.0.0.1:$spark_connect_port"
  echo "export TEST_SPARK_MASTER_URL=http://127.0.0.1:$spark_page_port"
  echo "export TEST_SPARK_FOLDER=$directory"
}

spark_status() { # nothing if Spark was never installed
  [ -d "$spark_folder" ] || return 0
  local name
  for name in $spark_services; do
    if spark_answers "$name"; then echo "$name running"; else echo "$name stopped"; fi
  done
}
