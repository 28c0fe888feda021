import type { Profile } from "@featstore/definitions";
import type { CallOptions, Database } from "../database/database";
import type { GenerationName } from "./offline-store";
import type { FailedView, ProfiledGeneration, QualityStore } from "./quality-store";

const SHORT_MS = 15_000;

interface GenerationRow {
  readonly generation: number;
  readonly table: string;
  readonly as_of: string;
  readonly published_at: string | null;
  readonly profile: string | null;
}

const GENERATION = `
select g.generation, g.table_name as table, featstore.epoch_microseconds(g.as_of)::text as as_of,
  featstore.epoch_microseconds(g.published_at)::text as published_at, p.profile::text as profile
from featstore.generations as g
left join featstore.profiles as p on p.view = g.view and p.version = g.version and p.generation = g.generation
where g.view = $1::text and g.version = $2::text::integer`;

/** Profiles and failures in schema `featstore` of a PostgreSQL, as `migrations/0005_quality.sql` keeps them. */
export function createPostgresQualityStore(database: Database): QualityStore {
  const read = async (
    { view, version, generation }: GenerationName,
    condition: string,
    options: CallOptions | undefined,
  ): Promise<ProfiledGeneration | undefined> => {
    const [row] = await database.query<GenerationRow>(
      { text: `${GENERATION} and ${condition}`, parameters: [view, String(version), String(generation)] },
      { deadlineMs: SHORT_MS, ...options },
    );
    return (
      row && {
        view,
        version,
        generation: row.generation,
        table: row.table,
        asOf: BigInt(row.as_of),
        publishedAt: row.published_at === null ? null : BigInt(row.published_at),
        profile: row.profile === null ? null : (JSON.parse(row.profile) as Profile), // what `profileQuery` gave
      }
    );
  };
  return {
    generation: (name, options) =>
      read(name, "g.generation = $3::text::integer and g.state in ('broken', 'published', 'dropped')", options),
    before: (name, options) =>
      read(
        name,
        `g.generation < $3::text::integer and g.published_at is not null and p.profile is not null
          order by g.generation desc limit 1`,
        options,
      ),
    async failedViews(options) {
      const [row] = await database.query<{ failed: string }>(
        { text: "select featstore.failed_views()::text as failed" },
        { deadlineMs: SHORT_MS, ...options },
      );
      return JSON.parse(row?.failed ?? "[]") as readonly FailedView[]; // the function's documented result
    },
  };
}
