import {
  type CheckOptions,
  checkCatalog,
  checkDefinitions,
  type Definitions,
  type Diagnostic,
  hasErrors,
  relationsOf,
} from "@featstore/definitions";
import type { CatalogStore } from "../stores/catalog-store";
import type { RegistrySnapshot } from "../stores/registry";

export interface CheckDependencies {
  /** The database to compare the sources with; null: the definitions are judged alone. */
  readonly catalog: CatalogStore | null;
  /** What is applied, which services may pick from; null: nothing. */
  readonly snapshot: RegistrySnapshot | null;
}

/**
 * Everything that is wrong with definitions: by the rules of the language, and, once they keep those, by what the
 * database says of their sources.
 */
export async function check(
  { catalog, snapshot }: CheckDependencies,
  definitions: Definitions,
  options: CheckOptions = {},
): Promise<readonly Diagnostic[]> {
  const registered = [...(snapshot?.featureViews.values() ?? [])]
    .flatMap(({ versions }) => [...versions.values()])
    .map(({ view }) => view);
  const diagnostics = checkDefinitions(definitions, { ...options, registered });
  if (catalog === null || hasErrors(diagnostics)) return diagnostics;
  const described = await catalog.describe(relationsOf(definitions));
  return [...diagnostics, ...checkCatalog(definitions, described, options)];
}
