import type {
  DefinitionKind,
  RegisteredService,
  RegisteredView,
  RegistrySnapshot,
  Versions,
} from "../../registry/index";

/** A name that is rolled back: its new versions wait for `promote`. */
export interface RolledBack {
  readonly definition: DefinitionKind;
  readonly name: string;
  readonly promoted: number;
  /** The newest version since the rollback that can be promoted; null if there is none. */
  readonly waiting: number | null;
}

/** Lists the views and services that are rolled back. */
export function rolledBackNames({ featureViews, featureServices }: RegistrySnapshot): readonly RolledBack[] {
  return [...namesOf("feature_view", featureViews), ...namesOf("feature_service", featureServices)];
}

function namesOf(
  definition: DefinitionKind,
  registered: ReadonlyMap<string, Versions<RegisteredView | RegisteredService>>,
): readonly RolledBack[] {
  return [...registered].flatMap(([name, { promoted, rolledBackFrom, versions }]) => {
    if (rolledBackFrom === undefined) return [];
    const newer = [...versions].filter(([version, registered]) => version > rolledBackFrom && isActive(registered));
    const waiting = newer.length === 0 ? null : Math.max(...newer.map(([version]) => version));
    return [{ definition, name, promoted, waiting }];
  });
}

function isActive(registered: RegisteredView | RegisteredService): boolean {
  return !("state" in registered) || registered.state === "active";
}
