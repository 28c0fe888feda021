import type { DatePart, Expression } from "../../ir/expressions";
import type { FilePartition, Relation } from "../../ir/nodes";
import { anyOf, field, type SqlExpression } from "../tree/sql-tree";

/** The as-of time, as the scalar expressions below read it. */
const asOfColumn: Expression = { kind: "column", name: "as_of", type: "timestamp", nullable: false };

/**
 * Conditions on the columns in names of folders that every row of the as-of time or before fulfils. They read
 * nothing else, so that the engine opens no file of a later folder. A folder before a window is read: its rows tell
 * which entities exist, and when they last had an event.
 */
export function notAfterFolders(relation: Relation, alias: string, asOf: SqlExpression): readonly SqlExpression[] {
  if (relation.kind !== "files") return [];
  const held = (part: FilePartition["holds"]): FilePartition | undefined =>
    relation.partitions?.find(({ holds }) => holds === part);
  const compared = (operator: "<" | "<=", { name }: FilePartition, value: Expression): SqlExpression => ({
    kind: "comparison",
    operator,
    left: field(alias, name),
    right: { kind: "scalar", expression: value, fields: new Map([["as_of", asOf]]) },
  });
  const [year, month, day] = [held("year"), held("month"), held("day")];
  const dates =
    day?.type === "date" ? [compared("<=", day, { kind: "cast", operand: asOfColumn, to: "date", strict: false })] : [];
  // A month is not later if it is one of an earlier year, and so on.
  const parts = [year, month, day?.type === "date" ? undefined : day];
  const known = parts.slice(0, parts.includes(undefined) ? parts.indexOf(undefined) : parts.length);
  const whole = known.flatMap((_, index) => {
    const earlier = known.slice(0, index).flatMap((part, at) => (part ? [compared("<", part, partOfTime(at))] : []));
    const last = known[index];
    return last ? [anyOf([...earlier, compared("<=", last, partOfTime(index))])] : [];
  });
  // A folder of rows without a value, such as `day=__HIVE_DEFAULT_PARTITION__`, is read: the rows have their own times.
  return [...dates, ...whole]
    .filter((condition) => condition !== null)
    .map((operand): SqlExpression => ({ kind: "test", test: "not_false", operand }));
}

function partOfTime(index: number): Expression {
  const parts: readonly DatePart[] = ["year", "month", "day"];
  return { kind: "date_part", part: parts[index] ?? "year", operand: asOfColumn, zone: "UTC" };
}
