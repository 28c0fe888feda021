import { EngineError } from "../../engine-error";

const SUPPORTED = ["4.0", "4.1"];

/** Refuses a server of another version than 4.0 and 4.1. Error: `engine_version_unsupported`. */
export function requireSupportedSpark(engine: string, version: string): void {
  const [, release = ""] = /^(\d+\.\d+)(?:\D|$)/.exec(version) ?? [];
  if (SUPPORTED.includes(release)) return;
  throw new EngineError(
    "engine_version_unsupported",
    `The server of engine "${engine}" is Spark ${version}: Featstore supports ${SUPPORTED.join(" and ")}.`,
  );
}
