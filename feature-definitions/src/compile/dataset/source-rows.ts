import type { EntityKey, Source } from "../../ir/nodes";
import { plainSources } from "../../ir/source-parts";
import type { KeyType } from "../../ir/types";
import { type Key, sourceRows } from "../source/source-rows";
import { relationWords } from "../source/stages";
import type { Input, InputRows } from "./dataset-rows";

/** Returns the rows of a source that have a key, whatever their time, with the columns that are read. */
export function rowsOfSource(source: Source, read: ReadonlySet<string>): InputRows {
  const key = source.key.map(({ name, type }): EntityKey => ({ name, type: type as KeyType })); // keys have no other types
  const timeless: Source = { ...source, eventTime: null, knownTime: null };
  const rows = sourceRows(timeless, key, [], "visible", { kind: "all" });
  const inputs = source.columns.flatMap(({ name, type }): Input | readonly Input[] => {
    const expression = rows.bindings.get(name);
    return expression && read.has(name) ? { name, type, expression } : [];
  });
  return {
    from: rows.from,
    where: rows.where,
    keys: rows.keys.map(
      (each): Key => ({ ...each, expression: { kind: "convert", operand: each.expression, type: each.type } }),
    ),
    inputs,
    hasUniqueKeys: false,
    takenNames: new Set([source.name, ...plainSources(source).flatMap(({ relation }) => relationWords(relation))]),
  };
}
