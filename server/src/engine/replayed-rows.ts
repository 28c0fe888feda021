import {
  type CompiledTrainingSet,
  compileTrainingSet,
  type Expression,
  type Feature,
  type FeatureView,
  type StoredRows,
} from "@featstore/definitions/compiler";
import { type CallOptions, quoteName, type Statement } from "../database/index";
import { keyColumns } from "./applied-view";
import { inexactAggregates } from "./inexact-aggregates";
import type { ReplayRow, ViewRow } from "./replays";
import type { Dialect } from "./result-texts";

/**
 * Runs a statement over a temporary spine whose rows are numbered `_row` from 0. `statement` receives the name of the spine's
 * table in schema `featstore`. Returns the statement's rows.
 */
export type Replay = (
  keys: readonly { readonly name: string; readonly databaseType: string }[],
  rows: readonly ReplayRow[],
  statement: (table: string) => Statement,
  options?: CallOptions,
) => Promise<readonly Readonly<Record<string, string | number | boolean | null>>[]>;

/** Replays statements in one engine, in its dialect. */
export interface Replayer {
  readonly replay: Replay;
  readonly dialect: Dialect;
}

/** Computes a view's rows: see `Replays.rowsAsOf`. */
export async function rowsAsOf(
  replayer: Replayer,
  view: FeatureView,
  rows: readonly ReplayRow[],
  options: CallOptions | undefined,
  storedRows: StoredRows | null = null,
): Promise<readonly ViewRow[]> {
  if (rows.length === 0) return [];
  const lasting = { ...view, ttlSeconds: null };
  const names = view.features.map(({ name }) => name);
  const found = await replayer.replay(
    keyColumns(view),
    rows,
    (table) => replayStatement(replayer, lasting, names, { table, storedRows }),
    options,
  );
  return found.map((row) => ({
    eventTime: row.e === null || row.e === undefined ? null : Number(row.e),
    values: new Map(names.map((name, index) => [name, String(row[`v${index}`])])),
  }));
}

/** Sums absolute values: see `Replays.magnitudesAsOf`. */
export async function magnitudesAsOf(
  replayer: Replayer,
  view: FeatureView,
  rows: readonly ReplayRow[],
  options: CallOptions | undefined,
): Promise<readonly ReadonlyMap<string, number>[]> {
  const sums = view.features.flatMap((feature) =>
    inexactAggregates(feature).map((aggregate, index) => ({
      of: feature.name,
      feature: {
        ...feature,
        name: `${feature.name}_${index}`,
        type: "float64",
        nullable: true,
        embedding: null,
        expression: { ...aggregate, name: "sum", operand: unsigned(aggregate) },
      } as const satisfies Feature,
    })),
  );
  if (sums.length === 0) return rows.map(() => new Map());
  const replayed = await rowsAsOf(replayer, { ...view, features: sums.map(({ feature }) => feature) }, rows, options);
  return replayed.map(({ values }) => {
    const magnitudes = new Map<string, number>();
    for (const { of, feature } of sums) {
      const sum = Number(values.get(feature.name) ?? "null");
      magnitudes.set(of, Math.max(magnitudes.get(of) ?? 0, Number.isNaN(sum) ? 0 : sum));
    }
    return magnitudes;
  });
}

/** Replaces the summands of the aggregate by their absolute values; for a variance, by their squares. */
function unsigned({ name, operand }: ReturnType<typeof inexactAggregates>[number]): Expression {
  if (name === "variance") return { kind: "arithmetic", operator: "*", left: operand, right: operand };
  const zero: Expression = { kind: "literal", type: "float64", value: 0 };
  return {
    kind: "case",
    branches: [
      {
        when: { kind: "comparison", operator: "<", left: operand, right: zero },
        value: { kind: "arithmetic", operator: "-", left: zero, right: operand },
      },
    ],
    otherwise: operand,
  };
}

function replayStatement(
  { dialect }: Replayer,
  view: FeatureView,
  names: readonly string[],
  { table, storedRows }: { readonly table: string; readonly storedRows: StoredRows | null },
): Statement {
  const compiled: CompiledTrainingSet = compileTrainingSet(dialect, {
    views: [{ view, features: names, ...(storedRows === null ? {} : { stored: storedRows }) }],
    spine: { schema: "featstore", table },
  });
  const values = compiled.columns.map(
    ({ name, type }, index) => `${dialect.texts.json(`"known".${quoteName(name)}`, type)} as "v${index}"`,
  );
  return {
    text: `select ${dialect.texts.microseconds('"known"."_event_time_1"')} as "e",
  ${values.join(",\n  ")}
from (
${compiled.statement.text}
) as "known"
order by "known"."_row"`,
    parameters: compiled.statement.parameters,
  };
}
