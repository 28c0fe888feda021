import {
  type Dataset,
  type DatasetColumn,
  DUPLICATE_KEY,
  DUPLICATE_TEXT,
  QUALITY_SCORE,
  strictCast,
  TAKEN_DOWN,
} from "../../ir/dataset";
import { equal, scalar } from "../source/source-rows";
import {
  type Bindings,
  type From,
  field,
  from,
  type Item,
  isNotNull,
  isNull,
  type Select,
  type SqlExpression,
  type Stage,
  select,
} from "../tree/sql-tree";
import type { DatasetInput } from "./dataset-input";
import type { InputRows } from "./dataset-rows";
import {
  ascending,
  bindingsOver,
  exactly,
  firstOf,
  groupKey,
  inputName,
  inputsIn,
  keyOrder,
  keysIn,
  numbered,
  ONE,
  reason,
} from "./stage-columns";

interface Context {
  readonly dataset: Dataset;
  readonly rows: InputRows;
  /** Adds a stage and returns its name. */
  readonly add: (name: string, query: Stage["query"]) => string;
}

/** The reason for which a row is left out, or null. */
const EXCLUDED = "_excluded";
/** The place of a row among those of its key or its text, from 1. */
const COPY = "_copy";
/** The digest of the text that only one row may have. */
const TEXT = "_text";

/** Reads keys and inputs, with null for texts that count as missing. */
export function sourceRowsStage({ dataset, rows }: Context): Select {
  const inputs = rows.inputs.map(({ type, expression }, index): Item => {
    const isText = type === "string" && dataset.cleaning.missing.length > 0;
    const { missing } = dataset.cleaning;
    return {
      name: inputName(rows, index),
      expression: isText ? { kind: "not_missing", operand: expression, missing } : expression,
    };
  });
  return select({ items: [...rows.keys, ...inputs], from: rows.from, where: rows.where });
}

/** Finds rows that were taken down and those that a rule of the dataset excludes. */
export function screenedRows(context: Context, source: string, takedowns: DatasetInput["takedowns"]): string {
  const { dataset, rows, add } = context;
  const bindings = bindingsOver(rows, source);
  const taken = takedowns && add("taken_down", takenDown(dataset, takedowns));
  const reasons = [
    ...(taken === null ? [] : [reason(isNotNull(field(taken, "key_digest")), TAKEN_DOWN)]),
    ...dataset.exclusions.map((rule) => reason(scalar(rule.when, bindings), rule.reason)),
  ];
  const key: SqlExpression = { kind: "key_digest", keys: keysIn(rows, source).map(({ expression }) => expression) };
  const joins = (taken === null ? [] : [taken]).map((alias): From["joins"][number] => ({
    ...{ kind: "left", relation: { kind: "stage", name: alias }, alias },
    on: [equal(field(alias, "key_digest", "string"), key)],
  }));
  const items = [...keysIn(rows, source), ...inputsIn(rows, source), { name: EXCLUDED, expression: firstOf(reasons) }];
  return add("screened", select({ items, from: from({ kind: "stage", name: source }, source, joins) }));
}

function takenDown({ name }: Dataset, { schema, table }: NonNullable<DatasetInput["takedowns"]>): Select {
  return select({
    distinct: true,
    items: [{ name: "key_digest", expression: field(table, "key_digest") }],
    from: from({ kind: "table", schema, table }, table),
    where: [equal(field(table, "dataset", "string"), { kind: "constant", value: name, type: "string" })],
  });
}

/**
 * Numbers the rows of each key, if there may be several. Rows that no rule excludes come first, then all columns decide,
 * so that the order does not depend on where rows are stored.
 */
export function rankedRows({ rows, add }: Context, screened: string): string {
  if (rows.hasUniqueKeys) return screened;
  const [keys, inputs, excluded] = [keysIn(rows, screened), inputsIn(rows, screened), field(screened, EXCLUDED)];
  const order = [ascending(isNotNull(excluded)), ...inputs.map(({ expression }) => exactly(expression))];
  return add(
    "ranked",
    select({
      items: [...keys, ...inputs, { name: EXCLUDED, expression: excluded }, numbered(COPY, "same_key")],
      from: from({ kind: "stage", name: screened }, screened),
      windows: [{ name: "same_key", partition: keys.map(groupKey), order }],
    }),
  );
}

