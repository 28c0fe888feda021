import { instantText, MAX_KEY_BYTES } from "@featstore/definitions/compiler";
import { type CallOptions, type Database, ownQuery } from "../database/index";
import { withRefusals } from "../registry/index";
import type { BackfillRun, BackfillStore, ChunkProgress, GivenUpReason } from "./backfill-store";
import type { FilledTable, Run } from "./offline-store";

const SHORT_MS = 30_000;
const HOUR_MS = 3_600_000;

/** The result of `featstore.begin_backfill`. */
interface Begun {
  readonly runId: string;
  readonly token: string;
  readonly generation: number;
  readonly table: string;
  readonly asOf: string;
  readonly chunks?: number;
  readonly done?: number;
  readonly dropped?: string;
  readonly why?: GivenUpReason;
}

/** Runs backfills with the functions of `migrations/0012_backfill.sql`. */
export function createPostgresBackfillStore(database: Database): BackfillStore {
  async function call<Result>(
    text: string,
    parameters: readonly (string | null)[],
    options: CallOptions | undefined,
    deadlineMs = HOUR_MS,
  ): Promise<Result> {
    const statement = { text: `select (${text})::text as result`, parameters };
    const [row] = await withRefusals(ownQuery<{ result: string }>(database, statement, { deadlineMs, ...options }));
    if (!row) throw new Error(`No result of ${text}`);
    return JSON.parse(row.result) as Result; // the function's documented result
  }

  const held = (run: Run): readonly string[] => [run.runId, run.token];

  return {
    async beginRun({ view, version, holder, asOf, deadToken, plan, isRestart }, options): Promise<BackfillRun> {
      const at = asOf === null ? null : instantText(asOf);
      const request = { view, version, holder, asOf: at, deadToken, plan, isRestart };
      const text = "featstore.begin_backfill($1::text::jsonb)";
      const result = await call<Begun>(text, [JSON.stringify(request)], options, SHORT_MS);
      const { runId, token, generation, table, chunks, done, dropped, why } = result;
      return {
        ...{ runId, token, view, version, generation, table, asOf: BigInt(result.asOf) },
        resumed: chunks === undefined || done === undefined ? null : { done, chunks },
        givenUp: dropped === undefined || why === undefined ? null : { runId: dropped, why },
      };
    },

    beginChunks(run, plan, options) {
      const text = "featstore.begin_chunks($1::text::bigint, $2::text::bigint, $3::text::jsonb)";
      return call<number>(text, [...held(run), JSON.stringify(plan)], options);
    },

    fillChunk(run, options) {
      return call<ChunkProgress>("featstore.fill_chunk($1::text::bigint, $2::text::bigint)", held(run), options);
    },

    endChunks(run, options) {
      const text = "featstore.end_chunks($1::text::bigint, $2::text::bigint, $3::text::integer)";
      return call<FilledTable>(text, [...held(run), String(MAX_KEY_BYTES)], options);
    },
  };
}
