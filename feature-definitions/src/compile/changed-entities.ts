import type { FeatureView, Source } from "../ir/nodes";
import type { AllEntities } from "./entities";
import { FEATURES_SCHEMA } from "./identifiers";
import { COMPILER_VERSION } from "./materialize";
import { renderQuery } from "./render-postgres/query";
import { createParameters } from "./render-postgres/rendered";
import { columnsOf } from "./render-postgres/tables";
import { rowsAsOf } from "./rows-as-of";
import type { CompiledView } from "./statement";

/** The table, in schema `features`, of the keys that an incremental run of the view computes; only its run has it. */
export function changedKeysTable({ name, version }: FeatureView): string {
  return `${name}_v${version}_changed`;
}

/** Tables, in schema `features`, that hold all rows of the wanted entities and stand for the source or the population. */
export interface SourceCopies {
  readonly source: string | null;
  readonly population: string | null;
}

/**
 * As `compileView`, for the entities alone whose keys are in `changedKeysTable(view)`, each once, in columns named and
 * typed as in the entity. An entity that has no row gets none.
 */
export function compileChangedEntities(
  original: FeatureView,
  copies: SourceCopies = { source: null, population: null },
): CompiledView {
  const view = readCopies(original, copies);
  const parameters = createParameters();
  const among = { kind: "table", schema: FEATURES_SCHEMA, table: changedKeysTable(view) } as const;
  const entities: AllEntities = { kind: "all", among };
  const text = renderQuery(rowsAsOf(view, entities), parameters);
  return { compilerVersion: COMPILER_VERSION, text, parameters: parameters.values(), columns: columnsOf(view) };
}

function readCopies(view: FeatureView, copies: SourceCopies): FeatureView {
  const read = (source: Source, table: string | null): Source =>
    table === null ? source : { ...source, relation: { kind: "table", schema: FEATURES_SCHEMA, table } };
  const { population } = view.entity;
  return {
    ...view,
    source: read(view.source, copies.source),
    entity: { ...view.entity, population: population && read(population, copies.population) },
  };
}
