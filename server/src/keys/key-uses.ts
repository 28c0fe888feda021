import { type BackgroundWrites, writeInBackground } from "../core/index";
import type { KeyStore } from "./key-store";

/** Remembers when each key was last used, with which secret it was verified, and writes it in the background. */
export interface KeyUses extends BackgroundWrites {
  /** Returns the mark of a key: `at` is set to the monotonic time of each use. */
  of(id: string, secretFingerprint?: string): { at: number };
}

export interface KeyUsesOptions {
  readonly store: Pick<KeyStore, "noteUses">;
  /** A monotonic clock in milliseconds. */
  readonly monotonic: () => number;
  readonly onFault: (error: unknown) => void;
  /** Milliseconds between writes. Default: 30,000, so that what is stored is at most a minute old. */
  readonly flushMs?: number;
}

export function createKeyUses({ store, monotonic, onFault, flushMs = 30_000 }: KeyUsesOptions): KeyUses {
  const marks = new Map<string, { at: number; handedOutAt: number; secretFingerprint?: string }>();
  let writtenAt = Number.NEGATIVE_INFINITY;

  const write = async (): Promise<void> => {
    const now = monotonic();
    const used = [...marks].filter(([, { at }]) => at > writtenAt);
    if (used.length > 0) {
      try {
        await store.noteUses(
          used.map(([id, { at, secretFingerprint }]) => ({ id, age: (now - at) / 1000, secretFingerprint })),
        );
      } catch (error) {
        // The marks stay for the next write.
        onFault(error);
        return;
      }
    }
    // A key that is used after such a pause is looked up again, which asks for its mark again.
    for (const [id, { at, handedOutAt }] of marks) if (Math.max(at, handedOutAt) <= writtenAt) marks.delete(id);
    writtenAt = now;
  };

  return {
    of(id, secretFingerprint) {
      const mark = marks.get(id) ?? { at: Number.NEGATIVE_INFINITY, handedOutAt: 0 };
      if (secretFingerprint !== undefined) mark.secretFingerprint = secretFingerprint;
      mark.handedOutAt = monotonic();
      marks.set(id, mark);
      return mark;
    },
    ...writeInBackground(write, flushMs),
  };
}
