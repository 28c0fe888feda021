import type { FeatureView } from "../ir/nodes";
import { renderQuery } from "./postgres/query";
import { createParameters } from "./postgres/rendered";
import { columnsOf } from "./postgres/tables";
import type { AllEntities } from "./source/entities";
import { rowsAsOf } from "./strategies/rows-as-of";
import type { CompiledView } from "./tree/statement";

/** Version of the generated SQL; increases whenever the same definition compiles to different SQL. */
export const COMPILER_VERSION = 1;

/**
 * Compiles a view as one query: all entities, as of `$1`.
 *
 * @example
 * const { text, parameters } = compileView(lyricSentiment.ir);
 * await database.query({ text, parameters: ["2026-01-01T00:00:00.000000Z", ...parameters] });
 */
export function compileView(view: FeatureView): CompiledView {
  return compileEntities(view, { kind: "all" });
}

/** Like `compileView`, for all entities or only the requested ones. */
export function compileEntities(view: FeatureView, entities: AllEntities): CompiledView {
  const parameters = createParameters();
  const text = renderQuery(rowsAsOf(view, entities), parameters);
  return { compilerVersion: COMPILER_VERSION, text, parameters: parameters.values(), columns: columnsOf(view) };
}
