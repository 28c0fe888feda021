import { eachElement, eachMember } from "../core/index";
import { type EntityKey, parseBatchKey, parsePathKey, type Selection, type ServedResponse } from "../serving/index";

/** The parts of a response about one entity. */
export interface ResponseParts {
  readonly key: string;
  /** By the view's label. */
  readonly statuses: ReadonlyMap<string, string>;
  /** JSON texts by `label.feature`, including `computed.feature`. */
  readonly values: ReadonlyMap<string, string>;
  /**
   * For each view of the selection, the key of the other entity's row; null for a view of the response's own entity, or
   * if no row was found.
   */
  readonly joined: readonly (EntityKey | null)[];
}

/** Reads the text of a response at an index of a batch; values stay as they were sent. */
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
  const columns = JSON.parse(selection.columns) as readonly string[]; // the documented form of the selection
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
  const cells = JSON.parse(text) as readonly string[]; // the documented form of the renderer
  return new Map(views.map(({ label }, index) => [label, cells[index] ?? ""]));
}
