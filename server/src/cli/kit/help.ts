import { exitCodes } from "../../core/index";
import { type Command, usage } from "./command";

/** Writes the overview for `featstore --help`. */
export function overview(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return [
    `featstore ${version}: a feature store whose definitions are TypeScript and compile to SQL`,
    "",
    "Usage: featstore <command> [options]",
    "",
    "Commands:",
    ...commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    "",
    "featstore <command> --help shows a command's options and examples.",
    "",
    "Exit codes:",
    ...exitCodeLines(),
    "",
  ].join("\n");
}

/** Writes the page for `featstore <command> --help`. */
export function commandHelp(command: Command): string {
  const entries = Object.entries(command.args);
  const positionals = entries.filter(([, definition]) => definition.type === "positional");
  const options = entries.filter(([, definition]) => definition.type !== "positional");
  return [
    command.summary,
    "",
    `Usage: ${usage(command)}`,
    ...section(
      "Arguments",
      positionals.map(([name, definition]) => [name, definition.description ?? ""]),
    ),
    ...section(
      "Options",
      options.map(([name, definition]) => {
        const hint = definition.type === "boolean" ? "" : ` <${definition.valueHint ?? "value"}>`;
        return [`--${name}${hint}`, definition.description ?? ""];
      }),
    ),
    ...section(
      "Examples",
      command.examples.map((example) => [example.line, example.does]),
    ),
    "",
    "Exit codes:",
    ...exitCodeLines(),
    "",
  ].join("\n");
}

/** Writes the help of a command group, such as `keys`: `create`, `list`, `revoke`. */
export function groupHelp(group: string, commands: readonly Command[]): string {
  return [
    `Usage: featstore ${group} <command> [options]`,
    ...section(
      "Commands",
      commands.map((command) => [command.name, command.summary]),
    ),
    "",
  ].join("\n");
}

function section(title: string, lines: readonly (readonly [string, string])[]): string[] {
  if (lines.length === 0) return [];
  const width = Math.max(...lines.map(([left]) => left.length));
  return ["", `${title}:`, ...lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd())];
}

function exitCodeLines(): string[] {
  return Object.values(exitCodes).map(({ code, means }) => `  ${String(code).padStart(3)}  ${means}`);
}
