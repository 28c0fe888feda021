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

/** Runs one work item at a time and alternates between tenants. */
export interface TenantQueue {
  /** Runs the work at its turn, or at once if it is aborted while it waits, so that it can clean up. */
  run<Result>(tenant: string | null, work: () => Promise<Result>, signal: AbortSignal): Promise<Awaited<Result>>;
  /** Waits until nothing runs or waits. */
  idle(): Promise<void>;
}

export function createTenantQueue(): TenantQueue {
  let waiting: readonly (TenantWork & { readonly begin: () => Promise<void> })[] = [];
  const running = new Set<Promise<unknown>>();
  const served = new Map<string | null, number>();
  let turn = 0;
  let isBusy = false;

  const runWaiting = async (): Promise<void> => {
    isBusy = true;
    for (let next = nextInTurn(waiting, served); next !== undefined; next = nextInTurn(waiting, served)) {
      const { tenant, begin } = next;
      waiting = waiting.filter((each) => each !== next);
      turn += 1;
      served.set(tenant, turn);
      await begin();
    }
    // The order of past turns only matters while work waits.
    served.clear();
    isBusy = false;
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
        const entry = { tenant, begin };
        waiting = [...waiting, entry];
        const beginAborted = () => {
          if (!waiting.includes(entry)) return;
          waiting = waiting.filter((each) => each !== entry);
          void begin();
        };
        if (signal.aborted) beginAborted();
        else signal.addEventListener("abort", beginAborted, { once: true });
      });
      const settled = done.catch(() => undefined).finally(() => running.delete(settled));
      running.add(settled);
      if (!isBusy) void runWaiting();
      return done;
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
