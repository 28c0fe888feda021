// The program of DuckDB's process. It imports nothing of the server, so that it starts fast and reads no configuration.
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import type { FailedStep, FromChild, SecretParameters, SessionSettings, TextRow, ToChild } from "./child-messages";

class StepError extends Error {
  constructor(
    readonly during: FailedStep,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}

async function step<Result>(during: FailedStep, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw new StepError(during, error);
  }
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const listOf = (texts: readonly string[]): string => `[${texts.map(quote).join(", ")}]`;

function secretText(name: string, type: string, parameters: SecretParameters): string {
  const members = Object.entries(parameters).map(
    ([key, value]) => `${key} ${typeof value === "string" ? quote(value) : value}`,
  );
  return `create secret ${name} (${[`type ${type}`, ...members].join(", ")})`;
}

/** Opens a database in memory, prepares it, and locks its configuration. */
async function open(settings: SessionSettings): Promise<DuckDBConnection> {
  const { DuckDBInstance } = await step("package", import("@duckdb/node-api"));
  try {
    process.chdir(settings.home);
  } catch {
    // The folder is gone, and so are its files: the statement reports that.
  }
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: `${settings.memoryMb}MiB`,
    threads: String(settings.threads),
    temp_directory: settings.spill,
    // A missing extension is an error and never a download.
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
    allow_persistent_secrets: "false",
  });
  const connection = await instance.connect();
  const run = (during: FailedStep, text: string) => step(during, connection.run(text));
  await run("statement", "set TimeZone = 'UTC'");
  for (const path of settings.extensions) await run("extension", `load ${quote(path)}`);
  if (settings.s3 !== null) {
    await run("statement", `set http_timeout = ${settings.http.timeoutSeconds}`);
    await run("statement", `set http_retries = ${settings.http.retries}`);
    await run("statement", "set enable_server_cert_verification = true");
    await run("secret", secretText("s3", "s3", settings.s3));
  }
  if (settings.postgres !== null) {
    const { secret, connection: text } = settings.postgres;
    await run("secret", secretText("source", "postgres", secret));
    await run("attach", `attach ${quote(text)} as source (type postgres, secret source, read_only)`);
  }
  for (const macro of settings.macros) await run("statement", macro);
  await run("statement", `set allowed_directories = ${listOf(settings.allowed)}`);
  await run("statement", "set enable_external_access = false");
  await run("statement", "set lock_configuration = true");
  return connection;
}

async function runStatement(
  connection: DuckDBConnection,
  { text, parameters, wantsRows }: Extract<ToChild, { kind: "run" }>,
): Promise<readonly TextRow[]> {
  // `prepare` refuses several statements.
  const statement = await connection.prepare(text);
  try {
    parameters.forEach((value, index) => {
      if (value === null) statement.bindNull(index + 1);
      else statement.bindVarchar(index + 1, value);
    });
    if (!wantsRows) {
      await statement.run();
      return [];
    }
    const reader = await statement.runAndReadAll();
    const names = reader.deduplicatedColumnNames();
    return reader.getRows().map((row) => Object.fromEntries(names.map((name, index) => [name, textOf(row[index])])));
  } finally {
    statement.destroySync();
  }
}

function textOf(value: DuckDBValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

function main(send: (message: FromChild) => void): void {
  let connection: DuckDBConnection | undefined;

  async function answer(message: Exclude<ToChild, { kind: "interrupt" }>): Promise<FromChild> {
    try {
      if (message.kind === "open") {
        connection = await open(message.session);
        return { kind: "done", rows: [] };
      }
      if (connection === undefined) throw new Error("The session is not open");
      return { kind: "done", rows: await runStatement(connection, message) };
    } catch (error) {
      const during = error instanceof StepError ? error.during : "statement";
      return { kind: "failed", during, message: error instanceof Error ? error.message : String(error) };
    }
  }

  let last = Promise.resolve();
  process.on("message", (message: ToChild) => {
    if (message.kind === "interrupt") connection?.interrupt();
    else last = last.then(async () => send(await answer(message)));
  });
  // The parent decides what a signal to the group of processes ends.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
  // The parent has died. A statement in progress would delay `exit`.
  process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
}

if (process.send !== undefined) main((message) => process.send?.(message));
