import { describe, expect, test } from "vitest";
import { type CommandIo, defineFeatstoreCommand } from "../../../src/cli/kit/command";
import { runCli } from "../../../src/cli/kit/run-cli";
import { table } from "../../../src/cli/kit/table";
import { CommandProblem } from "../../../src/core/command-problem";
import { FeatstoreError } from "../../../src/core/errors";
import { DatabaseError } from "../../../src/database/database-error";

const greet = defineFeatstoreCommand({
  name: "greet",
  summary: "Greets",
  args: {
    name: { type: "positional", description: "whom", required: true },
    loudly: { type: "boolean", description: "in capitals" },
    "as-of": { type: "string", description: "when", valueHint: "time" },
  },
  examples: [{ line: "featstore greet ada", does: "greets Ada" }],
  run: async (args) => ({
    json: { name: args.name, asOf: args["as-of"] },
    text: args.loudly ? "HEY" : `hey ${args.name}`,
  }),
});

const many = defineFeatstoreCommand({
  name: "keys list",
  summary: "Lists",
  args: { ids: { type: "positional", description: "ids", required: false } },
  rest: "ids",
  examples: [],
  run: async (args) => ({ text: args._.join("|") }),
});

const failing = (error: unknown) =>
  defineFeatstoreCommand({ name: "fail", summary: "", args: {}, examples: [], run: () => Promise.reject(error) });

async function run(line: string[], commands = [greet, many], environment = {}) {
  let stdout = "";
  let stderr = "";
  const io: CommandIo = {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    terminal: false,
    environment,
    workingFolder: "/",
    signal: new AbortController().signal,
  };
  const code = await runCli(line, io, commands, "1.2.3");
  return { code, stdout, stderr };
}

