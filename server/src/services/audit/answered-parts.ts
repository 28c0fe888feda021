import type { EntityKey } from "../../stores/online-store";
import { parseBatchKey, parsePathKey } from "../entity-key";
import { eachElement, eachMember } from "../json-text";
import type { Selection } from "../selection";
import type { Answered } from "./answered";

/** What the text of an answer says of one entity. */
export interface AnsweredParts {
  readonly key: string;
  /** By the view's label. */
  readonly statuses: ReadonlyMap<string, string>;
  /** JSON texts by `label.feature`, `computed.feature` among them. */
  readonly values: ReadonlyMap<string, string>;
  /** For each of the selection's views, by which key another entity's row was looked up; null: it is of the answer's own entity, or none was found. */
  readonly reached: readonly (EntityKey | null)[];
}

/** Reads an answer's text at a place of a batch, values as they stand there. */
export function partsOf(answered: Answered, position: number): AnsweredParts {
  const { selection, scope } = answered;
  const row = answered.form === "single" ? answered.row : answered.rows[position];
  const reached = row?.reached ?? selection.views.map(() => null);
  const values = new Map<string, string>();
  if (answered.form === "single") {
    const members = membersOf(answered.row.text);
    eachMember(members.get("features") ?? "{}", (label, part) => {
      eachMember(part.text, (name, value) => void values.set(`${label}.${name}`, value.text));
    });
    const statuses = new Map(
      [...membersOf(members.get("views") ?? "{}")].map(([label, text]) => [label, String(JSON.parse(text))]),
    );
    return { key: parsePathKey(selection.entity, answered.id, scope).key, statuses, values, reached };
  }
  let id = "";
  eachElement(answered.ids, (text, index) => {
    if (index === position) id = text;
  });
  const columns = JSON.parse(selection.columns) as readonly string[]; // the selection's documented form
  eachElement(row?.text ?? "[]", (value, index) => void values.set(columns[index] ?? "", value));
  return {
    key: parseBatchKey(selection.entity, id, position, scope),
    statuses: statusesOf(selection, row?.statuses ?? "[]"),
    values,
    reached,
  };
}

function membersOf(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  eachMember(text, (name, value) => void members.set(name, value.text));
  return members;
}

function statusesOf({ views }: Selection, text: string): ReadonlyMap<string, string> {
  const given = JSON.parse(text) as readonly string[]; // the renderer's documented form
  return new Map(views.map(({ label }, index) => [label, given[index] ?? ""]));
}
