import type { CastExpression, Expression } from "./expressions";
import type { ComputedFeature, Schedule, Source } from "./nodes";
import { isNullable, typeOf } from "./type-of";
import { isLosslessCast } from "./type-tables";
import { mapExpression } from "./visit";

/** The rows that a dataset publishes: those of a feature service, or of a source with one row per key. */
export type DatasetRows =
  /** Columns read features as computed features do: `view.feature`. */
  | { readonly kind: "service"; readonly name: string; readonly version: number }
  /** Columns read the source's columns by their declared names. */
  | { readonly kind: "source"; readonly source: Source };

/** A column of a dataset: its name, and an expression over the features or the source's columns. */
export type DatasetColumn = Pick<ComputedFeature, "name" | "expression" | "type" | "nullable"> & {
  /** The meaning of the column, for the card. */
  readonly description: string;
  readonly unit: string | null;
};

/** A rule that leaves rows out: those for which `when`, over the rows that columns read, is true. */
export interface DatasetExclusion {
  /** A name for counts, `[a-z][a-z0-9_]*`: `too_short`. */
  readonly reason: string;
  readonly description: string;
  readonly when: Expression;
}

/** Parts by a stable hash of the key, or of a column, whose rows stay together. */
export interface DatasetSplit {
  /** The column whose value decides; null: the key. */
  readonly by: string | null;
  /** Shares in percent, whole numbers that sum up to 100: `{ train: 80, validation: 10, test: 10 }`. */
  readonly parts: Readonly<Record<"train" | "validation" | "test", number>>;
}

export interface DatasetPublication {
  readonly title: string;
  readonly purpose: string;
  /** Where the rows come from. */
  readonly provenance: readonly { readonly title: string; readonly url: string | null }[];
  readonly method: string;
  /** Known faults and missing parts. */
  readonly gaps: readonly string[];
  /** An SPDX expression, `CC0-1.0`. */
  readonly licence: string;
  readonly authors: readonly string[];
  /** How often a new snapshot is made, for people: "Once a month". */
  readonly cadence: string;
  readonly contact: string;
}

export interface Dataset {
  readonly kind: "dataset";
  readonly irVersion: number;
  readonly name: string;
  readonly rows: DatasetRows;
  /** In the author's order. The key's columns come first and are not listed. */
  readonly columns: readonly DatasetColumn[];
  readonly cleaning: {
    /** Texts that count as null after trimming, compared without case: `""`, `n/a`. */
    readonly missing: readonly string[];
    /** The text column of which only one row per normalised text stays (the lowest key); null: none. */
    readonly uniqueText: string | null;
    /** Rows with a value that fits no type (NaN where not allowed, 2^63, an invalid date): refuse the build, or leave the row out. */
    readonly invalid: "refuse" | "exclude";
  };
  /** A score from 0 to 1 for each row, over the columns above by their names; null: none. It becomes the column `quality_score`. */
  readonly quality: { readonly expression: Expression; readonly description: string } | null;
  readonly exclusions: readonly DatasetExclusion[];
  readonly split: DatasetSplit | null;
  readonly publication: DatasetPublication;
  /** `public`: readable without a key if the operator allows it; `key`: with a key; `gated`: after accepting the terms. */
  readonly access: "public" | "key" | "gated";
  /** Required for `gated`. */
  readonly terms: { readonly version: string; readonly text: string } | null;
  readonly csv: {
    readonly null: string /** Puts `'` before texts that spreadsheets would run. */;
    readonly escapeFormulas: boolean;
  };
  readonly schedule?: Schedule;
  readonly description: string | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
}

/** The column's cast, if its value must parse or fit: an outermost `.strict()` cast that may lose a value. */
export function strictCast({ expression }: Pick<DatasetColumn, "expression">): CastExpression | null {
  if (expression.kind !== "cast" || !expression.strict) return null;
  return isLosslessCast(typeOf(expression.operand), expression.to) ? null : expression;
}

/** The column that holds a row's quality score. */
export const QUALITY_SCORE = "quality_score";

/** Reasons of exclusions that every dataset has, besides its own and `invalid_value`, which the writer finds. */
export const TAKEN_DOWN = "taken_down";
export const DUPLICATE_KEY = "duplicate_key";
export const DUPLICATE_TEXT = "duplicate_text";
export const INVALID_VALUE = "invalid_value";

/** Returns whether an expression over a dataset's rows may be null, given that missing texts become null. */
export function isNullableWhenCleaned(expression: Expression, hasMissing: boolean): boolean {
  if (!hasMissing) return isNullable(expression);
  const cleaned = mapExpression(expression, (node) =>
    node.kind === "column" && node.type === "string" ? { ...node, nullable: true } : node,
  );
  return typeOf(expression) === "string" || isNullable(cleaned);
}
