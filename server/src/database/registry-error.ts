import { DatabaseError } from "./database-error";

/** Messages of the registry functions' refusals by code, built from the parameters. */
const sentences = {
  registry_moved: (_, raw) => `Definitions were applied in the meantime${meanwhileText(raw("meanwhile"))}; plan again.`,
  version_meaning_changed: (p) =>
    `${p("view") ?? p("service")}@${p("version")} is applied with another meaning; increase the version.`,
  view_not_applied: (p) => `${p("view")}@${p("version")} is not applied; run apply first.`,
  as_of_in_future: (p) => `The as-of time ${p("asOf")} is later than the database's clock.`,
  run_in_progress: (p) => `Another run materializes ${p("view")}@${p("version")}: run ${p("runId")}, ${p("holder")}.`,
  run_does_not_stop: (p) => `Run ${p("runId")} was taken over, but its statement is still running.`,
  run_not_filled: (p) => `Run ${p("runId")} is not loaded, so it cannot be published.`,
  run_already_loads: (p) =>
    `Run ${p("runId")} already loads its rows, in another process: wait until that run has ended.`,
  lease_lost: (p) => `Run ${p("runId")} lost its lease to another run.`,
  backfill_differs: (p) =>
    `Run ${p("runId")}, an interrupted backfill of ${p("view")}@${p("version")} with ${p("done")} of ${p("chunks")} chunks done, ${backfillText(p)}; featstore backfill ${p("view")}@${p("version")} --restart starts over.`,
  columns_differ: (p) =>
    `Column ${p("column")} was compiled as ${p("declared")}, but the database returns ${p("filled") ?? "no such column"}.`,
  duplicate_key: (p) => `Two rows have the same entity key: ${keyExample(p("example") ?? "")}`,
  version_retired: (p) => `${p("name")}@${p("version")} is retired and cannot be restored; create a new version.`,
  version_deprecated: (p) =>
    `${p("name")}@${p("version")} is deprecated and would stop at its sunset; undo that first: featstore retire ${p("name")}@${p("version")} --undo.`,
  version_not_deprecated: (p) => `${p("name")}@${p("version")} is not deprecated, so there is nothing to undo.`,
  version_promoted: (p) =>
    `${p("name")}@${p("version")} is promoted or about to be promoted as "${p("name")}"; promote another version first.`,
  version_in_use: (p, raw) =>
    `${p("name")}@${p("version")} is read by ${namesText(raw("services"))}; first promote service versions that read another version.`,
  version_named: (p, raw) =>
    `${p("name")}@${p("version")} was never published and would be removed, but ${namesText(raw("services"))} ${namesOf(raw("services")).length === 1 ? "reads" : "read"} it: retire that first (featstore retire ${namesOf(raw("services"))[0]}).`,
  service_stays: (p) =>
    `${p("name")}@${p("version")} cannot be removed, because it can be served. Only a service that reads a version that was never published can be removed. Create a new version instead.`,
  view_is_read: (p) => `The tables of "${p("name")}" are being read; try again in a moment.`,
  name_taken: (p) => `A view "${p("name")}" already exists.`,
  name_moved: (p) => `"${p("name")}" is a former name of "${p("newName")}" and cannot be reused: choose another name.`,
  name_retired: (p) => `"${p("name")}" is not a former name that is still served.`,
  name_in_use: (p, raw) =>
    `${namesText(raw("services"))} ${namesOf(raw("services")).length === 1 ? "reads" : "read"} "${p("newName")}" under its former name "${p("name")}"; first promote service versions that use the new name.`,
  service_reads_retiring: (p, raw) =>
    `${p("name")}@${p("version")} reads ${namesText(raw("views"))}, which ${namesOf(raw("views")).length === 1 ? "is" : "are"} deprecated or retired; undo a deprecation with featstore retire ${namesOf(raw("views"))[0]} --undo.`,
  successor_unknown: (p) => `${p("successor")} is not an active version of a view, so it cannot be the successor.`,
  sunset_in_past: (p) => `The sunset ${p("sunset")} is in the past; use a future time, or --now to retire it at once.`,
  nothing_to_roll_back: (p) =>
    `No version of "${p("name")}" that was promoted before ${p("version")} can be read; use featstore promote to choose any version.`,
  entity_not_applied: (p) => `No view of an entity "${p("entity")}" is applied.`,
  key_has_other_parts: (p) => `The key of entity "${p("entity")}" has ${p("parts")} parts.`,
  search_path_changed: (_, raw) =>
    `The source's query was applied with the search path ${namesText(raw("applied"))}, but it is now ${namesText(raw("now"))}: restore it, or create a new version whose query qualifies each table with its schema.`,
  changes_in_progress: (p) => `Changes are being materialized ${p("holder")}.`,
} satisfies Record<string, Sentence>;

