import { FeatstoreError, settingLabel } from "../core/index";

/** Kinds of reads that wait in separate queues: single entities, batches, searches and as-of reads. */
export const lanes = ["single", "batch", "search", "as_of"] as const;

export type Lane = (typeof lanes)[number];

/**
 * Why a read was rejected: its queue is full, its deadline cannot be met, the deadline passed while it waited, or the
 * client disconnected.
 */
export const refusals = ["full", "late", "expired", "gone"] as const;

export type Refusal = (typeof refusals)[number];

export interface AdmissionRequest {
  readonly lane: Lane;
  /** The number of slots that the read takes, capped at all slots of its lane. */
  readonly cost: number;
  /** Milliseconds until the response is due, including the wait. */
  readonly deadlineMs: number;
  /** Aborts when the client no longer waits for the response. Observed only until the read is admitted. */
  readonly signal?: AbortSignal | undefined;
}

export interface LaneCounts {
  readonly inFlight: number;
  readonly waiting: number;
  readonly refused: Readonly<Record<Refusal, number>>;
}

/** Decides which reads may use the stores now, which wait, and which are rejected. */
export interface Admission {
  /**
   * Runs the work once there is room, and passes it the milliseconds that are left of the deadline.
   * Errors: `overloaded` with Retry-After, as early as possible; errors of the work.
   *
   * @example await admission.run({ lane: "batch", cost: 4, deadlineMs: 2000 }, (deadlineMs) => read(keys, deadlineMs));
   */
  run<T>(request: AdmissionRequest, work: (deadlineMs: number) => Promise<T>): Promise<T>;
  counts(lane: Lane): LaneCounts;
}

export interface AdmissionOptions {
  /** Slots that may be in use at once. */
  readonly slots: number;
  /** Slots that reads other than single ones may use. The rest is reserved for single reads. */
  readonly bulkSlots: number;
  /** Slots' worth of reads that may wait in each lane. */
  readonly waiting: number;
  /** A monotonic clock in milliseconds. Default: `performance.now`. */
  readonly monotonic?: () => number;
}

interface Waiting {
  readonly cost: number;
  readonly admit: () => void;
}

interface LaneState {
  readonly lane: Lane;
  readonly max: number;
  readonly queue: Waiting[];
  /** The total cost of the queue. */
  queued: number;
  inUse: number;
  inFlight: number;
  /** Cost admitted so far, comparable between lanes. The lane with the smallest value is next. */
  turn: number;
  /** Smoothed time for which work holds its slots, in milliseconds; 0 before the first. */
  holdMs: number;
  readonly refused: Record<Refusal, number>;
}

/** Ids of one view that cost one slot. */
const IDS_IN_A_SLOT = 200;

/** Returns the number of slots of a read: one per view and 200 ids. */
export function readCost(views: number, ids: number): number {
  return views * Math.ceil(ids / IDS_IN_A_SLOT);
}

/** The hold time falls faster than it rises: rejecting on an outdated estimate is worse than waiting. */
const RISING = 0.1;
const FALLING = 0.3;
const MAX_RETRY_SECONDS = 60;

