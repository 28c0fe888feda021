import { createHash } from "node:crypto";
import { createBoundedMap } from "../core/index";
import type { AttemptStore } from "./attempt-store";

export interface AttemptRule {
  /** Identifies the limit. */
  readonly name: string;
  /** Attempts of one subject within the window, which begins with the first one. */
  readonly max: number;
  readonly seconds: number;
}

/** Limits attempts per subject, such as an address, over all processes with the same store. */
export interface AttemptLimit {
  /** Returns the seconds until another attempt is admitted; 0: now. As far as this process knows. */
  wait(subject: string): number;
  /** Counts an attempt. Returns the seconds until it is admitted; 0: it is. A refused one does not count. */
  take(subject: string): Promise<number>;
  /** Forgets the attempts of a subject. */
  forget(subject: string): Promise<void>;
}

export interface AttemptLimits {
  limit(rule: AttemptRule): AttemptLimit;
  /** Stores attempts that are not stored yet. */
  close(): Promise<void>;
}

export interface AttemptLimitsOptions {
  /** Null: each process counts for itself. */
  readonly store: AttemptStore | null;
  /** Called when the store fails; this process then counts for itself. */
  readonly onFault: (error: unknown) => void;
  /** A monotonic clock in milliseconds. */
  readonly monotonic?: () => number;
}

/** The attempts of one subject, as far as this process knows. */
interface Counted {
  total: number;
  endsAt: number;
  unsent: number;
  sentAt: number;
  sending: Promise<void> | undefined;
  timer: NodeJS.Timeout | undefined;
}

const MAX_SUBJECTS = 100_000;
/** The least time between two writes about one subject. */
const PAUSE_MS = 1000;

/**
 * Counts attempts in a store with at most one write per subject and second, so that a flood of attempts does not become a
 * flood of writes. In between a process decides by the last total and its own attempts.
 */
export function createAttemptLimits(options: AttemptLimitsOptions): AttemptLimits {
  const { store, onFault, monotonic = () => performance.now() } = options;
  const underWay = new Map<Counted, () => Promise<void>>();
  return {
    limit: ({ name, max, seconds }) => {
      const subjects = createBoundedMap<Counted>(MAX_SUBJECTS);
      const countedOf = (subject: string): Counted => {
        const now = monotonic();
        const known = subjects.get(subject);
        if (known !== undefined && (now < known.endsAt || known.unsent > 0)) return known;
        const counted: Counted = known ?? {
          total: 0,
          endsAt: 0,
          unsent: 0,
          sentAt: -PAUSE_MS,
          sending: undefined,
          timer: undefined,
        };
        counted.total = 0;
        counted.endsAt = now + seconds * 1000;
        subjects.set(subject, counted);
        return counted;
      };
      const waitOf = (counted: Counted, attempts: number): number =>
        attempts <= max ? 0 : Math.max(1, Math.ceil((counted.endsAt - monotonic()) / 1000));

      const send = async (subject: string, counted: Counted): Promise<void> => {
        clearTimeout(counted.timer);
        const { unsent } = counted;
        if (store === null || unsent === 0) return;
        counted.sentAt = monotonic();
        try {
          const { total, endsInMs } = await store.add(nameOf(name, subject), unsent, seconds);
          counted.total = total + counted.unsent - unsent;
          counted.endsAt = monotonic() + endsInMs;
        } catch (error) {
          onFault(error);
        }
        counted.unsent -= unsent;
      };
      const begin = (subject: string, counted: Counted): Promise<void> => {
        const sending = send(subject, counted).finally(() => {
          counted.sending = undefined;
          underWay.delete(counted);
          if (counted.unsent > 0) later(subject, counted);
        });
        counted.sending = sending;
        underWay.set(counted, () => sending);
        return sending;
      };
      const later = (subject: string, counted: Counted): void => {
        if (underWay.has(counted)) return;
        counted.timer = setTimeout(() => void begin(subject, counted), counted.sentAt + PAUSE_MS - monotonic());
        counted.timer.unref();
        underWay.set(counted, () => begin(subject, counted));
      };

      return {
        wait(subject) {
          const counted = subjects.get(subject);
          if (counted === undefined || monotonic() >= counted.endsAt) return 0;
          return waitOf(counted, counted.total + 1);
        },
        async take(subject) {
          const counted = countedOf(subject);
          const refused = waitOf(counted, counted.total + 1);
          if (refused > 0) return refused;
          counted.total += 1;
          if (store === null) return 0;
          counted.unsent += 1;
          if (!underWay.has(counted) && monotonic() >= counted.sentAt + PAUSE_MS) await begin(subject, counted);
          else later(subject, counted);
          return waitOf(counted, counted.total);
        },
        async forget(subject) {
          const counted = subjects.get(subject);
          await counted?.sending;
          if (counted !== undefined) {
            clearTimeout(counted.timer);
            underWay.delete(counted);
          }
          subjects.delete(subject);
          await store?.remove(nameOf(name, subject)).catch(onFault);
        },
      };
    },
    async close() {
      await Promise.all([...underWay.values()].map((finish) => finish()));
    },
  };
}

/** Hashed, because subjects are addresses of people. */
function nameOf(limit: string, subject: string): string {
  return `${limit}:${createHash("sha256").update(subject).digest("base64url")}`;
}
