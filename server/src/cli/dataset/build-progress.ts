import type { CommandIo } from "../kit/command";

export interface BuildProgress {
  readonly show: (rows: number) => void;
  /** Ends the line of a terminal; may be called more than once. */
  readonly end: () => void;
}

const EVERY_ROWS = 1_000_000;

/** Shows the rows read so far on stderr: in place on a terminal, elsewhere one line for every million. */
export function startBuildProgress({ stderr, terminal }: Pick<CommandIo, "stderr" | "terminal">): BuildProgress {
  let shown = 0;
  let isOpen = false;
  return {
    show(rows) {
      if (terminal) {
        stderr(`\r${rows} rows`);
        isOpen = true;
      } else if (rows - shown >= EVERY_ROWS) {
        stderr(`${rows} rows\n`);
        shown = rows;
      }
    },
    end() {
      if (isOpen) stderr("\n");
      isOpen = false;
    },
  };
}
