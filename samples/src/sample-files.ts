import { join } from "node:path";

/** A partition column of files: the part of the event time, in UTC, that names of folders hold. */
interface SamplePartition {
  readonly name: string;
  readonly type: "int32";
  readonly holds: "year" | "month";
}

interface SampleFiles {
  /** Below the folder of the files. */
  readonly path: string;
  readonly partitions?: readonly SamplePartition[];
}

/** The Parquet files of the State of the Union sample, by the tables that they stand for. */
export const speechFiles: Readonly<Record<"speeches" | "analyses", SampleFiles>> = {
  speeches: { path: "speeches.parquet" },
  analyses: {
    path: "analyses/**/*.parquet",
    partitions: [
      { name: "year", type: "int32", holds: "year" },
      { name: "month", type: "int32", holds: "month" },
    ],
  },
};

export interface WriteSampleFilesOptions {
  /** The folder with the sample's data, as in `LoadSampleOptions`. */
  readonly from: string;
  /** An empty folder. */
  readonly to: string;
  /** Microseconds since 1970 UTC; times are shifted as `loadSample` does. */
  readonly until: bigint;
}

const HOUR = 3_600_000_000n;

/**
 * Returns statements of DuckDB that write the sample to `speechFiles`, with the columns of the tables. All times are UTC,
 * without a zone.
 *
 * @example for (const text of sampleFileStatements({ from: "samples/state-of-the-union/data", to: "/tmp/lake", until })) …
 */
export function sampleFileStatements({ from, to, until }: WriteSampleFilesOptions): readonly string[] {
  const speech =
    "id: 'integer', title: 'varchar', speaker: 'varchar', party: 'varchar', year: 'integer', body: 'varchar', url: 'varchar', added_at: 'timestamp'";
  const analysis =
    "id: 'integer', speech_id: 'integer', analyzer: 'varchar', model_version: 'varchar', sentiment: 'varchar', confidence: 'double', themes: 'varchar', grade_level: 'double', details: 'json', analyzed_at: 'timestamp'";
  const read = (name: string, columns: string) =>
    `read_json(${quote(join(from, `${name}.ndjson.gz`))}, format = 'newline_delimited', columns = {${columns}})`;
  return [
    `create temp table analyses as select * from ${read("analyses", analysis)}`,
    `create temp table shift as
select to_microseconds(${until - HOUR} - epoch_us(max(analyzed_at))) as moved from analyses`,
    `copy (
  select s.* replace (added_at + moved as added_at), e.body_embedding
  from shift, ${read("speeches", speech)} s
  left join ${read("speech_embeddings", "id: 'integer', body_embedding: 'float[]'")} e using (id)
  order by id
) to ${quote(join(to, speechFiles.speeches.path))} (format parquet)`,
    `copy (
  select a.* replace (analyzed_at + moved as analyzed_at), year(analyzed_at + moved) as year, month(analyzed_at + moved) as month
  from shift, analyses a
  order by id
) to ${quote(join(to, "analyses"))} (format parquet, partition_by (year, month))`,
  ];
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