/** Computes the columns, with null for texts that count as missing. */
export function cleanedRows({ dataset, rows }: Context, ranked: string): Select {
  const bindings = bindingsOver(rows, ranked);
  const { missing } = dataset.cleaning;
  const excluded = field(ranked, EXCLUDED, "string");
  const isCopy: SqlExpression = { kind: "comparison", operator: ">", left: field(ranked, COPY), right: ONE };
  const columns = dataset.columns.map(({ name, expression, type }): Item => {
    const value: SqlExpression = { kind: "convert", operand: scalar(expression, bindings), type };
    // Columns of the source are clean already, unless they are keys.
    const isClean = expression.kind === "column" && rows.inputs.some((input) => input.name === expression.name);
    if (type !== "string" || missing.length === 0 || isClean) return { name, expression: value };
    return { name, expression: { kind: "not_missing", operand: value, missing } };
  });
  return select({
    items: [
      ...keysIn(rows, ranked),
      ...columns,
      ...lostItems(dataset, bindings),
      {
        name: EXCLUDED,
        expression: rows.hasUniqueKeys ? excluded : firstOf([excluded, reason(isCopy, DUPLICATE_KEY)]),
      },
    ],
    from: from({ kind: "stage", name: ranked }, ranked),
  });
}

/** Numbers the rows of each normalised text by key, if only one of them is published. */
export function comparedTexts({ dataset, rows, add }: Context, cleaned: string): string {
  const name = dataset.cleaning.uniqueText;
  if (name === null) return cleaned;
  const carried = (stage: string): readonly Item[] => [
    ...keysIn(rows, stage),
    ...lostItems(dataset, new Map()).map((item): Item => ({ name: item.name, expression: field(stage, item.name) })),
    ...dataset.columns.map(
      (column): Item => ({ name: column.name, expression: field(stage, column.name, column.type) }),
    ),
    { name: EXCLUDED, expression: field(stage, EXCLUDED, "string") },
  ];
  const text: SqlExpression = {
    ...{ kind: "case", when: isNull(field(cleaned, EXCLUDED)), otherwise: null },
    value: { kind: "text_digest", operand: field(cleaned, name, "string") },
  };
  const compared = add(
    "compared",
    select({
      items: [...carried(cleaned), { name: TEXT, expression: text }],
      from: from({ kind: "stage", name: cleaned }, cleaned),
    }),
  );
  return add(
    "numbered",
    select({
      items: [...carried(compared), { name: TEXT, expression: field(compared, TEXT) }, numbered(COPY, "same_text")],
      from: from({ kind: "stage", name: compared }, compared),
      windows: [{ name: "same_text", partition: [field(compared, TEXT)], order: keyOrder(rows, compared) }],
    }),
  );
}

/** The columns of the result, in order of the key. */
export function publishedRows({ dataset, rows }: Context, last: string): Select {
  const excluded = field(last, EXCLUDED, "string");
  const isCopy: SqlExpression = {
    kind: "and",
    operands: [
      isNotNull(field(last, TEXT)),
      { kind: "comparison", operator: ">", left: field(last, COPY), right: ONE },
    ],
  };
  const bindings = new Map(dataset.columns.map(({ name, type }) => [name, field(last, name, type)]));
  const { quality } = dataset;
  return select({
    items: [
      {
        name: EXCLUDED,
        expression:
          dataset.cleaning.uniqueText === null ? excluded : firstOf([excluded, reason(isCopy, DUPLICATE_TEXT)]),
      },
      ...keysIn(rows, last),
      ...dataset.columns.map((column, index): Item => publishedValue(column, index, last)),
      ...(quality
        ? [
            {
              name: QUALITY_SCORE,
              expression: {
                ...({ kind: "convert", type: "float64" } as const),
                operand: scalar(quality.expression, bindings),
              },
            },
          ]
        : []),
    ],
    from: from({ kind: "stage", name: last }, last),
    orderBy: keyOrder(rows, last),
  });
}

/** The inputs of strict casts, by the position of their column. */
function lostItems({ columns }: Dataset, bindings: Bindings): readonly Item[] {
  return columns.flatMap((column, index): Item | readonly Item[] => {
    const cast = strictCast(column);
    if (cast === null) return [];
    return { name: lostName(index), expression: { kind: "cast_input", cast, fields: bindings } };
  });
}

const lostName = (index: number): string => `_input_of_${index + 1}`;

/** The value of a column; for a value that its strict cast lost, the text before the cast, which names it. */
function publishedValue(column: DatasetColumn, index: number, last: string): Item {
  const { name, type } = column;
  const value = field(last, name, type);
  if (strictCast(column) === null)
    return { name, expression: type.endsWith("[]") ? { kind: "counted_from_one", operand: value } : value };
  const lost = field(last, lostName(index), null);
  return { name, expression: { kind: "text_or_lost", operand: value, type, lost } };
}