describe("runCli", () => {
  test("prints text, or one JSON document with --json", async () => {
    expect(await run(["greet", "ada"])).toEqual({ code: 0, stdout: "hey ada\n", stderr: "" });
    expect(await run(["greet", "ada", "--json", "--as-of=2026"])).toEqual({
      code: 0,
      stdout: '{"name":"ada","asOf":"2026"}\n',
      stderr: "",
    });
  });

  test("runs commands of two words, and passes words after --", async () => {
    expect((await run(["keys", "list", "a", "b", "--", "-7", "--json"])).stdout).toBe("a|b|-7|--json\n");
    expect((await run(["keys"])).stdout).toContain("keys list");
  });

  test("help lists commands, examples and exit codes", async () => {
    expect((await run(["--help"])).stdout).toMatch(/greet\s+Greets[\s\S]*Exit codes:[\s\S]*130/);
    const help = await run(["greet", "--help"]);
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(/Usage: featstore greet <name> \[options\][\s\S]*--as-of <time>[\s\S]*greets Ada/);
    expect((await run(["--version"])).stdout).toBe("1.2.3\n");
  });

  test.each([
    [["gret"], "unknown_command", '"greet"'],
    [["keys", "lost"], "unknown_command", '"keys list"'],
    [["greet", "ada", "--loudy"], "unknown_option", '"--loudly"'],
    [["greet", "ada", "-x"], "unknown_option", "-x"],
    [["greet", "ada", "--no-loudly"], "unknown_option", "--no-loudly"],
    [["greet", "ada", "--loudly=yes"], "value_not_expected", "--loudly"],
    [["greet", "ada", "--as-of"], "value_missing", "--as-of"],
    [["greet", "ada", "--as-of", "--loudly"], "value_missing", "--as-of"],
    [["greet", "ada", "--as-of", "1", "--as-of", "2"], "repeated_option", "--as-of"],
    [["greet", "ada", "bob"], "unexpected_argument", "bob"],
    [["greet"], "argument_missing", "featstore greet <name> [options]"],
  ])("%j is refused as usage", async (line, code, says) => {
    const outcome = await run(line);
    expect(outcome).toMatchObject({ code: 2, stdout: "" });
    expect(outcome.stderr).toMatch(new RegExp(`^${code}: `));
    expect(outcome.stderr).toContain(says);
    expect(outcome.stderr.trim().split("\n")).toHaveLength(1);
  });

  test.each([
    [["port: no"], "wrong: port: no.", "config_invalid: wrong: port: no.\n"],
    [["a: x", "b: y"], "two faults: a: x; b: y.", "config_invalid: two faults\n  a: x\n  b: y\n"],
    [["ids[0]: there is no x"], "there is no x.", "config_invalid: there is no x.\n"],
    [["a: x", "b: y"], "wrong", "config_invalid: wrong\n  a: x\n  b: y\n"],
  ])("faults %j are said once", async (details, message, printed) => {
    const errors = details.map((text) => ({ path: text.split(": ")[0] ?? "", detail: text.split(": ")[1] ?? "" }));
    expect((await run(["fail"], [failing(new FeatstoreError("config_invalid", message, { errors }))])).stderr).toBe(
      printed,
    );
  });

  test("a message with advice loses its full stop", async () => {
    const problem = new CommandProblem({ code: "bad", what: "It is bad.", advice: "mend it" });
    expect((await run(["fail"], [failing(problem)])).stderr).toBe("bad: It is bad; mend it\n");
  });

  test.each([
    ["3D000", "database_not_found"],
    ["28P01", "database_login_failed"],
    ["28000", "database_login_failed"],
    ["42501", "no_privilege"],
    ["57P03", "database_starting"],
    ["53300", "database_unreachable"],
  ])("a connection refused with SQLSTATE %s is %s", async (sqlState, code) => {
    const outcome = await run(["fail"], [failing(new DatabaseError("unreachable", "refused", sqlState))]);
    expect(outcome.code).toBe(4);
    expect(outcome.stderr).toMatch(new RegExp(`^${code}: refused; `));
  });

  test("a problem is one line on stderr, and JSON on stdout with --json", async () => {
    const problem = new CommandProblem({ code: "bad", what: "it is\n bad", where: "a.ts:3", advice: "mend it" });
    expect(await run(["fail"], [failing(problem)])).toEqual({
      code: 1,
      stdout: "",
      stderr: "bad: it is bad (a.ts:3); mend it\n",
    });
    expect(JSON.parse((await run(["fail", "--json"], [failing(problem)])).stdout)).toMatchObject({
      error: { code: "bad", where: "a.ts:3" },
    });
  });

  test.each([
    [
      new FeatstoreError("config_invalid", "the configuration is wrong", { errors: [{ path: "port", detail: "no" }] }),
      3,
    ],
    [new FeatstoreError("data_folder_held", "held"), 5],
    [new FeatstoreError("feature_view_not_found", "none"), 1],
    [new DatabaseError("unreachable", "refused"), 4],
    [new DatabaseError("statement_failed", "permission denied for table tracks", "42501"), 4],
    [new DatabaseError("statement_failed", "syntax", "42601"), 1],
    [new TypeError("x is not a function"), 70],
  ])("%s gives its exit code and no stack", async (error, code) => {
    const outcome = await run(["fail"], [failing(error)]);
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).toMatch(/^[a-z_]+: /);
    expect(outcome.stderr).not.toContain("    at ");
  });

  test("FEATSTORE_DEBUG=1 shows the stack of an internal fault", async () => {
    const outcome = await run(["fail"], [failing(new TypeError("oh"))], { FEATSTORE_DEBUG: "1" });
    expect(outcome.stderr).toContain("    at ");
  });
});

describe("table", () => {
  test("aligns, numbers to the right, and defuses control characters", () => {
    expect(
      table(
        ["name", "n"],
        [
          ["a\u001b[31m", "10"],
          ["bb", "9"],
        ],
      ),
    ).toBe(["name          n", "a\\u001b[31m  10", "bb            9"].join("\n"));
  });
});
