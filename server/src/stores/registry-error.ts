import { DatabaseError } from "../database/database-error";
import type { HistoryEvent } from "./registry";

/** What the registry's functions refuse, by code: the sentence for people, made of the refusal's parameters. */
const sentences = {
  registry_moved: (_, raw) => `Definitions were applied in the meantime${meanwhileText(raw("meanwhile"))}; plan again.`,
  version_meaning_changed: (p) =>
    `${p("view") ?? p("service")}@${p("version")} is applied with another meaning; give the change a new version.`,
  view_not_applied: (p) => `${p("view")}@${p("version")} is not applied; run apply first.`,
  as_of_in_future: (p) => `The as-of time ${p("asOf")} lies in the future of the database's clock.`,
  run_in_progress: (p) => `Another run materializes ${p("view")}@${p("version")}: run ${p("runId")}, ${p("holder")}.`,
  run_does_not_stop: (p) => `Run ${p("runId")} was taken over but its statement does not end.`,
  run_not_filled: (p) => `Run ${p("runId")} is not filled, so it cannot be published.`,
  lease_lost: (p) => `Run ${p("runId")} lost its lease to another run.`,
  backfill_differs: (p) =>
    `Run ${p("runId")}, an interrupted backfill of ${p("view")}@${p("version")} with ${p("done")} of ${p("chunks")} chunks done, ${backfillText(p)}; featstore backfill ${p("view")}@${p("version")} --restart begins again.`,
  columns_differ: (p) =>
    `Column ${p("column")} was compiled as ${p("declared")}, but the database gives ${p("filled") ?? "no such column"}.`,
  duplicate_key: (p) => `Two rows have the same entity key: ${keyExample(p("example") ?? "")}`,
  version_retired: (p) =>
    `${p("name")}@${p("version")} is retired: nothing brings it back; give what you need a new version.`,
  version_deprecated: (p) =>
    `${p("name")}@${p("version")} is deprecated and would end with its sunset; undo that first: featstore retire ${p("name")}@${p("version")} --undo.`,
  version_not_deprecated: (p) => `${p("name")}@${p("version")} is not deprecated: there is nothing to undo.`,
  version_promoted: (p) =>
    `${p("name")}@${p("version")} is what "${p("name")}" means, or is about to mean; promote another version first.`,
  version_in_use: (p, raw) =>
    `${p("name")}@${p("version")} is read by ${namesText(raw("services"))}; promote services that read another version first.`,
  version_named: (p, raw) =>
    `${p("name")}@${p("version")} was never published and would be removed, but ${namesText(raw("services"))} ${namesOf(raw("services")).length === 1 ? "reads" : "read"} it: retire that first (featstore retire ${namesOf(raw("services"))[0]}).`,
  service_stays: (p) =>
    `${p("name")}@${p("version")} could be answered, so it stays: give what you need a new version. Only a service that reads a version which was never published is removed.`,
  view_is_read: (p) => `The tables of "${p("name")}" are being read; try again in a moment.`,
  name_taken: (p) => `There is a view "${p("name")}" already.`,
  name_moved: (p) =>
    `"${p("name")}" is what "${p("newName")}" was called before, and no other view takes that name: give the view another one.`,
  name_retired: (p) => `"${p("name")}" is no former name that is still answered.`,
  name_in_use: (p, raw) =>
    `"${p("name")}" is the name by which ${namesText(raw("services"))} ${namesOf(raw("services")).length === 1 ? "reads" : "read"} "${p("newName")}"; promote services that read it by the new name first.`,
  service_reads_retiring: (p, raw) =>
    `${p("name")}@${p("version")} reads ${namesText(raw("views"))}, which ${namesOf(raw("views")).length === 1 ? "is" : "are"} deprecated or retired; one that is deprecated is taken back with featstore retire ${namesOf(raw("views"))[0]} --undo.`,
  successor_unknown: (p) => `${p("successor")} is not an active version of a view that could be read instead.`,
  sunset_in_past: (p) => `The sunset ${p("sunset")} is past; retire it at once with --now, or give a time to come.`,
  nothing_to_roll_back: (p) =>
    `No version of "${p("name")}" that was promoted before ${p("version")} can be read; featstore promote takes any version.`,
  entity_not_applied: (p) => `No view of an entity "${p("entity")}" is applied.`,
  key_has_other_parts: (p) => `The key of entity "${p("entity")}" has ${p("parts")} parts.`,
  search_path_changed: (_, raw) =>
    `The source's query was applied with the search path ${namesText(raw("applied"))}, and now it is ${namesText(raw("now"))}: set it back, or make a new version whose query names each table with its schema.`,
  changes_in_progress: (p) => `A materialization is under way, ${p("holder")}.`,
} satisfies Record<string, Sentence>;

/**
 * PostgreSQL's detail of a duplicate without the columns that are ours: `Key (_tenant, name, _from)=(, north, 0) is …`
 * becomes `name = north`. As it is where a comma in a value keeps the columns from being told apart.
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
    return `has ${p("chunkEntities")} entities in a chunk; without --chunk-entities it is gone on with`;
  if (p("differs") === "as_of") return `is as of ${p("asOf")}; without --as-of it is gone on with`;
  return "was begun by another version of featstore, which computes it otherwise";
}

type Sentence = (parameter: (name: string) => string | undefined, raw: (name: string) => unknown) => string;

export type RegistryErrorCode = keyof typeof sentences;

/** A refusal by one of the functions in `migrations/`. `parameters` are what the function gave with it. */
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

/** The SQLSTATE of every refusal of ours; its message is the code, its detail the parameters as JSON. */
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

/** ` by ada@laptop at 2026-01-01T00:00:00Z (longer window): scores@2 new version, recompute` for each apply. */
function meanwhileText(list: unknown): string {
  if (!Array.isArray(list)) return "";
  // What `featstore.apply` makes of the history.
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

interface Meanwhile extends Pick<HistoryEvent, "actor" | "message" | "changes"> {
  readonly at: string;
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

/** Runs a call of a registry function, turning its refusals into `RegistryError`s. */
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
