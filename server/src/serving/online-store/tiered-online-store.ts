import { type OnlineReadRequest, type OnlineStore, OnlineStoreError } from "./online-store";

/** Reads from the first tier that holds the generation, within one deadline for all tiers. */
export function createTieredOnlineStore(tiers: readonly OnlineStore[]): OnlineStore {
  const first = async <Request extends OnlineReadRequest, Answer>(
    request: Request,
    read: (tier: OnlineStore, request: Request) => Promise<Answer | undefined>,
  ): Promise<Answer | undefined> => {
    const startedAt = performance.now();
    let remaining = request;
    for (const tier of request.isRetry ? tiers.slice(1) : tiers) {
      const answer = await read(tier, remaining);
      if (answer !== undefined) return answer;
      const deadlineMs = request.deadlineMs - (performance.now() - startedAt);
      if (deadlineMs <= 0) throw new OnlineStoreError("timeout", `${tier.name} used the whole deadline`);
      remaining = { ...request, deadlineMs };
    }
    return undefined;
  };
  const readAtOnce = tiers[0]?.readViews;
  return {
    name: tiers.map((tier) => tier.name).join("+"),
    held(table) {
      for (const tier of tiers) {
        const rows = tier.held?.(table);
        if (rows !== undefined) return rows;
      }
      return undefined;
    },
    holds: (table) => tiers.some((tier) => tier.holds?.(table) === true),
    read: (request) => first(request, (tier, remaining) => tier.read(remaining)),
    ...(readAtOnce === undefined ? {} : { readViews: readAtOnce }),
    readVectors: (request) => first(request, (tier, remaining) => tier.readVectors(remaining)),
    async follow(served) {
      for (const tier of tiers) await tier.follow?.(served);
    },
    forget(served) {
      for (const tier of tiers) tier.forget?.(served);
    },
    async close() {
      for (const tier of tiers) await tier.close();
    },
  };
}
