import type { Database } from "../database/index";
import type { RegisteredView } from "./registry";
import { type GenerationRow, generation } from "./registry-rows";

/** SQL of a `GenerationRow` of the generation `g`; null if there is none. */
export const GENERATION = `case when g.generation is not null then json_build_object(
        'generation', g.generation, 'asOf', featstore.epoch_microseconds(g.as_of)::text, 'table', g.table_name,
        'rows', g.rows::text, 'publishedAt', featstore.epoch_microseconds(g.published_at)::text,
        'rowsTable', case when g.base_generation is not null then featstore.rows_table(g.view, g.version, g.base_generation) end,
        'changes', g.changes::text) end`;

const SHORT_MS = 15_000;

/** Reads which generation of a version is served, and its erasures; undefined if the version is not registered. */
export async function readServedGeneration(
  database: Database,
  view: string,
  version: number,
): Promise<Pick<RegisteredView, "served" | "erasures"> | undefined> {
  const [row] = await database.query<{ served: string | null; erasures: string }>(
    {
      text: `select (${GENERATION})::text as served, v.erasures::text as erasures from featstore.feature_views as v
left join featstore.generations as g on g.view = v.name and g.version = v.version and g.generation = v.served_generation
where v.name = $1::text and v.version = $2::text::integer`,
      parameters: [view, String(version)],
    },
    { deadlineMs: SHORT_MS },
  );
  if (row === undefined) return undefined;
  // The statement above defines the content of the text.
  const served = row.served === null ? null : generation(JSON.parse(row.served) as GenerationRow);
  return { served, erasures: Number(row.erasures) };
}
