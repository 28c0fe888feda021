import { startBar } from "../kit/bar";
import type { CommandIo } from "../kit/command";

export interface TrainingProgress {
  /** `total` null: the spine is still being read. */
  readonly show: (rows: number, total: number | null) => void;
  /** Removes the bar and restores the terminal; may be called more than once. */
  readonly end: () => void;
}

const EVERY_TENTH = 10;

/** Shows progress on stderr: a bar of rows on a terminal, elsewhere one line for every tenth of the rows. */
export function startTrainingProgress(io: Pick<CommandIo, "stderr" | "terminal">): TrainingProgress {
  return io.terminal ? barProgress() : lineProgress(io);
}

function barProgress(): TrainingProgress {
  const bar = startBar("{bar} {percentage}% {value}/{total} rows");
  return {
    show(rows, total) {
      if (total !== null) bar.show(rows, total);
    },
    end: bar.end,
  };
}

function lineProgress({ stderr }: Pick<CommandIo, "stderr">): TrainingProgress {
  let lastShown = -1;
  return {
    show(rows, total) {
      if (total === null || total === 0) return;
      const tenth = Math.floor((rows * EVERY_TENTH) / total);
      if (tenth === lastShown) return;
      lastShown = tenth;
      stderr(`${rows}/${total} rows\n`);
    },
    end: () => undefined,
  };
}
