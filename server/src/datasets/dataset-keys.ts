import type { Dataset, Entity, EntityKey, KeyType } from "@featstore/definitions/compiler";
import type { RegistrySnapshot } from "../registry/index";

/** Returns the columns that identify a dataset's rows; undefined if its service is not applied. */
export function keyOfDataset({ rows }: Dataset, snapshot: RegistrySnapshot): readonly EntityKey[] | undefined {
  if (rows.kind === "source") {
    // Keys have no other types.
    return rows.source.key.map(({ name, type }): EntityKey => ({ name, type: type as KeyType }));
  }
  const service = snapshot.featureServices.get(rows.name)?.versions.get(rows.version)?.service;
  return service && snapshot.entities.get(service.entity)?.key;
}

/**
 * Returns whether the rows of a dataset are those of an entity: of a service of the entity, or of a source whose key
 * has the same columns.
 */
export function isOverEntity(dataset: Dataset, entity: Entity, snapshot: RegistrySnapshot): boolean {
  const { rows } = dataset;
  if (rows.kind === "service") {
    return snapshot.featureServices.get(rows.name)?.versions.get(rows.version)?.service.entity === entity.name;
  }
  const columns = (key: readonly { readonly name: string; readonly type: unknown }[]) =>
    JSON.stringify(key.map(({ name, type }) => [name, type]));
  return columns(rows.source.key) === columns(entity.key);
}
