import {
  avg,
  count,
  countDistinct,
  days,
  entity,
  featureView,
  float64,
  int32,
  int64,
  latest,
  source,
  string,
  sum,
} from "../../../feature-definitions/src/index";

const listener = entity({ name: "benchmark_listener", key: { listener_id: int64() } });

const plays = {
  key: { listener_id: int64() },
  eventTime: "played_at",
  tieBreak: "play_id",
  history: "events",
  columns: {
    seconds: int32().nullable(),
    amount: float64().nullable(),
    country: string().nullable(),
  },
} as const;

const ofFiles = source({ ...plays, name: "benchmark_plays_in_files", engine: "lake", path: "plays/*.parquet" });
const onCluster = source({
  ...plays,
  name: "benchmark_plays_on_cluster",
  engine: "cluster",
  path: "s3://lake/plays/*.parquet",
});
const ofTable = source({ ...plays, name: "benchmark_plays_in_table", table: "benchmark_plays" });

const view = { version: 1, entity: listener } as const;

function features(row: Parameters<Parameters<typeof ofFiles.where>[0]>[0]) {
  return {
    plays_7d: count().over(days(7)),
    plays_30d: count().over(days(30)),
    plays_90d: count().over(days(90)),
    plays_total: count(),
    seconds_7d: sum(row.seconds).over(days(7)),
    seconds_30d: sum(row.seconds).over(days(30)),
    seconds_90d: sum(row.seconds).over(days(90)),
    seconds_total: sum(row.seconds),
    amount_7d: avg(row.amount).over(days(7)),
    amount_30d: avg(row.amount).over(days(30)),
    amount_90d: avg(row.amount).over(days(90)),
    amount_total: avg(row.amount),
    last_country: latest(row.country),
    last_amount: latest(row.amount),
    countries_30d: countDistinct(row.country).over(days(30)),
    countries_90d: countDistinct(row.country).over(days(90)),
    countries_total: countDistinct(row.country),
  };
}

/** The view over Parquet files, which DuckDB computes. */
export const listeningInFiles = featureView({ ...view, name: "benchmark_listening_in_files", from: ofFiles, features });

/** The same view over a table with the same rows, which PostgreSQL computes. */
export const listeningInTable = featureView({ ...view, name: "benchmark_listening_in_table", from: ofTable, features });

/** The same view over the same files in a bucket, which Spark computes. */
export const listeningOnCluster = featureView({
  ...view,
  name: "benchmark_listening_on_cluster",
  from: onCluster,
  features,
});
