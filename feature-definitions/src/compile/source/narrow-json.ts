import type { AggregateExpression, Expression, JsonGetExpression } from "../../ir/expressions";
import { isName } from "../tree/identifiers";
import { columnNamesOf, type FoundAggregate, rewrite } from "../tree/rewrite";
import { field, type SqlExpression, type Stage } from "../tree/sql-tree";
import { bindingsOf, type SourceRows, scalar } from "./source-rows";
import { type Names, stageRows } from "./stages";

type Step = string | number;

/** A JSON column of which the aggregates read only values below one path. */
interface Narrowed {
  readonly column: string;
  readonly path: readonly Step[];
  readonly name: string;
}

/**
 * If everything that is read of a JSON column lies below one path, extracts that part in the scan: rows are narrower to
 * sort, and the path is walked once. PostgreSQL does not treat the stage as a barrier; it merges it into the next one.
 */
export function narrowJson(
  source: SourceRows,
  aggregates: readonly FoundAggregate[],
  names: Names,
): { readonly stages: readonly Stage[]; readonly rows: SourceRows; readonly aggregates: readonly FoundAggregate[] } {
  const expressions = aggregates.flatMap(({ aggregate }) => [aggregate.operand, aggregate.where]);
  const narrowed = [...columnNamesOf(expressions)].flatMap((column): Narrowed[] => {
    const path = commonPath(column, expressions);
    const last = path.at(-1);
    if (last === undefined) return [];
    return [{ column, path, name: names(typeof last === "string" && isName(last) ? last : `${column}_part`) }];
  });
  if (narrowed.length === 0) return { stages: [], rows: source, aggregates };
  const shortened = aggregates.map((found) => ({ ...found, aggregate: shorten(found.aggregate, narrowed) }));
  const rest = shortened.flatMap(({ aggregate }) => [aggregate.operand, aggregate.where]);
  const later = rest.flatMap((expression) => (expression ? [...bindingsOf(expression, source.bindings).values()] : []));
  const items = narrowed.map(({ column, path, name }) => ({
    name,
    expression: scalar(getOf(column, path), source.bindings),
  }));
  const tieBreak = source.tieBreak.map((ordering) => ordering.expression);
  const staged = stageRows(names("read"), source, items, [...later, ...tieBreak], {});
  const parts = narrowed.map(({ name }): readonly [string, SqlExpression] => [
    name,
    { kind: "read", field: field(staged.stage.name, name), type: "json", zone: null },
  ]);
  return {
    stages: [staged.stage],
    aggregates: shortened,
    rows: {
      ...staged.rows,
      bindings: new Map([
        ...[...source.bindings].map(([name, read]) => [name, staged.rebind(read)] as const),
        ...parts,
      ]),
      tieBreak: source.tieBreak.map((ordering) => ({ ...ordering, expression: staged.rebind(ordering.expression) })),
    },
  };
}

function getOf(column: string, path: readonly Step[]): JsonGetExpression {
  return { kind: "json_get", operand: { kind: "column", name: column, type: "json", nullable: true }, path };
}

function isGetOf(expression: Expression, column: string): expression is JsonGetExpression {
  return expression.kind === "json_get" && expression.operand.kind === "column" && expression.operand.name === column;
}

/** The path prefix that all reads of the column share and extend; empty if it is read in another way, or once. */
function commonPath(column: string, expressions: readonly (Expression | null)[]): readonly Step[] {
  const paths: (readonly Step[])[] = [];
  for (const expression of expressions) {
    if (!expression) continue;
    rewrite(expression, (node) => {
      if (isGetOf(node, column)) paths.push(node.path);
      else if (node.kind === "column" && node.name === column) paths.push([]);
      else return undefined;
      return node;
    });
  }
  const [first = [], ...others] = paths;
  if (others.length === 0) return [];
  const length = Math.min(...paths.map((path) => path.length - 1));
  const differs = first.findIndex((step, index) => others.some((path) => path[index] !== step));
  return first.slice(0, Math.max(0, differs === -1 ? length : Math.min(differs, length)));
}

function shorten(aggregate: AggregateExpression, narrowed: readonly Narrowed[]): AggregateExpression {
  const replace = (expression: Expression): Expression =>
    rewrite(expression, (node) => {
      const part = narrowed.find(({ column }) => isGetOf(node, column));
      return part && node.kind === "json_get" ? getOf(part.name, node.path.slice(part.path.length)) : undefined;
    });
  const { operand, where } = aggregate;
  return { ...aggregate, operand: operand && replace(operand), where: where && replace(where) };
}
