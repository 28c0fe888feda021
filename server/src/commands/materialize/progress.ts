import { Presets, SingleBar } from "cli-progress";
import type { MaterializeProgress } from "../../services/materialize";
import type { CommandIo } from "../base/command";

export interface Progress {
  readonly show: (progress: MaterializeProgress) => void;
  /** Gives the terminal back; may be called more than once. */
  readonly end: () => void;
}

const stepOf: Readonly<Record<MaterializeProgress["phase"], number>> = {
  begin: 0,
  fill: 1,
  verify: 2,
  publish: 3,
  published: 4,
  failed: 4,
};
const STEPS = 4;

/** A bar over all views on a terminal; elsewhere one line when a view begins and one when it ends. On stderr. */
export function startProgress(io: CommandIo): Progress {
  return io.terminal ? barProgress() : lineProgress(io);
}

function barProgress(): Progress {
  const bar = new SingleBar(
    {
      format: "{bar} {place}/{views} {view} {phase}",
      hideCursor: true,
      stream: process.stderr,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  let started = false;
  let ended = false;
  return {
    show: ({ view, version, position, total, phase }) => {
      if (ended) return;
      // cli-progress keeps `total` and `value` for the bar itself.
      const shown = { view: `${view}@${version}`, phase, place: position, views: total };
      const value = (position - 1) * STEPS + stepOf[phase];
      if (started) bar.update(value, shown);
      else bar.start(total * STEPS, value, shown);
      started = true;
    },
    end: () => {
      if (started && !ended) bar.stop();
      ended = true;
    },
  };
}

function lineProgress(io: CommandIo): Progress {
  return {
    show: ({ view, version, position, total, phase, rows, elapsedMs }) => {
      const name = `${position}/${total} ${view}@${version}`;
      if (phase === "begin") io.stderr(`${name} …\n`);
      if (phase === "published")
        io.stderr(`${name} published, ${rows ?? 0} rows, ${(elapsedMs / 1000).toFixed(1)} s\n`);
      if (phase === "failed") io.stderr(`${name} failed\n`);
    },
    end: () => undefined,
  };
}
