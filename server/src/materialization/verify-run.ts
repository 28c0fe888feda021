import {
  type FeatureView,
  type UnparsedValues,
  type ValueType,
  type VerificationRow,
  verificationQuery,
  type WholeGeneration,
} from "@featstore/definitions/compiler";
import { keyText } from "../core/index";
import type { CallOptions } from "../database/index";
import type { Run } from "../engine/index";
import { readBrokenContracts } from "./contracts";
import { parseExactJson } from "./exact-json";
import type { RunLog } from "./run-log";
import type { BrokenContract } from "./run-types";

/** A filled table that must not be published. */
export class VerificationError extends Error {
  override readonly name = "VerificationError";

  constructor(
    readonly code: "non_finite_value" | "cast_failed",
    message: string,
  ) {
    super(message);
  }
}

export interface Verification {
  /** Values lost in casts, by feature. Strict casts lost none. */
  readonly unparsed: Readonly<Record<string, UnparsedValues>>;
  /** Contracts of features that the rows break. */
  readonly brokenContracts: readonly BrokenContract[];
  /** Rows without a value, by feature, for features with a contract. */
  readonly nulls: Readonly<Record<string, number>>;
}

/**
 * Verifies a filled run: nothing may be NaN or infinite, and strict casts may not have lost a value. Broken contracts
 * are left to the caller. `whole`: the facts of the whole generation, if the run filled only some of its rows.
 *
 * @throws VerificationError `non_finite_value`, `cast_failed`, with the feature and an entity key
 */
export async function verifyRun(
  offline: RunLog,
  run: Run,
  view: FeatureView,
  options: CallOptions,
  whole?: WholeGeneration,
): Promise<Verification> {
  const [row] = await offline.inspect(run, verificationQuery(view, run.table, whole), options);
  const found = row as VerificationRow | undefined; // the documented result of the query
  if (!found) throw new Error("The verification returned no row");

  const [nonFinite] = Object.entries(JSON.parse(found.non_finite) as Readonly<Record<string, number>>);
  if (nonFinite) {
    const [name, count] = nonFinite;
    const example = await offline.nonFiniteExample(run, name, options);
    const feature = view.features.find((candidate) => candidate.name === name);
    const included = example === null ? "" : `, among them that of ${keyText(example)}`;
    const what = feature ? `"${name}"` : "The event time";
    const message = `${what} is NaN or infinite in ${rows(count)}${included}. ${adviceFor(feature?.type)}`;
    throw new VerificationError("non_finite_value", message);
  }

  const unparsed = parseExactJson(found.unparsed) as Readonly<Record<string, UnparsedValues>>;
  const lost = Object.entries(unparsed).find(([, { strict }]) => strict);
  if (lost) {
    const [name, { rows: count, examples }] = lost;
    const message = `"${name}" is strict, and in ${rows(count)} a value does not parse, among them that of ${examples.map(keyText).join("; ")}.`;
    throw new VerificationError("cast_failed", message);
  }
  const broken = JSON.parse(found.broken) as readonly number[];
  const brokenContracts = await readBrokenContracts(offline, { run, view, whole }, broken, options);
  // The documented result of the query.
  return { unparsed, brokenContracts, nulls: JSON.parse(found.nulls) as Readonly<Record<string, number>> };
}

/** Returns advice for a value that can be neither served nor averaged; `undefined` is the event time's type. */
function adviceFor(type: ValueType | undefined): string {
  const within = (min: string, max: string) => `value.gt(${min}).and(value.lt(${max}))`;
  const guard = (min: string, max: string) =>
    `Let the definition return null for it, as in when(${within(min, max)}, value).end(), or correct the source.`;
  switch (type) {
    case undefined:
      return "Correct the source, or exclude such rows with a query.";
    case "timestamp":
    case "date":
      return guard('"0001-01-02"', '"9999-12-31"');
    case "float32":
      return guard("-3e38", "3e38");
    case "float64[]":
      return "Remove such elements from the array, or correct the source.";
    default:
      return guard("-1e308", "1e308");
  }
}

function rows(count: number): string {
  return count === 1 ? "one row" : `${count} rows`;
}
