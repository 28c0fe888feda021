import type { EngineSettings } from "../../core/index";
import { EngineError } from "../engine-error";
import { openSpark, withSpark } from "./open-spark";

/** The state of a Spark engine's cluster. */
export interface SparkCheck {
  readonly state: "ok" | "warning" | "failed";
  readonly found: string;
  readonly advice?: string;
}

const DEADLINE_MS = 60_000;
const REAPER = "spark.task.reaper.enabled";

/** Opens a session on the cluster of a Spark engine, and reads the settings on which it depends that are the server's. Reads no row. */
export async function checkSpark(name: string, settings: EngineSettings): Promise<SparkCheck> {
  try {
    return await withSpark(openSpark(name, settings), { deadlineMs: DEADLINE_MS }, async (spark) => {
      const { [REAPER]: reaper } = await spark.get([REAPER], { deadlineMs: DEADLINE_MS });
      const found = `Spark ${spark.version}`;
      if (reaper === "true") return { state: "ok", found };
      return {
        state: "warning",
        found: `${found}; ${REAPER} is off`,
        advice: `set ${REAPER} = true and spark.task.reaper.killTimeout = 20s on the server: without them, tasks of a cancelled run keep their processors`,
      };
    });
  } catch (error) {
    return {
      state: "failed",
      found: error instanceof EngineError ? error.detail : "the server does not respond in time",
    };
  }
}
