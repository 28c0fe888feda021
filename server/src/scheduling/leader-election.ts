import type { RunHolder } from "../database/index";
import type { ScheduleStore } from "./schedule-store";

/** Acquires or renews leadership, at once if the leader is dead, and returns its token; null if another server leads. */
export async function tryLead(
  store: ScheduleStore,
  holder: RunHolder,
  isDead: (holder: RunHolder) => Promise<boolean>,
  token: string | null,
): Promise<string | null> {
  const leader = await store.tryLead({ holder, token });
  if (leader === null || leader.isCaller) return leader?.token ?? null;
  if (!(await isDead(leader.holder))) return null;
  const after = await store.tryLead({ holder, token: null, deadToken: leader.token });
  return after?.isCaller === true ? after.token : null;
}
