import { holdLease } from "../core/index";
import type { FoundChanges } from "../engine/index";
import type { RegisteredView } from "../registry/index";
import type { MaterializeDependencies, MaterializeRequest } from "./materialization";

/** Finds what changed in the views' sources since their served generations, and keeps it until it is dropped. */
export async function keptChanges(
  { engine, offline, holder }: Pick<MaterializeDependencies, "engine" | "offline" | "holder">,
  targets: readonly RegisteredView[],
  { asOf, heartbeatMs, signal }: Pick<MaterializeRequest, "asOf" | "heartbeatMs" | "signal">,
): Promise<FoundChanges> {
  const request = { holder, asOf: asOf ?? null };
  const found = await engine.findChanges(targets, request, signal === undefined ? {} : { signal });
  const { lease } = found;
  const held = lease === null ? null : holdLease(() => offline.heartbeat(lease), { everyMs: heartbeatMs });
  return {
    ...found,
    async drop() {
      await held?.release();
      await found.drop();
    },
  };
}
