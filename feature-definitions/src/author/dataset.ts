import { type Dataset, type DatasetColumn, type DatasetRows, isNullableWhenCleaned } from "../ir/dataset";
import type { Expression } from "../ir/expressions";
import { type FeatureService, IR_VERSION, type Source } from "../ir/nodes";
import type { ValueType } from "../ir/types";
import type { ColumnDefinition } from "./column";
import { type FeatureInput, partsOf } from "./feature-view";
import { operandExpression } from "./literal";
import { scalar } from "./scalar";
import type { FeatureParts, Scalar, Typed } from "./scalar-types";
import { type ScheduleInput, scheduleOf } from "./schedule";
import { columnsByView } from "./service-features";
import { type ColumnSet, type KeyColumnSet, rowOf } from "./source";

/** A feature service whose stored features a dataset publishes. */
interface ServiceRows {
  readonly kind: "feature_service_definition";
  readonly ir: FeatureService;
  readonly types: readonly ValueType[];
  readonly nullable: readonly boolean[];
  readonly "~features"?: unknown;
}

/** A source whose rows a dataset publishes. */
interface SourceRows {
  readonly kind: "source_definition";
  readonly ir: Source;
  readonly "~columns"?: readonly [key: KeyColumnSet, columns: ColumnSet];
}

type RowsOf = ServiceRows | SourceRows;

/** A row of a source as a dataset reads it. */
type SourceRow<K extends KeyColumnSet, C extends ColumnSet> = {
  readonly [Name in keyof K]: Scalar<K[Name]["type"], false, "entity">;
} & {
  readonly [Name in keyof C]: C[Name] extends ColumnDefinition<infer T, infer N> ? Scalar<T, N, "entity"> : never;
};

/** A row as a dataset reads it: the service's stored features under their views' names, or the source's columns. */
export type DatasetRow<From> = From extends {
  readonly kind: "source_definition";
  readonly "~columns"?: readonly [infer K extends KeyColumnSet, infer C extends ColumnSet];
}
  ? SourceRow<K, C>
  : From extends { readonly kind: "feature_service_definition"; readonly "~features"?: infer Features }
    ? Features
    : never;

type ColumnInputs = Readonly<Record<string, FeatureInput>>;

/** The columns of a dataset as its quality score reads them. */
export type DatasetColumns<C> = {
  readonly [Name in keyof C]: C[Name] extends {
    readonly "~feature"?: readonly [infer T extends ValueType, infer N extends boolean, unknown, boolean];
  }
    ? Scalar<T, N, "entity">
    : C[Name] extends Typed<infer T, infer N, "entity">
      ? Scalar<T, N, "entity">
      : never;
};

/** A dataset as its module exports it; only `ir` is stored. */
export interface DatasetDefinition<Name extends string> {
  readonly kind: "dataset_definition";
  readonly name: Name;
  readonly ir: Dataset;
}

export interface DatasetOptions<Name extends string, From extends RowsOf, C extends ColumnInputs> {
  /** At most 40 lower-case letters, digits and underscores. */
  readonly name: Name;
  /** A feature service, whose entity's rows are published, or a source. Its key comes first in each row. */
  readonly from: From;
  /**
   * The published columns after the key, in this order, each with `.describe("…")`. Portable expressions only: no
   * aggregates, no `sql`, no time zone but UTC.
   */
  readonly columns: (row: DatasetRow<From>) => C;
  readonly clean?: {
    /**
     * Texts that count as null: white space at both ends and the case of ASCII letters do not matter. Applies to every
     * text that is read and to every text column, not to keys. Default: `[""]`.
     */
    readonly missing?: readonly string[];
    /**
     * The text column of which one row per normalised text is published, the one with the lowest key. Default: none.
     */
    readonly uniqueText?: keyof C & string;
    /** The effect of a value that fits no type: refuse the build, or leave its row out. Default: `refuse`. */
    readonly invalid?: "refuse" | "exclude";
  };
  /** A score from 0 to 1 for each row, over its columns; published as `quality_score`. */
  readonly quality?: {
    readonly score: (columns: DatasetColumns<C>) => Typed<"float64", boolean, "entity">;
    readonly description: string;
  };
  /** Rows to leave out: those for which `when` is true. The first reason that applies is counted. */
  readonly exclude?: readonly {
    /** A name for the counts: `too_short`. */
    readonly reason: string;
    readonly description: string;
    readonly when: (row: DatasetRow<From>) => Typed<"bool", boolean, "entity">;
  }[];
  /**
   * Files by a stable hash of the key, or of the column `by`, whose equal values stay together. Shares in percent, which
   * sum up to 100. Default: one part.
   */
  readonly split?: {
    readonly by?: keyof C & string;
    readonly train: number;
    readonly validation: number;
    readonly test: number;
  };
  readonly title: string;
  readonly purpose: string;
  /** Where the rows come from: at least one title, with a URL if there is one. */
  readonly provenance: readonly (string | { readonly title: string; readonly url?: string })[];
  /** How the values were made. */
  readonly method?: string;
  /** Known faults and missing parts. */
  readonly gaps?: readonly string[];
  /** An SPDX expression: `CC0-1.0`. */
  readonly licence: string;
  readonly authors?: readonly string[];
  /** How often a snapshot is made, for people: "Once a month". */
  readonly cadence: string;
  readonly contact: string;
  /**
   * `public`: readable without a key if the operator allows it; `key`: with a key; `gated`: after accepting `terms`.
   * Default: `key`.
   */
  readonly access?: "public" | "key" | "gated";
  readonly terms?: { readonly version: string; readonly text: string };
  /** The text of null (default: empty), and whether texts that spreadsheets would run get a `'` (default: no). */
  readonly csv?: { readonly null?: string; readonly escapeFormulas?: boolean };
  /** When snapshots are built; absent: on demand. */
  readonly schedule?: ScheduleInput;
  readonly description?: string;
  readonly owner?: string;
  readonly tags?: readonly string[];
}

