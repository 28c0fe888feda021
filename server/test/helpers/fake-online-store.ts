import { createMemoryOnlineStore } from "../../src/serving/online-store/memory-online-store";
import type { OnlineStore, OnlineVector } from "../../src/serving/online-store/online-store";
import type { LoadedRow } from "../../src/serving/online-store/packed-rows";

/** Rows by table; a row's vectors, by feature, are JSON array texts. */
export type FakeTables = ReadonlyMap<
  string,
  readonly (LoadedRow & { readonly vectors?: Readonly<Record<string, string>> })[]
>;

/**
 * Creates a store over tables. If `held`, reads are synchronous. `failure`, if set, is the error of every asynchronous
 * read, by table or for all.
 */
export function createFakeOnlineStore(tables: FakeTables, held: boolean) {
  const memory = createMemoryOnlineStore({
    limitBytes: 1e9,
    onEvent: () => undefined,
    async *load(_, table) {
      yield tables.get(table) ?? [];
    },
  });
  const failures = new Map<string, unknown>();
  const check = (table: string) => {
    const failure = failures.get(table) ?? failures.get("*");
    if (failure !== undefined) throw failure;
  };
  const store: OnlineStore & { readonly failures: Map<string, unknown> } = {
    name: "fake",
    failures,
    ...(held ? { held: memory.held } : {}),
    async read(request) {
      check(request.table);
      return memory.read(request);
    },
    async readVectors({ table, scope, keys, feature }) {
      check(table);
      const rows = tables.get(table);
      return (
        rows &&
        keys.map((key): OnlineVector | undefined => {
          const row = rows.find((candidate) => candidate.scope === scope && candidate.key === key);
          return row && { eventTime: row.eventTime, text: row.vectors?.[feature] ?? null };
        })
      );
    },
    follow: (served) => memory.follow(served),
    close: () => memory.close(),
  };
  return store;
}
