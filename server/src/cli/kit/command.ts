import { type ArgsDef, type ParsedArgs, parseArgs } from "citty";
import { CommandProblem, type ExitName, suggest } from "../../core/index";

/** A command's access to the outside world; tests pass their own. */
export interface CommandIo {
  /** Writes to stdout, without changes. */
  readonly stdout: (text: string) => void;
  /** Writes to stderr, without changes. */
  readonly stderr: (text: string) => void;
  /** True when stderr is a terminal, so that a progress bar makes sense. */
  readonly terminal: boolean;
  /** True when stdout is a terminal that shows colours (`NO_COLOR` turns them off). */
  readonly colours?: boolean;
  /** Asks a question at the terminal and resolves to the typed line; absent without a terminal. */
  readonly ask?: (question: string) => Promise<string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /** Aborts on Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

/** A command's result: `json` is printed with `--json`, `text` otherwise. */
export interface CommandResult {
  /** Undefined when the command wrote its JSON lines itself. */
  readonly json?: unknown;
  readonly text?: string;
  readonly exit?: ExitName;
}

export interface Example {
  readonly line: string;
  readonly does: string;
}

/** A command without its argument types, for the runner and the help. */
export interface Command {
  /** The words that select the command: `keys create`. */
  readonly name: string;
  readonly summary: string;
  readonly args: ArgsDef;
  /** The name of a positional argument that takes all remaining ones: `ids`. */
  readonly rest: string | undefined;
  readonly examples: readonly Example[];
  readonly invoke: (rawArgs: readonly string[], io: CommandIo) => Promise<CommandResult>;
}

const sharedArgs = {
  json: { type: "boolean", description: "Print one JSON document (or JSON lines) on stdout" },
  config: { type: "string", description: "Configuration file (default: featstore.config.yaml)", valueHint: "path" },
  help: { type: "boolean", alias: "h", description: "Show this help" },
} as const satisfies ArgsDef;

type SharedArgs = typeof sharedArgs;

/**
 * Defines a command. Unknown options, repeated options and surplus arguments are rejected before `run`.
 *
 * @example defineFeatstoreCommand({ name: "check", summary: "…", args: { strict: { type: "boolean" } }, examples: [], run })
 */
export function defineFeatstoreCommand<const T extends ArgsDef>(definition: {
  readonly name: string;
  readonly summary: string;
  readonly args: T;
  readonly rest?: string;
  readonly examples: readonly Example[];
  readonly run: (args: ParsedArgs<T & SharedArgs>, io: CommandIo) => Promise<CommandResult>;
}): Command {
  const args: ArgsDef = { ...definition.args, ...sharedArgs };
  return {
    name: definition.name,
    summary: definition.summary,
    args,
    rest: definition.rest,
    examples: definition.examples,
    invoke: (rawArgs, io) => {
      refuseUnknownArguments(definition.name, args, definition.rest, rawArgs);
      const parsed = parseArgs<T & SharedArgs>([...rawArgs], args);
      // citty reads `--no-promote` as `promote: false`.
      const negated = Object.keys(args).filter((name) => rawArgs.includes(`--${name}`) && name.startsWith("no-"));
      return definition.run({ ...parsed, ...Object.fromEntries(negated.map((name) => [name, true])) }, io);
    },
  };
}

function refuseUnknownArguments(name: string, args: ArgsDef, rest: string | undefined, rawArgs: readonly string[]) {
  const advice = `see featstore ${name} --help`;
  const refuse = (code: string, what: string) =>
    new CommandProblem({ code, what, where: `featstore ${name}`, advice, exit: "usage" });
  const options = new Map(
    Object.entries(args).flatMap(([option, definition]) => {
      if (definition.type === "positional") return [];
      const alias = "alias" in definition ? [definition.alias ?? []].flat() : [];
      return [`--${option}`, ...alias.map((short) => `-${short}`)].map(
        (flag) => [flag, { option, definition }] as const,
      );
    }),
  );
  const seen = new Set<string>();
  const words: string[] = [];
  for (let index = 0; index < rawArgs.length; index += 1) {
    const argument = rawArgs[index] ?? "";
    if (argument === "--") {
      words.push(...rawArgs.slice(index + 1));
      break;
    }
    if (!argument.startsWith("-") || argument === "-") {
      words.push(argument);
      continue;
    }
    const equals = argument.indexOf("=");
    const flag = equals < 0 ? argument : argument.slice(0, equals);
    const known = options.get(flag);
    if (known === undefined) throw refuse("unknown_option", `unknown option ${flag}${suggest(flag, options.keys())}`);
    if (seen.has(known.option)) throw refuse("repeated_option", `${flag} occurs twice`);
    seen.add(known.option);
    if (known.definition.type === "boolean") {
      if (equals >= 0) throw refuse("value_not_expected", `${flag} takes no value`);
      continue;
    }
    const value = equals < 0 ? rawArgs[index + 1] : argument.slice(equals + 1);
    if (value === undefined || value === "" || (equals < 0 && value.startsWith("--")))
      throw refuse("value_missing", `${flag} needs a value`);
    if (equals < 0) index += 1;
  }
  const positionals = Object.entries(args).filter(([, definition]) => definition.type === "positional");
  const [missing] = positionals.slice(words.length).filter(([, definition]) => definition.required !== false);
  if (missing !== undefined)
    throw new CommandProblem({
      code: "argument_missing",
      what: `<${missing[0]}> is missing`,
      advice: `usage: ${usage({ name, args, rest })}`,
      exit: "usage",
    });
  const surplus = words[positionals.length];
  if (surplus !== undefined && rest === undefined)
    throw refuse("unexpected_argument", `unexpected argument "${surplus}"`);
}

/** `featstore get <entity> <ids…> [options]` */
export function usage({ name, args, rest }: Pick<Command, "name" | "args" | "rest">): string {
  const words = Object.entries(args)
    .filter(([, definition]) => definition.type === "positional")
    .map(([word, definition]) => {
      const shown = rest === word ? `${word}…` : word;
      return definition.required === false ? `[${shown}]` : `<${shown}>`;
    });
  return ["featstore", name, ...words, "[options]"].join(" ");
}
