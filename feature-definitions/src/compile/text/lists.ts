import type { SqlExpression } from "../tree/sql-tree";
import type { DialectParts, Render } from "./dialect-parts";
import { operand } from "./rendered";

/** The operand in the type of the list's items. */
export function listItem(
  { inType }: Pick<DialectParts, "inType">,
  { operand: inner, type }: Extract<SqlExpression, { kind: "gather" | "list_of" }>,
  render: Render,
): string {
  return inType(render(inner), type === "string[]" ? "string" : "float64").text;
}

/** The names whose condition is true, or null. */
export function renderNames(
  { castName, textConstant, listOf, withoutNulls }: DialectParts,
  { entries }: Extract<SqlExpression, { kind: "names" }>,
  render: Render,
): string {
  const named = entries.map(({ name, when }) => ({ name: textConstant(name), when: render(when) }));
  const [first, ...rest] = named;
  if (!first) return `null::${castName("string[]")}`;
  if (rest.length === 0) return `case when ${first.when.text} then ${listOf(first.name)} end`;
  const any = named.map(({ when }) => operand(when)).join("\n  or ");
  const items = named.map(({ name, when }) => `case when ${when.text} then ${name} end`);
  return `case when ${any}\nthen ${withoutNulls(listOf(`\n  ${items.join(",\n  ")}\n`))} end`;
}
