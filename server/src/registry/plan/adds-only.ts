import { canonicalJson } from "@featstore/definitions/compiler";
import type { RegistryChange, RegistrySnapshot } from "../registry";

/**
 * Returns whether a change only adds names that the registry does not know. Such a change replaces nothing, whatever the
 * files lack. An entity is stored once for all of its views, so a new view must have it as it is registered.
 */
export function addsOnly(
  {
    entities,
    renames = [],
    featureViews,
    featureServices,
  }: Pick<RegistryChange, "entities" | "renames" | "featureViews" | "featureServices">,
  registered: RegistrySnapshot,
): boolean {
  return (
    renames.length === 0 &&
    featureViews.every(({ view }) => !registered.featureViews.has(view.name)) &&
    featureServices.every(({ service }) => !registered.featureServices.has(service.name)) &&
    entities.every((entity) => {
      const known = registered.entities.get(entity.name);
      return known === undefined || canonicalJson(known) === canonicalJson(entity);
    })
  );
}
