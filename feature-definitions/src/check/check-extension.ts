import type { ExtendedRelation, Source, SourceColumn } from "../ir/nodes";
import { databaseColumnsOf } from "./catalog";
import { checkFilter } from "./check-expression";
import { nearestName } from "./nearest";
import type { Report } from "./report";

const PLACE = "source.extend";

function declaredColumn(report: Report, place: string, source: Source, name: string): SourceColumn | undefined {
  const columns = [...source.key, ...source.columns];
  const found = columns.find((column) => column.name === name);
  if (found) return found;
  const known = columns.map((column) => column.name);
  report("column_unknown", place, { name, source: source.name, nearest: nearestName(name, known) });
  return undefined;
}

const integers: readonly string[] = ["int32", "int64"];

/** Checks how one source extends another; what each of the two says of itself is checked by itself. */
export function checkExtension(report: Report, { base, extension, by, columns }: ExtendedRelation): void {
  for (const { key, column } of by) {
    const place = `${PLACE}.by.${key}`;
    const held = declaredColumn(report, place, base, column);
    const wanted = extension.key.find(({ name }) => name === key);
    if (!wanted || !held) continue;
    const isComparable = held.type === wanted.type || [held, wanted].every(({ type }) => integers.includes(type));
    if (!isComparable) {
      report("extension_key_differs", place, { key, expected: wanted.type, column, found: held.type });
    }
  }
  const named = by.map(({ key }) => key);
  const keys = extension.key.map(({ name }) => name);
  if (keys.length !== named.length || keys.some((key) => !named.includes(key)))
    report("extension_key_incomplete", `${PLACE}.by`, { name: extension.name, keys, named });
  for (const name of columns) {
    const place = `${PLACE}.columns.${name}`;
    declaredColumn(report, place, extension, name);
    if (databaseColumnsOf(base).includes(name)) report("column_duplicate", place, { name });
  }
  if (extension.history === "events" || extension.history === "versions")
    report("extension_of_many_rows", PLACE, { name: extension.name, history: extension.history });
  checkFilter(report, `${PLACE}.where`, extension, extension.filter);
}
