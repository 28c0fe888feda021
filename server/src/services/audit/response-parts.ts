import type { EntityKey } from "../../stores/online-store";
import { parseBatchKey, parsePathKey } from "../entity-key";
import { eachElement, eachMember } from "../json-text";
import type { Selection } from "../selection";
import type { ServedResponse } from "./served-response";

/** What the text of an answer says of one entity. */
export interface ResponseParts {
  readonly key: string;
  /** By the view's label. */
  readonly statuses: ReadonlyMap<string, string>;
  /** JSON texts by `label.feature`, `computed.feature` among them. */
  readonly values: ReadonlyMap<string, string>;
  /** For each of the selection's views, by which key another entity's row was looked up; null: it is of the answer's own entity, or none was found. */
  readonly joined: readonly (EntityKey | null)[];
}

/** Reads an answer's text at a place of a batch, values as they stand there. */
export function partsOf(served: ServedResponse, position: number): ResponseParts {
  const { selection, scope } = served;
  const row = served.form === "single" ? served.row : served.rows[position];
  const joined = row?.joined ?? selection.views.map(() => null);
  const values = new Map<string, string>();
  if (served.form === "single") {
    const members = membersOf(served.row.text);
    eachMember(members.get("features") ?? "{}", (label, part) => {
      eachMember(part.text, (name, value) => void values.set(`${label}.${name}`, value.text));
    });
    const statuses = new Map(
      [...membersOf(members.get("views") ?? "{}")].map(([label, text]) => [label, String(JSON.parse(text))]),
    );
    return { key: parsePathKey(selection.entity, served.id, scope).key, statuses, values, joined };
  }
  let id = "";
  eachElement(served.ids, (text, index) => {
    if (index === position) id = text;
  });
  const columns = JSON.parse(selection.columns) as readonly string[]; // the selection's documented form
  eachElement(row?.text ?? "[]", (value, index) => void values.set(columns[index] ?? "", value));
  return {
    key: parseBatchKey(selection.entity, id, position, scope),
    statuses: statusesOf(selection, row?.statuses ?? "[]"),
    values,
    joined,
  };
}

function membersOf(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  eachMember(text, (name, value) => void members.set(name, value.text));
  return members;
}

function statusesOf({ views }: Selection, text: string): ReadonlyMap<string, string> {
  const cells = JSON.parse(text) as readonly string[]; // the renderer's documented form
  return new Map(views.map(({ label }, index) => [label, cells[index] ?? ""]));
}
