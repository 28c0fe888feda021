import type { MaterializeProgress } from "../../materialization/index";
import { startBar } from "../kit/bar";
import type { CommandIo } from "../kit/command";

export interface Progress {
  readonly show: (progress: MaterializeProgress) => void;
  /** Removes the bar and restores the terminal; may be called more than once. */
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

/** Shows progress on stderr: a bar over all views on a terminal, elsewhere a line when a view starts and when it ends. */
export function startProgress(io: CommandIo): Progress {
  return io.terminal ? barProgress() : lineProgress(io);
}

function barProgress(): Progress {
  const bar = startBar("{bar} {position}/{views} {view} {phase}");
  // Two views may run at the same time.
  const steps = new Map<number, number>();
  return {
    show: ({ view, version, position, total, phase }) => {
      steps.set(position, stepOf[phase]);
      const done = [...steps.values()].reduce((sum, step) => sum + step, 0);
      bar.show(done, total * STEPS, { view: `${view}@${version}`, ...{ phase, position, views: total } });
    },
    end: bar.end,
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
