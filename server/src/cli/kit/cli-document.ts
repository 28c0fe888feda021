import { exitCodes } from "../../core/index";
import type { Command } from "./command";

/** Writes `docs/generated/cli.md`: every command with its arguments, options and examples. */
export function cliDocument(commands: readonly Command[]): string {
  return [
    "# The command line",
    "",
    "<!-- Written from server/src/cli by its test: npx vitest run server/test/cli/cli-document.test.ts -u -->",
    "",
    "Results go to stdout; progress and problems go to stderr. With `--json` stdout holds one JSON document (`serve --json`:",
    'JSON lines) and nothing else, also when a command fails: `{ "error": { "code", "message", "where", "advice", "details" } }`.',
    "A problem is one line, `code: what (where); what to do`, with a stable code; faults that come together follow on lines",
    "of their own. `FEATSTORE_DEBUG=1` adds the stack of an internal fault.",
    "",
    "Every command finds its database in `featstore.config.yaml` or the environment. Beside a running embedded server it goes",
    "through that server, with the same output.",
    "",
    "## Exit codes",
    "",
    "| code | means |",
    "|---|---|",
    ...Object.values(exitCodes).map(({ code, means }) => `| ${code} | ${means} |`),
    "",
    ...commands.flatMap(commandSection),
  ].join("\n");
}

function commandSection(command: Command): string[] {
  const entries = Object.entries(command.args).filter(([name]) => !["json", "config", "help"].includes(name));
  const words = entries.flatMap(([name, definition]) => {
    if (definition.type !== "positional") return [];
    const word = command.rest === name ? `${name}…` : name;
    return [definition.required === false ? `[${word}]` : `<${word}>`];
  });
  const rows = entries.map(([name, definition]) => {
    const hint = definition.type === "boolean" ? "" : ` <${definition.valueHint ?? "value"}>`;
    const shown = definition.type === "positional" ? name : `--${name}${hint}`;
    return `| \`${shown}\` | ${definition.description ?? ""} |`;
  });
  return [
    `## \`${["featstore", command.name, ...words].join(" ")}\``,
    "",
    `${command.summary}.`,
    "",
    ...(rows.length === 0 ? [] : ["| argument or option | |", "|---|---|", ...rows, ""]),
    "```sh",
    ...command.examples.flatMap(({ line, does }) => [`# ${does}`, line]),
    "```",
    "",
  ];
}
