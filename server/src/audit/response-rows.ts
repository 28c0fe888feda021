import {
  type EntityKey,
  KEY_SEPARATOR,
  type SelectedView,
  type Selection,
  type ServedResponse,
} from "../serving/index";
import type { StoredAnswer } from "./audit-store";
import type { ResponseParts } from "./response-parts";

/**
 * Extracts each view's part of a response, except for the views at the indexes of `except`. Views of other entities
 * have the key that led to them. A feature that holds such a key is included in its view's values even if it was not in
 * the response: the key that was read proves its value.
 */
export function rowsFromResponse(
  { selection, scope, keyId, at }: Pick<ServedResponse, "selection" | "scope" | "keyId" | "at">,
  parts: ResponseParts,
  except: ReadonlySet<number>,
): readonly StoredAnswer[] {
  const { key, statuses, values, joined } = parts;
  return selection.views.flatMap((selected, index): readonly StoredAnswer[] => {
    const { label, registered, generation, features, tenantScoped, through } = selected;
    const status = statuses.get(label);
    const { view } = registered;
    const foreign = joined[index] ?? null;
    // Skips a view that did not answer in time, and one to which no key led.
    if (except.has(index) || !isSampled(status) || (through !== null && foreign === null)) return [];
    const valuesByName = new Map(
      features.flatMap(({ name }) => {
        const value = values.get(`${label}.${name}`);
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
    for (const [name, value] of keysHeld(selection, index, parts))
      if (!valuesByName.has(name)) valuesByName.set(name, value);
    return [
      {
        ...{ view: view.name, version: view.version, generation, entity: view.entity.name },
        tenant: tenantScoped ? scope : "",
        key: through === null || foreign === null ? key.split(KEY_SEPARATOR) : [foreign],
        status,
        values: `{${[...valuesByName].map(([name, value]) => `"${name}":${value}`).join(",")}}`,
        servedAt: BigInt(at),
        keyId,
      },
    ];
  });
}

/** Returns the indexes of views with personal features, or that were found by a key of such a view. */
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

/**
 * Returns the features of a view that hold other entities' keys, as JSON texts of the keys that were read from them.
 */
function keysHeld(
  { views }: Selection,
  holder: number,
  { joined, statuses }: ResponseParts,
): readonly (readonly [name: string, value: string])[] {
  const held = views[holder];
  return views.flatMap(({ label, through }, index) => {
    if (held === undefined || through === null || through.view !== holder) return [];
    // The key that was looked up is not known.
    if (statuses.get(label) === "timeout") return [];
    const [name] = [...held.positions].find(([, position]) => position === through.position) ?? [];
    const feature = held.registered.view.features.find((each) => each.name === name);
    return feature === undefined ? [] : [[feature.name, keyText(feature.type, joined[index] ?? null)] as const];
  });
}

function keyText(type: string, key: EntityKey | null): string {
  if (key === null) return "null";
  return type === "int32" ? key : JSON.stringify(key);
}

function isSampled(status: string | undefined): status is StoredAnswer["status"] {
  return status === "complete" || status === "missing" || status === "unknown_entity" || status === "expired";
}
