import type { OnlineStore } from "./online-store";

/** Asks each tier in turn for the same generation; the first that holds it answers. */
export function createTieredOnlineStore(tiers: readonly OnlineStore[]): OnlineStore {
  return {
    name: tiers.map((tier) => tier.name).join("+"),
    held(table) {
      for (const tier of tiers) {
        const rows = tier.held?.(table);
        if (rows !== undefined) return rows;
      }
      return undefined;
    },
    async read(request) {
      for (const tier of tiers) {
        const rows = await tier.read(request);
        if (rows !== undefined) return rows;
      }
      return undefined;
    },
    async readVectors(request) {
      for (const tier of tiers) {
        const vectors = await tier.readVectors(request);
        if (vectors !== undefined) return vectors;
      }
      return undefined;
    },
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
