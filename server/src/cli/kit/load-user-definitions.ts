import type { Definitions } from "@featstore/definitions/compiler";
import { CommandProblem, type Config } from "../../core/index";
import { diagnosticsText, reportedFault } from "../check/diagnostics-report";
import type { CommandIo } from "./command";
import { type LoadedDefinitions, loadDefinitions } from "./load-definitions";

/** Loads the definitions that the option, or else the configuration, names; files that cannot be loaded become faults. */
export function loadUserDefinitions(
  args: { readonly definitions?: string | undefined },
  config: Pick<Config, "definitions" | "folder">,
  io: Pick<CommandIo, "workingFolder">,
): Promise<LoadedDefinitions> {
  return args.definitions === undefined
    ? loadDefinitions(config.definitions, config.folder)
    : loadDefinitions(args.definitions, io.workingFolder);
}

/** Throws if some definitions could not be loaded. */
export function requireLoaded(loaded: LoadedDefinitions): Definitions {
  const [first] = loaded.faults;
  if (first === undefined) return loaded.definitions;
  throw new CommandProblem({
    code: first.code,
    what: loaded.faults.length === 1 ? first.message : `${loaded.faults.length} definition files could not be loaded`,
    where: loaded.faults.length === 1 ? pathOf(first) : undefined,
    advice: loaded.faults.length === 1 ? first.suggestion : undefined,
    details: loaded.faults.length === 1 ? [] : diagnosticsText(loaded.faults.map(reportedFault)).split("\n"),
  });
}

function pathOf({ file, line }: { readonly file: string; readonly line: number | null }): string {
  return line === null ? file : `${file}:${line}`;
}
