import {
  type ComparisonRow,
  comparisonQuery,
  type Dialect,
  type FeatureView,
  instantText,
  type Statement,
} from "@featstore/definitions/compiler";
import { viewQuery } from "./applied-view";
import type { ComparedEntity, ComparedSample, ViewPlans } from "./view-plans";

/** Where two versions of a view are compared: in the engine of both. */
export interface Comparer {
  readonly dialect: Dialect;
  /** Microseconds since 1970 UTC. */
  readonly now: () => Promise<bigint>;
  readonly rows: (statement: Statement) => Promise<readonly ComparisonRow[]>;
}

/** Computes two versions of a view over the same entities: see `ViewPlans.compare`. */
export async function compareVersions(
  { dialect, now, rows }: Comparer,
  { view, sql, parameters }: Parameters<ViewPlans["compare"]>[0],
  changed: FeatureView,
  { size, known }: Parameters<ViewPlans["compare"]>[2],
): Promise<ComparedSample> {
  const before = { view, text: sql, parameters };
  const { text, parameters: own } = viewQuery(changed);
  const after = { view: changed, text, parameters: own };
  const asOf = await now();
  const entitiesOf = async (part: number): Promise<readonly ComparedEntity[]> => {
    const compared = comparisonQuery(dialect, before, after, { size, fraction: part });
    const found = await rows({ text: compared.text, parameters: [instantText(asOf), ...compared.parameters] });
    return found.map((row) => ({
      key: textsOf(row.key) ?? [],
      before: textsOf(row.values_before),
      after: textsOf(row.values_after),
    }));
  };
  // Takes a few more than needed, since hashes are random; if they are too few, all entities are used.
  const fraction = known === null || known === 0 ? 1 : Math.min(1, (2 * size + 50) / known);
  const found = await entitiesOf(fraction);
  const isEnough = found.length === size || fraction === 1;
  return { asOf, entities: isEnough ? found : await entitiesOf(1) };
}

/** Parses a JSON array of texts. */
function textsOf(json: string | null): readonly string[] | null {
  return json === null ? null : (JSON.parse(json) as readonly string[]);
}
