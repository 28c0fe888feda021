import { stringify } from "lossless-json";
import { CommandProblem, exitCodes, suggest } from "../../core/index";
import type { Command, CommandIo, CommandResult } from "./command";
import { commandHelp, groupHelp, overview } from "./help";
import { problemOf } from "./problem-of";
import { problemText } from "./problem-text";

/**
 * Runs one command line and returns its exit code. Results go to stdout, everything else to stderr. With `--json`, stdout
 * holds only JSON, also when the command fails: `{ "error": { "code", "message", "where", "advice" } }`.
 */
export async function runCli(
  commandLine: readonly string[],
  io: CommandIo,
  commands: readonly Command[],
  version: string,
): Promise<number> {
  const asJson = optionsOf(commandLine).includes("--json");
  try {
    const result = await dispatch(commandLine, io, commands, version);
    if (asJson && result.json !== undefined) io.stdout(`${stringify(result.json)}\n`);
    else if (!asJson && result.text !== undefined && result.text !== "") io.stdout(`${result.text.trimEnd()}\n`);
    return exitCodes[result.exit ?? "ok"].code;
  } catch (error) {
    const problem = problemOf(error, io.signal);
    io.stderr(`${problemText(problem)}\n`);
    if (problem.exit === "internal" && io.environment.FEATSTORE_DEBUG === "1")
      io.stderr(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    if (asJson) {
      const { code, message, where, advice, details } = problem;
      io.stdout(`${JSON.stringify({ error: { code, message, where, advice, details } })}\n`);
    }
    return exitCodes[problem.exit].code;
  }
}

async function dispatch(
  commandLine: readonly string[],
  io: CommandIo,
  commands: readonly Command[],
  version: string,
): Promise<CommandResult> {
  const [first, second] = commandLine;
  if (first === undefined || first === "--help" || first === "-h" || first === "help")
    return { text: overview(commands, version), json: { version, commands: commands.map(({ name }) => name) } };
  if (first === "--version" || first === "-v") return { text: version, json: { version } };
  const command =
    commands.find(({ name }) => name === `${first} ${second ?? ""}`) ?? commands.find(({ name }) => name === first);
  if (command === undefined) {
    const group = commands.filter(({ name }) => name.startsWith(`${first} `));
    if (group.length > 0 && (second === undefined || second === "--help" || second === "-h"))
      return { text: groupHelp(first, group), json: { commands: group.map(({ name }) => name) } };
    const commandName = group.length > 0 ? `${first} ${second ?? ""}` : first;
    const names = commands.map(({ name }) => name);
    throw new CommandProblem({
      code: "unknown_command",
      what: `unknown command "${commandName}"${suggest(commandName, names)}`,
      advice: "featstore --help lists the commands",
      exit: "usage",
    });
  }
  const rawArgs = commandLine.slice(command.name.split(" ").length);
  const options = optionsOf(rawArgs);
  if (options.includes("--help") || options.includes("-h"))
    return { text: commandHelp(command), json: { name: command.name, summary: command.summary } };
  return command.invoke(rawArgs, io);
}

function optionsOf(words: readonly string[]): readonly string[] {
  const end = words.indexOf("--");
  return end < 0 ? words : words.slice(0, end);
}
