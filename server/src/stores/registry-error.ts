import { DatabaseError } from "../database/database-error";

/** What the registry's functions refuse, by code: the sentence for people, made of the refusal's parameters. */
const sentences = {
  registry_moved: () => "Someone else applied definitions in the meantime; plan again.",
  version_meaning_changed: (p) =>
    `${p("view") ?? p("service")}@${p("version")} is applied with another meaning; give the change a new version.`,
  view_not_applied: (p) => `${p("view")}@${p("version")} is not applied; run apply first.`,
  as_of_in_future: (p) => `The as-of time ${p("asOf")} lies in the future of the database's clock.`,
  run_in_progress: (p) => `Another run materializes ${p("view")}@${p("version")}: run ${p("runId")}, ${p("holder")}.`,
  run_does_not_stop: (p) => `Run ${p("runId")} was taken over but its statement does not end.`,
  run_not_filled: (p) => `Run ${p("runId")} is not filled, so it cannot be published.`,
  lease_lost: (p) => `Run ${p("runId")} lost its lease to another run.`,
  columns_differ: (p) =>
    `Column ${p("column")} was compiled as ${p("declared")}, but the database gives ${p("filled") ?? "no such column"}.`,
  duplicate_key: (p) => `Two rows have the same entity key: ${p("example")}`,
} satisfies Record<string, (parameter: (name: string) => string | undefined) => string>;

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
  return sentences[code]((name) => {
    const value = parameters[name];
    if (value === null || value === undefined) return undefined;
    if (name === "holder" && typeof value === "object") return describeHolder(value);
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  });
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
