import { FeatstoreError, settingLabel } from "../core/index";
import type { NewTrainingSet } from "./training-set-types";

/** Builds the refusal of a new training set by a limit. */
export function refusedBy(
  limit: "total" | "tenant" | "exports",
  { tenant, owner, limits }: Pick<NewTrainingSet, "tenant" | "owner" | "limits">,
): FeatstoreError {
  const headers = { "retry-after": "30" };
  if (limit === "total") {
    const detail = `The queue of training sets is full: ${settingLabel("training_sets.waiting")} allows ${limits?.total} besides the one being built. Try again later.`;
    return new FeatstoreError("training_queue_full", detail, { headers });
  }
  if (limit === "exports") {
    const detail = `The limits of the organisation allow at most ${owner?.exports} training sets at once, waiting ones included. Wait for one to end, or cancel one.`;
    return new FeatstoreError("training_tenant_queue_full", detail, { headers });
  }
  const ofKeys = tenant === null ? "keys without a tenant" : "this tenant";
  const whose = (owner?.organisation ?? null) === null ? ofKeys : "this organisation";
  const detail = `The queue of training sets is full for ${whose}: ${settingLabel("training_sets.waiting_per_tenant")} allows ${limits?.perTenant} besides the one being built. Wait for one to end, or cancel one.`;
  return new FeatstoreError("training_tenant_queue_full", detail, { headers });
}
