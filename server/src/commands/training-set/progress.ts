import { startBar } from "../base/bar";
import type { CommandIo } from "../base/command";

export interface TrainingProgress {
  /** `of` null: the spine is still being read. */
  readonly show: (rows: number, of: number | null) => void;
  /** Gives the terminal back; may be called more than once. */
  readonly end: () => void;
}

const EVERY_TENTH = 10;

/** A bar of rows on a terminal; elsewhere a line at each tenth of them. On stderr. */
export function startTrainingProgress(io: Pick<CommandIo, "stderr" | "terminal">): TrainingProgress {
  return io.terminal ? barProgress() : lineProgress(io);
}

function barProgress(): TrainingProgress {
  const bar = startBar("{bar} {percentage}% {value}/{total} rows");
  return {
    show(rows, of) {
      if (of !== null) bar.show(rows, of);
    },
    end: bar.end,
  };
}

function lineProgress({ stderr }: Pick<CommandIo, "stderr">): TrainingProgress {
  let told = -1;
  return {
    show(rows, of) {
      if (of === null || of === 0) return;
      const tenth = Math.floor((rows * EVERY_TENTH) / of);
      if (tenth === told) return;
      told = tenth;
      stderr(`${rows}/${of} rows\n`);
    },
    end: () => undefined,
  };
}