export function createAdmission(options: AdmissionOptions): Admission {
  const { slots, waiting, monotonic = () => performance.now() } = options;
  const bulkSlots = Math.max(1, Math.min(slots, options.bulkSlots));
  const states: Readonly<Record<Lane, LaneState>> = {
    single: laneOf("single", slots),
    batch: laneOf("batch", bulkSlots),
    search: laneOf("search", bulkSlots),
    as_of: laneOf("as_of", bulkSlots),
  };
  const all = lanes.map((lane) => states[lane]);

  let inUse = 0;
  let queued = 0;
  const bulkInUse = (): number => inUse - states.single.inUse;
  const fits = (state: LaneState, cost: number): boolean =>
    inUse + cost <= slots && (state.lane === "single" || bulkInUse() + cost <= bulkSlots);

  const take = (state: LaneState, cost: number): void => {
    inUse += cost;
    state.inUse += cost;
    state.inFlight += 1;
    state.turn += cost;
  };

  /** Admits waiting reads while there is room: from the lane with the least admitted cost, in order of arrival. */
  const admitNext = (): void => {
    const order = all.filter(({ queue }) => queue.length > 0).sort((left, right) => left.turn - right.turn);
    let bulkWaits = false;
    let isReservedForBulk = false;
    for (const state of order) {
      const [head] = state.queue;
      if (head === undefined) continue;
      const isSingle = state.lane === "single";
      // A waiting batch keeps its claim on freed slots, except for the slots reserved for single reads.
      const isOwn = state.inUse + head.cost <= slots - bulkSlots;
      if (fits(state, head.cost) && (isSingle ? isOwn || !isReservedForBulk : !bulkWaits)) {
        state.queue.shift();
        state.queued -= head.cost;
        queued -= head.cost;
        take(state, head.cost);
        head.admit();
        admitNext();
        return;
      }
      if (isSingle) {
        // A read that needs more than the reserved slots would otherwise wait forever behind batches that fit.
        bulkWaits ||= head.cost > slots - bulkSlots;
      } else {
        bulkWaits = true;
        isReservedForBulk ||= bulkInUse() + head.cost <= bulkSlots;
      }
    }
  };

  const expectedMs = (state: LaneState, cost: number): number => (state.holdMs * (state.queued + cost)) / state.max;

  const refuse = (state: LaneState, refusal: Refusal): FeatstoreError => {
    state.refused[refusal] += 1;
    if (refusal === "gone")
      return new FeatstoreError("invalid_request", "The client disconnected while the request was waiting.");
    const seconds = Math.min(MAX_RETRY_SECONDS, Math.max(1, Math.ceil(expectedMs(state, 1) / 1000)));
    return new FeatstoreError(
      "overloaded",
      `More ${NAMES[state.lane]} wait for the stores than could be answered in time: try again in ${seconds} s. The limit is ${limitOf(state.lane, refusal)}.`,
      { headers: { "retry-after": String(seconds) } },
    );
  };

  const wait = (state: LaneState, cost: number, { deadlineMs, signal }: AdmissionRequest): Promise<void> => {
    if (signal?.aborted === true) return Promise.reject(refuse(state, "gone"));
    if (state.queued + cost > waiting) return Promise.reject(refuse(state, "full"));
    if (expectedMs(state, cost) + state.holdMs > deadlineMs) return Promise.reject(refuse(state, "late"));
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", leave);
      };
      const entry: Waiting = {
        cost,
        admit: () => {
          end();
          resolve();
        },
      };
      const abandon = (refusal: Refusal): void => {
        end();
        state.queue.splice(state.queue.indexOf(entry), 1);
        state.queued -= cost;
        queued -= cost;
        reject(refuse(state, refusal));
        // It may have blocked the reads behind it.
        admitNext();
      };
      const leave = (): void => abandon("gone");
      const timer = setTimeout(() => abandon("expired"), deadlineMs);
      signal?.addEventListener("abort", leave, { once: true });
      // An idle lane gains no credit for the time in which it was idle.
      const turns = all.filter(({ queue }) => queue.length > 0).map(({ turn }) => turn);
      if (turns.length === 0) for (const each of all) each.turn = 0;
      else if (state.queue.length === 0) state.turn = Math.max(state.turn, Math.min(...turns));
      state.queue.push(entry);
      state.queued += cost;
      queued += cost;
      admitNext();
    });
  };

  const release = (state: LaneState, cost: number, begun: number): void => {
    const heldMs = monotonic() - begun;
    const weight = state.holdMs === 0 ? 1 : heldMs < state.holdMs ? FALLING : RISING;
    state.holdMs += weight * (heldMs - state.holdMs);
    inUse -= cost;
    state.inUse -= cost;
    state.inFlight -= 1;
    if (queued > 0) admitNext();
  };

  return {
    async run(request, work) {
      const state = states[request.lane];
      const cost = Math.max(1, Math.min(request.cost, state.max));
      const arrived = monotonic();
      const isFree = queued === 0 && fits(state, cost);
      if (isFree) take(state, cost);
      else await wait(state, cost, request);
      const begun = isFree ? arrived : monotonic();
      try {
        return await work(Math.max(1, request.deadlineMs - (begun - arrived)));
      } finally {
        release(state, cost, begun);
      }
    },
    counts(lane) {
      const { inFlight, queue, refused } = states[lane];
      return { inFlight, waiting: queue.length, refused: { ...refused } };
    },
  };
}

const NAMES: Readonly<Record<Lane, string>> = {
  single: "reads",
  batch: "batches",
  search: "searches",
  as_of: "reads of the past",
};

/** Returns the label of the setting that limited the read. */
function limitOf(lane: Lane, refusal: Refusal): string {
  if (refusal === "full") return settingLabel("limits.waiting_reads");
  return settingLabel(lane === "single" ? "limits.read_slots" : "limits.bulk_slots");
}

function laneOf(lane: Lane, max: number): LaneState {
  const refused = { full: 0, late: 0, expired: 0, gone: 0 };
  return { lane, max, queue: [], queued: 0, inUse: 0, inFlight: 0, turn: 0, holdMs: 0, refused };
}
