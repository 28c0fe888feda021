import type { CheckOptions, Definitions } from "@featstore/definitions";
import type { CatalogStore } from "../stores/catalog-store";
import type { RegistryStore, RegistryWriter } from "../stores/registry";
import { RegistryError } from "../stores/registry-error";
import { type Plan, plan } from "./plan";

export interface ApplyDependencies {
  readonly registry: Pick<RegistryStore, "snapshot"> & RegistryWriter;
  /** Null: sources are not compared with the database. */
  readonly catalog: CatalogStore | null;
}

export interface ApplyOptions extends CheckOptions {
  /** Who applies, for the history: a login name. */
  readonly appliedBy: string;
  readonly message?: string;
}

export interface ApplyReport {
  /** The plan that was carried out, or why nothing was: its outcome, its diagnostics and its refused views. */
  readonly plan: Plan;
  /** The registry's new revision; null when nothing was written. */
  readonly revision: number | null;
}

/**
 * Plans and applies definitions, all or nothing. Where someone else applied between the two, it plans once more.
 *
 * @throws RegistryError `registry_moved` when that happened twice
 */
export async function apply(
  dependencies: ApplyDependencies,
  definitions: Definitions,
  options: ApplyOptions,
): Promise<ApplyReport> {
  const attempt = async (): Promise<ApplyReport> => {
    const planned = await plan(dependencies, definitions, options);
    if (planned.change === null) return { plan: planned, revision: null };
    const { appliedBy, message = null } = options;
    return { plan: planned, revision: await dependencies.registry.apply({ ...planned.change, appliedBy, message }) };
  };
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof RegistryError && error.code === "registry_moved") return attempt();
    throw error;
  }
}
