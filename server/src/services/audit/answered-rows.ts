import type { KeptAnswer } from "../../stores/audit-store";
import { KEY_SEPARATOR } from "../../stores/online-store";
import { parseBatchKey, parsePathKey } from "../entity-key";
import { eachElement, eachMember } from "../json-text";
import type { Selection } from "../selection";
import type { Answered } from "./answered";

/** Reads what each view gave out of the text of an answer, values as they stand there. */
export function answeredRows(answered: Answered, position: number): readonly KeptAnswer[] {
  const { selection, scope, keyId, at } = answered;
  const { key, statuses, values } = partsOf(answered, position);
  return selection.views.flatMap(
    ({ label, registered, generation, features, tenantScoped, through }): readonly KeptAnswer[] => {
      const status = statuses.get(label);
      const { view } = registered;
      // What another entity's view gave was looked up by another key; of a view that did not answer in time there is nothing.
      if (!isKept(status) || through !== null) return [];
      const given = features.flatMap(({ name }) => {
        const value = values.get(`${label}.${name}`);
        return value === undefined ? [] : [`"${name}":${value}`];
      });
      return [
        {
          ...{ view: view.name, version: view.version, generation, entity: view.entity.name },
          tenant: tenantScoped ? scope : "",
          key: key.split(KEY_SEPARATOR),
          status,
          values: `{${given.join(",")}}`,
          answeredAt: BigInt(at),
          keyId,
        },
      ];
    },
  );
}

interface Parts {
  readonly key: string;
  /** By the view's label. */
  readonly statuses: ReadonlyMap<string, string>;
  /** JSON texts by `label.feature`. */
  readonly values: ReadonlyMap<string, string>;
}

function partsOf(answered: Answered, position: number): Parts {
  const { selection, scope } = answered;
  const values = new Map<string, string>();
  if (answered.form === "single") {
    const members = membersOf(answered.text);
    eachMember(members.get("features") ?? "{}", (label, part) => {
      eachMember(part.text, (name, value) => void values.set(`${label}.${name}`, value.text));
    });
    const statuses = new Map(
      [...membersOf(members.get("views") ?? "{}")].map(([label, text]) => [label, String(JSON.parse(text))]),
    );
    return { key: parsePathKey(selection.entity, answered.id, scope).key, statuses, values };
  }
  let id = "";
  eachElement(answered.ids, (text, index) => {
    if (index === position) id = text;
  });
  const row = answered.rows[position];
  const columns = JSON.parse(selection.columns) as readonly string[]; // the selection's documented form
  eachElement(row?.text ?? "[]", (value, index) => void values.set(columns[index] ?? "", value));
  return {
    key: parseBatchKey(selection.entity, id, position, scope),
    statuses: statusesOf(selection, row?.statuses ?? "[]"),
    values,
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

function isKept(status: string | undefined): status is KeptAnswer["status"] {
  return status === "complete" || status === "missing" || status === "unknown_entity" || status === "expired";
}
