import type { RegistryStore } from "../registry/index";
import type { ServingStates } from "./serving-states";

/** Keeps the served state up to date. */
export interface RegistryFollower {
  /** Reads the registry now and resolves once it is served. Never rejects: `fault` has the error. */
  refresh(): Promise<void>;
  /** Refreshes in the background. */
  wake(): void;
  startPolling(): void;
  /** Returns why the last attempt to read the registry failed, else null. */
  fault(): unknown;
  close(): Promise<void>;
}

export interface FollowerOptions {
  readonly watch: RegistryStore["watch"];
  readonly states: Pick<ServingStates, "served" | "adopt" | "adoptErasures">;
  /** Milliseconds between polls, used without notifications. */
  readonly pollMs: number;
  readonly onFault: (error: unknown) => void;
}

/** Follows the registry by notification and by polling. */
export function followRegistry({ watch, states, pollMs, onFault }: FollowerOptions): RegistryFollower {
  let fault: unknown = null;
  let isClosed = false;
  let isWatchFailed = false;
  let endWatch: (() => Promise<void>) | undefined;
  let timer: NodeJS.Timeout | undefined;

  /**
   * Without notifications, for example behind a pooler, changes are seen by polling. That is slower, but not a fault.
   */
  const startWatching = async (): Promise<void> => {
    if (isClosed || endWatch !== undefined || states.served() === undefined) return;
    try {
      endWatch = await watch(wake);
    } catch (error) {
      if (!isWatchFailed) onFault(error);
      isWatchFailed = true;
    }
  };

  const adoption = createRepeater(
    async () => {
      try {
        await states.adopt();
        fault = null;
      } catch (error) {
        fault = error;
        if (!isClosed) onFault(error);
      }
      await startWatching();
    },
    () => isClosed,
  );
  // An adoption may wait long for the online store; erased keys must not be served meanwhile.
  const erasures = createRepeater(states.adoptErasures, () => isClosed);

  const refresh = (): Promise<void> => {
    if (adoption.running() !== undefined) void erasures.request();
    return adoption.request();
  };

  function wake(): void {
    if (!isClosed) void refresh();
  }

  const startPolling = (): void => {
    timer = setTimeout(() => {
      void refresh();
      startPolling();
    }, pollMs);
    timer.unref();
  };

  return {
    refresh,
    wake,
    startPolling,
    fault: () => fault,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await adoption.running();
      await erasures.running();
      await endWatch?.();
    },
  };
}

/** Runs a step, and again if it is requested while it runs. */
interface Repeater {
  /** Resolves after the last run. */
  request(): Promise<void>;
  running(): Promise<void> | undefined;
}

function createRepeater(step: () => Promise<void>, isClosed: () => boolean): Repeater {
  let isRequested = false;
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    do {
      isRequested = false;
      await step();
    } while (isRequested && !isClosed());
  };
  return {
    request() {
      isRequested = true;
      running ??= run().finally(() => {
        running = undefined;
      });
      return running;
    },
    running: () => running,
  };
}
