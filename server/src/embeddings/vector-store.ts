import type { CallOptions, Database } from "../database/index";
import { asStoreError, KEY_SEPARATOR } from "../serving/index";
import type { VectorCandidates, VectorHits, VectorSearch } from "./vector-search";
import { areTooMany, type CandidatesSql, candidatesSql, vectorSearchSql } from "./vector-search-sql";

/** The state of an embedding's vector table. */
export interface VectorTable {
  readonly feature: string;
  /** Its newest generation. */
  readonly generation: number | null;
  readonly rows: number;
  /** Null without an index; every search is then exact. */
  readonly index: {
    readonly kind: "hnsw";
    readonly m: number;
    readonly ef_construction: number;
    readonly ef_search: number;
  } | null;
  /** Recall of the `at` nearest against exact search, for a sample of the vectors. */
  readonly recall: { readonly at: number; readonly sample: number; readonly recall: number } | null;
}

/** Searches the vectors of one generation. Failures are `OnlineStoreError`s. */
export interface VectorStore {
  search(search: VectorSearch): Promise<VectorHits>;
  /** Finds the keys that match the search's filter; null if that depends on the vectors. */
  candidates(search: VectorSearch): Promise<VectorCandidates> | null;
  /** Lists the vector tables of a view version, by feature. */
  tables(view: string, version: number, options?: CallOptions): Promise<readonly VectorTable[]>;
}

const SEARCH = `
select method, key, distance from featstore.search_vectors($1::text, $2::text::integer, $3::text, $4::text::integer,
  $5::text::jsonb, array(select jsonb_array_elements_text($6::text::jsonb)), $7::text::integer)`;

const TABLES = `
select feature, generations[cardinality(generations)] as generation, rows::text as rows, index::text as index, recall::text as recall
from featstore.vector_tables where view = $1::text and version = $2::text::integer order by feature`;

const SHORT_MS = 15_000;

interface TableRow {
  readonly feature: string;
  readonly generation: number | null;
  readonly rows: string;
  readonly index: string | null;
  readonly recall: string | null;
}

interface CandidatesRow {
  readonly count: number;
  /** Null if there are none. */
  readonly [name: `key_${number}` | `oldest_${number}`]: string | null;
}

/** Searches with pgvector through the SQL function `search_vectors`. */
export function createVectorStore(database: Database): VectorStore {
  const readCandidates = async (
    { registered, deadlineMs }: VectorSearch,
    { text, parameters, expiring }: CandidatesSql,
  ): Promise<VectorCandidates> => {
    const [row = { count: 0 }] = await asStoreError(
      database.query<CandidatesRow>({ text, parameters }, { deadlineMs, isRepeatable: true }),
    );
    const freshness = expiring.map(({ view, from }) => {
      const oldest = row[`oldest_${view}`] ?? null;
      return { view, from, to: oldest === null ? null : BigInt(oldest) };
    });
    const keys = registered.view.entity.key.map((_, index) => row[`key_${index}`] ?? "{}");
    return { count: row.count, keys: areTooMany(row.count) ? null : keys, freshness };
  };
  return {
    async search(search) {
      const { view } = search.registered;
      const { texts, parameters } = vectorSearchSql(search);
      const rows = await asStoreError(
        database.query<{ method: "hnsw" | "exact"; key: string; distance: number }>(
          {
            text: SEARCH,
            parameters: [
              ...[view.name, String(view.version), search.feature, String(search.generation)],
              ...[JSON.stringify(texts), JSON.stringify(parameters), String(search.k)],
            ],
          },
          { deadlineMs: search.deadlineMs, isRepeatable: true },
        ),
      );
      return {
        method: rows[0]?.method ?? "exact",
        hits: rows.map(({ key, distance }) => ({
          key: (JSON.parse(key) as readonly string[]).join(KEY_SEPARATOR), // an array of texts from the statement
          distance,
        })),
      };
    },
    candidates(search) {
      const sql = candidatesSql(search);
      return sql === undefined ? null : readCandidates(search, sql);
    },
    async tables(view, version, options) {
      const rows = await database.query<TableRow>(
        { text: TABLES, parameters: [view, String(version)] },
        { deadlineMs: SHORT_MS, ...options },
      );
      return rows.map(({ feature, generation, rows: count, index, recall }) => ({
        feature,
        generation,
        rows: Number(count),
        // Written by the migration's functions.
        index: index === null ? null : (JSON.parse(index) as VectorTable["index"]),
        recall: recall === null ? null : (JSON.parse(recall) as VectorTable["recall"]),
      }));
    },
  };
}
