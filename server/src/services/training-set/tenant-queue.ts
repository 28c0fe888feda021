/** Work that waits, of one tenant; null: of none. */
export interface TenantWork {
  readonly tenant: string | null;
}

/**
 * The work whose turn it is: of the tenant that was served least recently, and before all others of one that was not
 * served yet; of one tenant what came first. `served`: by tenant, a number that grows with every turn. What has no tenant
 * counts as one tenant's.
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

/** Runs one work at a time, tenant after tenant. */
export interface TenantQueue {
  /** Runs the work when it is its turn; at once where it is aborted while it waits, so that it can end. */
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
    // Nobody waits: whose turn it was matters to nobody.
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
