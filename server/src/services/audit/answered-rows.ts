import type { KeptAnswer } from "../../stores/audit-store";
import { type EntityKey, KEY_SEPARATOR } from "../../stores/online-store";
import type { SelectedView, Selection } from "../selection";
import type { Answered } from "./answered";
import type { AnsweredParts } from "./answered-parts";

/**
 * What each view gave but those at the places of `except`, another entity's views under the key that they were reached by.
 * A feature that holds such a key is among its view's values although it may not have been answered: what was reached
 * stands for it.
 */
export function answeredRows(
  { selection, scope, keyId, at }: Pick<Answered, "selection" | "scope" | "keyId" | "at">,
  parts: AnsweredParts,
  except: ReadonlySet<number>,
): readonly KeptAnswer[] {
  const { key, statuses, values, reached } = parts;
  return selection.views.flatMap((selected, index): readonly KeptAnswer[] => {
    const { label, registered, generation, features, tenantScoped, through } = selected;
    const status = statuses.get(label);
    const { view } = registered;
    const foreign = reached[index] ?? null;
    // Of a view that did not answer in time there is nothing, nor of one to which no key led.
    if (except.has(index) || !isKept(status) || (through !== null && foreign === null)) return [];
    const given = new Map(
      features.flatMap(({ name }) => {
        const value = values.get(`${label}.${name}`);
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
    for (const [name, value] of keysHeld(selection, index, parts)) if (!given.has(name)) given.set(name, value);
    return [
      {
        ...{ view: view.name, version: view.version, generation, entity: view.entity.name },
        tenant: tenantScoped ? scope : "",
        key: through === null || foreign === null ? key.split(KEY_SEPARATOR) : [foreign],
        status,
        values: `{${[...given].map(([name, value]) => `"${name}":${value}`).join(",")}}`,
        answeredAt: BigInt(at),
        keyId,
      },
    ];
  });
}

/** The places of views of which something is personal, or that were reached by a key of such a view. */
export function personalViews({ views }: Selection): ReadonlySet<number> {
  const isPersonal = ({ registered }: SelectedView): boolean =>
    registered.view.features.some(({ contract }) => contract.pii === true);
  return new Set(
    views.flatMap((selected, index) => {
      const holder = selected.through === null ? undefined : views[selected.through.view];
      return isPersonal(selected) || (holder !== undefined && isPersonal(holder)) ? [index] : [];
    }),
  );
}

/** The features of a view that hold other entities' keys, as JSON texts of the keys that were taken from them. */
function keysHeld(
  { views }: Selection,
  holder: number,
  { reached, statuses }: AnsweredParts,
): readonly (readonly [name: string, value: string])[] {
  const held = views[holder];
  return views.flatMap(({ label, through }, index) => {
    if (held === undefined || through === null || through.view !== holder) return [];
    // By which key it was asked is not known.
    if (statuses.get(label) === "timeout") return [];
    const [name] = [...held.positions].find(([, position]) => position === through.position) ?? [];
    const feature = held.registered.view.features.find((each) => each.name === name);
    return feature === undefined ? [] : [[feature.name, keyText(feature.type, reached[index] ?? null)] as const];
  });
}

function keyText(type: string, key: EntityKey | null): string {
  if (key === null) return "null";
  return type === "int32" ? key : JSON.stringify(key);
}

function isKept(status: string | undefined): status is KeptAnswer["status"] {
  return status === "complete" || status === "missing" || status === "unknown_entity" || status === "expired";
}
