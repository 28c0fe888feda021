import { type OnlineReadRequest, type OnlineStore, OnlineStoreError } from "./online-store";

/** Asks each tier in turn for the same generation, within one deadline; the first that holds it answers. */
export function createTieredOnlineStore(tiers: readonly OnlineStore[]): OnlineStore {
  const first = async <Request extends OnlineReadRequest, Answer>(
    request: Request,
    ask: (tier: OnlineStore, request: Request) => Promise<Answer | undefined>,
  ): Promise<Answer | undefined> => {
    const begun = performance.now();
    let remaining = request;
    for (const tier of request.isRetry ? tiers.slice(1) : tiers) {
      const answer = await ask(tier, remaining);
      if (answer !== undefined) return answer;
      const deadlineMs = request.deadlineMs - (performance.now() - begun);
      if (deadlineMs <= 0) throw new OnlineStoreError("timeout", `${tier.name} took the whole deadline`);
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
