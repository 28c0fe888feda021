import { Presets, SingleBar } from "cli-progress";

export interface Bar {
  /** `payload` fills the format's placeholders, except `value` and `total`, which the bar sets itself. */
  readonly show: (value: number, total: number, payload?: Readonly<Record<string, string | number>>) => void;
  /** Removes the bar and restores the terminal; may be called more than once. */
  readonly end: () => void;
}

/** Starts a progress bar on stderr; it is drawn with the first `show`. */
export function startBar(format: string): Bar {
  const bar = new SingleBar(
    { format, hideCursor: true, stream: process.stderr, clearOnComplete: true },
    Presets.shades_classic,
  );
  let started = false;
  let ended = false;
  return {
    show(value, total, payload = {}) {
      if (ended) return;
      if (started) {
        bar.setTotal(total);
        bar.update(value, payload);
      } else bar.start(total, value, payload);
      started = true;
    },
    end() {
      if (started && !ended) bar.stop();
      ended = true;
    },
  };
}
