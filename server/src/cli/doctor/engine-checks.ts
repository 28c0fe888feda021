import type { Config } from "../../core/index";
import { checkEngine, checkSpark, openEngine } from "../../engine/index";
import { type CheckResult, failed, ok } from "./check-result";

/** Checks each engine of the settings, without reading a row. */
export async function checkEngines({ engines }: Pick<Config, "engines">): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const [name, settings] of Object.entries(engines)) {
    for (const { part, isOk, found, advice } of await checkEngine(openEngine(name, settings)))
      results.push(isOk ? ok(`engine ${name} ${part}`, found) : failed(`engine ${name} ${part}`, found, advice));
    if (settings.kind !== "spark") continue;
    const { state, found, advice } = await checkSpark(name, settings);
    results.push({ check: `engine ${name} cluster`, status: state, found, advice });
  }
  return results;
}
