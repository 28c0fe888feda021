import type { Definitions } from "../ir/definitions";
import { idOf } from "./check-across";
import { checkName } from "./check-names";
import type { Diagnostic } from "./diagnostics";
import { nearestName } from "./nearest";
import { type CheckOptions, createCollector } from "./report";

/** Names of registered views. */
export interface KnownNames {
  /** Each name with the former names that its versions declare. */
  readonly views: ReadonlyMap<string, readonly string[]>;
  /** Former names, including expired ones, with the present names. */
  readonly former: ReadonlyMap<string, string>;
}

/**
 * Checks declared former names against the other definitions and the registry. A view that is registered under neither
 * name is new, and one that is already renamed stays as it is.
 */
export function checkRenames(
  { featureViews }: Definitions,
  { views, former }: KnownNames,
  options: CheckOptions = {},
): Diagnostic[] {
  const { diagnostics, reportOf } = createCollector(options);
  const renamed = featureViews.filter(({ renamedFrom }) => renamedFrom !== undefined);
  for (const { name, version, renamedFrom } of featureViews) {
    const report = reportOf(idOf({ name, version }));
    const present = former.get(name);
    if (present !== undefined && renamedFrom !== present) report("name_moved", "name", { name, other: present });
    if (renamedFrom === undefined) continue;
    checkName(report, "renamedFrom", renamedFrom);
    if (featureViews.some((other) => other.name === renamedFrom)) {
      report("former_name_declared", "renamedFrom", { name: renamedFrom });
    }
    const differing = renamed.find((other) => (other.name === name) !== (other.renamedFrom === renamedFrom));
    if (differing !== undefined) {
      report("former_names_differ", "renamedFrom", { name: renamedFrom, other: idOf(differing) });
    }
    const own = views.get(name);
    // An empty registry treats every view as new.
    if (own === undefined && views.size > 0 && !views.has(renamedFrom)) {
      const nearest = nearestName(renamedFrom, views.keys());
      report("former_name_unknown", "renamedFrom", { name: renamedFrom, nearest });
    }
    if (own !== undefined && views.has(renamedFrom) && !own.includes(renamedFrom)) {
      report("name_taken", "renamedFrom", { name, other: renamedFrom });
    }
  }
  return [...diagnostics];
}
