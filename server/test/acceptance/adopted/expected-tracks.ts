import type { Database } from "../../../src/database/database";
import { handWrittenViews, trackEmbeddings } from "./hand-written-sql";

/** The ttl of the shipped definitions, in seconds. */
const ttlSeconds: Readonly<Record<string, number>> = {
  analyzer_consensus: 365 * 86_400,
  lyric_complexity: 730 * 86_400,
  lyric_emotion: 365 * 86_400,
  lyric_sentiment: 365 * 86_400,
};

export type ViewStatus = "complete" | "missing" | "expired" | "unknown_entity";
export type Values = Readonly<Record<string, unknown>>;

/** The expected result of reading a track. */
export interface ExpectedTrack {
  readonly id: number;
  /** By view, then by feature. */
  readonly features: Readonly<Record<string, Values>>;
  readonly views: Readonly<Record<string, ViewStatus>>;
}

export interface ExpectedTracks {
  /** In the order of the ids. */
  readonly tracks: readonly ExpectedTrack[];
  readonly embeddings: readonly ExpectedTrack[];
}

interface Moment {
  /** UTC without zone. */
  readonly asOf: string;
  /** The time of the read, microseconds since 1970 UTC. */
  readonly readAt: number;
}

/** Runs the hand-written SQL and returns the features to be served at a moment. */
export async function expectedTracks(database: Database, ids: readonly number[], at: Moment): Promise<ExpectedTracks> {
  return {
    tracks: await expected(database, handWrittenViews, ids, at),
    embeddings: await expected(database, { track_embeddings: trackEmbeddings }, ids, at),
  };
}

async function expected(
  database: Database,
  views: Readonly<Record<string, string>>,
  ids: readonly number[],
  { asOf, readAt }: Moment,
): Promise<ExpectedTrack[]> {
  const tracks = ids.map((id) => ({
    id,
    features: {} as Record<string, Values>,
    views: {} as Record<string, ViewStatus>,
  }));
  for (const [view, text] of Object.entries(views)) {
    const found = await database.query<{ id: number; event_time: string | null; features: string }>({
      text,
      parameters: [`{${ids.join(",")}}`, asOf],
    });
    const rows = new Map(found.map((row) => [row.id, row]));
    const names = await namesOf(database, text);
    const nulls = Object.fromEntries(names.map((name) => [name, null]));
    for (const track of tracks) {
      const row = rows.get(track.id);
      const ttl = ttlSeconds[view];
      const time = row?.event_time ?? null;
      const isExpired = time !== null && ttl !== undefined && readAt - Number(time) > ttl * 1e6;
      track.features[view] = row === undefined || isExpired ? nulls : (JSON.parse(row.features) as Values);
      track.views[view] =
        row === undefined ? "unknown_entity" : isExpired ? "expired" : time === null ? "missing" : "complete";
    }
  }
  return tracks;
}

/** Reads the names of the view's features from any row. */
async function namesOf(database: Database, text: string): Promise<readonly string[]> {
  const [row] = await database.query<{ features: string }>({
    text,
    parameters: ["{1}", "2100-01-01T00:00:00"],
  });
  return Object.keys(JSON.parse(row?.features ?? "{}") as Values);
}

/** The status of all views if they agree, else `partial`. */
export function rowStatusOf({ views }: ExpectedTrack): string {
  const statuses = new Set(Object.values(views));
  return statuses.size === 1 ? ([...statuses][0] ?? "") : "partial";
}