/**
 * Declares a public dataset: rows of a feature service or of a source, which are cleaned, documented, licensed and
 * published as immutable snapshots. Never fails: `checkDefinitions` reports every error.
 *
 * @example
 * dataset({
 *   name: "speeches", from: speeches, title: "Speeches", purpose: "Research", licence: "CC0-1.0",
 *   provenance: ["The archive"], cadence: "Once a year", contact: "data@example.org",
 *   columns: (row) => ({ speaker: row.speaker.describe("Who spoke"), words: row.words.describe("Number of words") }),
 *   exclude: [{ reason: "too_short", description: "Under 100 words", when: (row) => row.words.lt(100) }],
 * })
 */
export function dataset<const Name extends string, const From extends RowsOf, const C extends ColumnInputs>(
  options: DatasetOptions<Name, From, C>,
): DatasetDefinition<Name> {
  const { name, from, clean = {}, quality, split, csv = {} } = options;
  const row = rowFor(from) as DatasetRow<From>;
  const missing = clean.missing ?? [""];
  const columns = Object.entries(options.columns(row)).map(([column, input]) =>
    columnOf(column, partsOf(input), missing.length > 0),
  );
  return {
    kind: "dataset_definition",
    name,
    ir: {
      kind: "dataset",
      irVersion: IR_VERSION,
      name,
      rows: rowsOf(from),
      columns,
      cleaning: { missing, uniqueText: clean.uniqueText ?? null, invalid: clean.invalid ?? "refuse" },
      quality: quality
        ? {
            expression: quality.score(columnsOf(columns) as DatasetColumns<C>).expression,
            description: quality.description,
          }
        : null,
      exclusions: (options.exclude ?? []).map(({ reason, description, when }) => ({
        ...{ reason, description },
        when: when(row).expression,
      })),
      split: split
        ? { by: split.by ?? null, parts: { train: split.train, validation: split.validation, test: split.test } }
        : null,
      publication: publicationOf(options),
      access: options.access ?? "key",
      terms: options.terms ?? null,
      csv: { null: csv.null ?? "", escapeFormulas: csv.escapeFormulas ?? false },
      ...(options.schedule === undefined ? {} : { schedule: scheduleOf(options.schedule) }),
      description: options.description ?? null,
      owner: options.owner ?? null,
      tags: options.tags ?? [],
    },
  };
}

function rowsOf(from: RowsOf): DatasetRows {
  if (from.kind === "source_definition") return { kind: "source", source: from.ir };
  return { kind: "service", name: from.ir.name, version: from.ir.version };
}

function rowFor(from: RowsOf): object {
  if (from.kind === "source_definition") return rowOf(from.ir);
  return columnsByView(
    from.ir.features.map(({ view, feature }, index) => ({
      ...{ view, feature },
      type: from.types[index] ?? "string",
      nullable: from.nullable[index] !== false,
    })),
  );
}

function columnOf(name: string, parts: FeatureParts, hasMissing: boolean): DatasetColumn {
  const { expression, type, contract, default: byDefault } = parts;
  const value: Expression =
    byDefault === undefined
      ? expression
      : { kind: "coalesce", operands: [expression, operandExpression(byDefault, type)] };
  return {
    name,
    expression: value,
    type,
    nullable: isNullableWhenCleaned(value, hasMissing),
    description: contract.description ?? "",
    unit: contract.unit,
  };
}

/** Columns by name; a name that is not declared also gives a column, for `checkDefinitions` to report. */
function columnsOf(columns: readonly DatasetColumn[]): object {
  const columnNamed = (name: string): object => {
    const { type, nullable } = columns.find((each) => each.name === name) ?? { type: "string", nullable: true };
    return scalar({ kind: "column", name, type, nullable });
  };
  return new Proxy({}, { get: (_target, name) => (typeof name === "string" ? columnNamed(name) : undefined) });
}

// Loaders run TypeScript without checking types, so any of these may be absent; `checkDefinitions` reports it.
function publicationOf(
  options: {
    readonly [Name in keyof Dataset["publication"]]?: unknown;
  },
): Dataset["publication"] {
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  return {
    title: text(options.title),
    purpose: text(options.purpose),
    provenance: list(options.provenance).map((each) =>
      typeof each === "object" && each !== null
        ? { title: text(Reflect.get(each, "title")), url: text(Reflect.get(each, "url")) || null }
        : { title: text(each), url: null },
    ),
    method: text(options.method),
    gaps: list(options.gaps).map(text),
    licence: text(options.licence),
    authors: list(options.authors).map(text),
    cadence: text(options.cadence),
    contact: text(options.contact),
  };
}