/**
 * Removes internal columns from PostgreSQL's detail of a duplicate: `Key (_tenant, name, _from)=(, north, 0) is …` becomes
 * `name = north`. Returns the detail unchanged if a comma in a value makes the columns ambiguous.
 */
function keyExample(detail: string): string {
  const [, names, values] = /\((_tenant, .*?)\)=\((.*)\)/s.exec(detail) ?? [];
  if (names === undefined || values === undefined) return detail;
  const columns = names.split(", ");
  const parts = values.split(", ");
  if (columns.length !== parts.length) return detail;
  return columns
    .map((column, index) => [column, parts[index]] as const)
    .filter(([column, value]) => column !== "_from" && !(column === "_tenant" && value === ""))
    .map(([column, value]) => `${column === "_tenant" ? "tenant" : column} = ${value}`)
    .join(", ");
}

function backfillText(p: (name: string) => string | undefined): string {
  if (p("differs") === "chunk_entities")
    return `has ${p("chunkEntities")} entities in a chunk; omit --chunk-entities to resume it`;
  if (p("differs") === "as_of") return `is as of ${p("asOf")}; omit --as-of to resume it`;
  return "was started by another version of featstore, which computes it differently";
}

type Sentence = (parameter: (name: string) => string | undefined, raw: (name: string) => unknown) => string;

export type RegistryErrorCode = keyof typeof sentences;

/** A refusal by a function in `migrations/functions`, with the function's `parameters`. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";

  constructor(
    readonly code: RegistryErrorCode,
    readonly parameters: Readonly<Record<string, unknown>>,
    options?: ErrorOptions,
  ) {
    super(sentenceOf(code, parameters), options);
  }
}

/** The SQLSTATE of every refusal; the message is the code, the detail the parameters as JSON. */
const REFUSED = "FS001";

function sentenceOf(code: RegistryErrorCode, parameters: Readonly<Record<string, unknown>>): string {
  const sentence: Sentence = sentences[code];
  return sentence(
    (name) => {
      const value = parameters[name];
      if (value === null || value === undefined) return undefined;
      if (name === "holder" && typeof value === "object") return describeHolder(value);
      return typeof value === "object" ? JSON.stringify(value) : String(value);
    },
    (name) => parameters[name],
  );
}

function namesOf(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(String) : [];
}

function namesText(list: unknown): string {
  return namesOf(list).join(", ");
}

/** Formats each apply as ` by ada@laptop at 2026-01-01T00:00:00Z (longer window): scores@2 new version, recompute`. */
function meanwhileText(list: unknown): string {
  if (!Array.isArray(list)) return "";
  // Built by `featstore.apply` from the history.
  const events = list as readonly Meanwhile[];
  const texts = events.map(({ actor, at, message, changes }) => {
    const changed = changes.map(
      ({ name, version, state = "changed", class: kind }) =>
        `${name}@${version} ${state.replaceAll("_", " ")}${kind == null ? "" : `, ${kind}`}`,
    );
    return `by ${actor} at ${at}${message === null ? "" : ` (${message})`}: ${changed.join("; ")}`;
  });
  return texts.length === 0 ? "" : ` ${texts.join(" and ")}`;
}

interface Meanwhile {
  readonly at: string;
  readonly actor: string;
  readonly message: string | null;
  readonly changes: readonly {
    readonly name: string;
    readonly version: number;
    readonly state?: string;
    readonly class?: string | null;
  }[];
}

function describeHolder(holder: object): string {
  const [host, pid] = [Reflect.get(holder, "host"), Reflect.get(holder, "pid")];
  return `by process ${pid} on ${host}`;
}

function isRefusal(code: string): code is RegistryErrorCode {
  return Object.hasOwn(sentences, code);
}

function parametersOf(detail: string | undefined): Readonly<Record<string, unknown>> {
  const data: unknown = JSON.parse(detail ?? "{}");
  return typeof data === "object" && data !== null ? { ...data } : {};
}

/** Awaits a call of a registry function and maps refusals to `RegistryError`. */
export async function withRefusals<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof DatabaseError && error.sqlState === REFUSED && isRefusal(error.message)) {
      throw new RegistryError(error.message, parametersOf(error.detail), { cause: error });
    }
    throw error;
  }
}
