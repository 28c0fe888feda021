import type { DownloadProgress } from "@featstore/client/datasets";
import { startBar } from "../kit/bar";
import type { CommandIo } from "../kit/command";

export interface ShownProgress {
  readonly show: (progress: DownloadProgress) => void;
  /** Removes the bar and restores the terminal; may be called more than once. */
  readonly end: () => void;
}

const EVERY_TENTH = 10;

/** Shows a download on stderr: a bar on a terminal, elsewhere one line for every tenth of a file. */
export function startDownloadProgress(io: Pick<CommandIo, "stderr" | "terminal">): ShownProgress {
  return io.terminal ? barProgress() : lineProgress(io);
}

function barProgress(): ShownProgress {
  const bar = startBar("{bar} {percentage}% {file} {received} of {size}");
  return {
    show({ file, receivedBytes, totalBytes }) {
      bar.show(receivedBytes, totalBytes, { file, received: sizeText(receivedBytes), size: sizeText(totalBytes) });
    },
    end: bar.end,
  };
}

function lineProgress({ stderr }: Pick<CommandIo, "stderr">): ShownProgress {
  let lastShown = "";
  return {
    show({ file, receivedBytes, totalBytes }) {
      const tenth = totalBytes === 0 ? EVERY_TENTH : Math.floor((receivedBytes * EVERY_TENTH) / totalBytes);
      if (`${file} ${tenth}` === lastShown) return;
      lastShown = `${file} ${tenth}`;
      stderr(`${file}: ${sizeText(receivedBytes)} of ${sizeText(totalBytes)}\n`);
    },
    end: () => undefined,
  };
}

/** Writes a size for people: `12.3 MB`. */
function sizeText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit += 1) value /= 1000;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
