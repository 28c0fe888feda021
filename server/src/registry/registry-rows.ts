import { type Entity, parseFeatureService, parseFeatureView } from "@featstore/definitions/compiler";
import type {
  FormerName,
  Generation,
  RegisteredService,
  RegisteredView,
  Retirement,
  Versions,
  ViewState,
} from "./registry";

/** A registry row of the snapshot query: JSON, with every 64-bit number as text. */
export interface ViewRow {
  readonly name: string;
  readonly version: number;
  readonly definition: unknown;
  readonly meaningHash: string;
  readonly documentHash: string;
  readonly state: ViewState;
  readonly retirement: RetirementRow | null;
  readonly sql: string;
  readonly parameters: readonly (string | null)[];
  readonly compilerVersion: number;
  readonly appliedAt: string;
  readonly lastGeneration: number;
  readonly served: GenerationRow | null;
  readonly historySince: string | null;
  readonly erasures: number;
}

export interface RetirementRow {
  readonly deprecatedAt: string;
  readonly sunsetAt: string | null;
  readonly successor: string | null;
}

export interface FormerNameRow {
  readonly name: string;
  readonly newName: string;
  readonly renamedAt: string;
  readonly sunsetAt: string | null;
  readonly state: "deprecated" | "retired";
}

export interface GenerationRow {
  readonly generation: number;
  readonly asOf: string;
  readonly table: string;
  readonly rows: string;
  readonly publishedAt: string;
  readonly rowsTable: string | null;
  readonly changes: string;
}

export interface ServiceRow {
  readonly name: string;
  readonly version: number;
  readonly definition: unknown;
  readonly documentHash: string;
  readonly appliedAt: string;
}

export interface EntityRow {
  readonly name: string;
  readonly definition: Entity;
}

export interface PromotionRow {
  readonly name: string;
  readonly version: number;
  readonly next: number | null;
  readonly rolledBackFrom: number | null;
}

/** Maps a row; `promoted` is the default successor of a retiring version. */
export function registeredView(row: ViewRow, promoted: number): RegisteredView {
  const { definition, meaningHash, documentHash, state, sql, parameters, compilerVersion, lastGeneration } = row;
  return {
    view: parseFeatureView(definition),
    meaningHash,
    documentHash,
    state,
    retirement: row.retirement && {
      ...retirement(row.retirement),
      // The promoted version has no default successor.
      successor: row.retirement.successor ?? (row.version === promoted ? null : `${row.name}@${promoted}`),
    },
    sql,
    parameters,
    compilerVersion,
    appliedAt: BigInt(row.appliedAt),
    lastGeneration,
    served: row.served && generation(row.served),
    ...(row.historySince === null ? {} : { historySince: BigInt(row.historySince) }),
    ...(row.erasures === 0 ? {} : { erasures: row.erasures }),
  };
}

export function retirement({ deprecatedAt, sunsetAt, successor }: RetirementRow): Retirement {
  return { deprecatedAt: BigInt(deprecatedAt), sunsetAt: sunsetAt === null ? null : BigInt(sunsetAt), successor };
}

/** Returns a view's versions for a former name: the successor of each is itself under the current name. */
export function formerVersions(
  versions: Versions<RegisteredView>,
  { newName, renamedAt, sunsetAt }: Pick<FormerName, "newName" | "renamedAt" | "sunsetAt">,
): Versions<RegisteredView> {
  const entries = [...versions.versions].map(([version, registered]): [number, RegisteredView] => {
    if (registered.state !== "active") return [version, registered];
    const retirement = { deprecatedAt: renamedAt, sunsetAt, successor: `${newName}@${version}` };
    return [version, { ...registered, state: "deprecated", retirement }];
  });
  return { ...versions, versions: new Map(entries) };
}

export function formerName({ newName, renamedAt, sunsetAt }: Omit<FormerNameRow, "name" | "state">) {
  return { newName, renamedAt: BigInt(renamedAt), sunsetAt: sunsetAt === null ? null : BigInt(sunsetAt) };
}

/** Maps a row. */
export function generation(row: GenerationRow): Generation {
  return {
    generation: row.generation,
    asOf: BigInt(row.asOf),
    table: row.table,
    rows: Number(row.rows),
    publishedAt: BigInt(row.publishedAt),
    ...(row.rowsTable === null ? {} : { shared: { table: row.rowsTable, changes: Number(row.changes) } }),
  };
}

export function registeredService(row: ServiceRow): RegisteredService {
  return {
    service: parseFeatureService(row.definition),
    documentHash: row.documentHash,
    appliedAt: BigInt(row.appliedAt),
  };
}

/** Groups rows by name and version, with the promoted and next version of each name. */
export function byName<Row extends { readonly name: string; readonly version: number }, Registered>(
  rows: readonly Row[],
  promotions: readonly PromotionRow[],
  register: (row: Row, promoted: number) => Registered,
): ReadonlyMap<string, Versions<Registered>> {
  return new Map(
    promotions.map(({ name, version, next, rolledBackFrom }) => {
      const own = rows.filter((row) => row.name === name);
      const versions = new Map(own.map((row) => [row.version, register(row, version)]));
      const rolledBack = rolledBackFrom === null ? {} : { rolledBackFrom };
      return [name, { promoted: version, next, ...rolledBack, versions }];
    }),
  );
}
