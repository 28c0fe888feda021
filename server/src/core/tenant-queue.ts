/** Waiting work of one tenant; null for work without a tenant. */
export interface TenantWork {
  readonly tenant: string | null;
}

/**
 * Returns the next work: that of the tenant served least recently, tenants not yet served first, and the oldest work of
 * that tenant. `served` maps a tenant to a number that grows with every turn. Work without a tenant counts as one tenant's.
 */
export function nextInTurn<Work extends TenantWork>(
  waiting: readonly Work[],
  served: ReadonlyMap<string | null, number>,
): Work | undefined {
  const turnOf = ({ tenant }: Work): number => served.get(tenant) ?? 0;
  return waiting.reduce<Work | undefined>(
    (first, work) => (first === undefined || turnOf(work) < turnOf(first) ? work : first),
    undefined,
  );
}

/** Runs work in turns of the tenants, at most one item of a tenant at once. */
export interface TenantQueue {
  /** Runs the work at its turn, or at once if it is aborted while it waits, so that it can clean up. */
  run<Result>(tenant: string | null, work: () => Promise<Result>, signal: AbortSignal): Promise<Awaited<Result>>;
  /** Waits until nothing runs or waits. */
  idle(): Promise<void>;
}

/** `atOnce`: how many items run at once, each of another tenant; by default one. */
export function createTenantQueue({ atOnce = 1 }: { readonly atOnce?: number } = {}): TenantQueue {
  let waiting: readonly (TenantWork & { readonly begin: () => Promise<void> })[] = [];
  const running = new Set<Promise<unknown>>();
  const busy = new Set<string | null>();
  const served = new Map<string | null, number>();
  let turn = 0;

  const next = () =>
    busy.size < atOnce
      ? nextInTurn(
          waiting.filter(({ tenant }) => !busy.has(tenant)),
          served,
        )
      : undefined;

  const runWaiting = (): void => {
    for (let work = next(); work !== undefined; work = next()) {
      const { tenant, begin } = work;
      const begun = work;
      waiting = waiting.filter((each) => each !== begun);
      turn += 1;
      served.set(tenant, turn);
      busy.add(tenant);
      void begin().then(() => {
        busy.delete(tenant);
        runWaiting();
        // The order of past turns only matters while work waits.
        if (busy.size === 0) served.clear();
      });
    }
  };

  return {
    run<Result>(tenant: string | null, work: () => Promise<Result>, signal: AbortSignal) {
      const done = new Promise<Awaited<Result>>((resolve, reject) => {
        const begin = async () => {
          try {
            resolve(await work());
          } catch (error) {
            reject(error);
          }
        };
        const beginAborted = () => {
          if (!waiting.includes(entry)) return;
          waiting = waiting.filter((each) => each !== entry);
          void begin();
        };
        const beginInTurn = () => {
          signal.removeEventListener("abort", beginAborted);
          return begin();
        };
        const entry = { tenant, begin: beginInTurn };
        waiting = [...waiting, entry];
        if (signal.aborted) beginAborted();
        else signal.addEventListener("abort", beginAborted, { once: true });
      });
      const settled = done.catch(() => undefined).finally(() => running.delete(settled));
      running.add(settled);
      runWaiting();
      return done;
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
