import type { MaterializeProgress } from "../../materialization/index";
import { startBar } from "../kit/bar";
import type { CommandIo } from "../kit/command";
import type { Progress } from "../materialize/progress";

const TENTHS = 10;

/** Shows progress on stderr: a bar of chunks on a terminal, elsewhere one line for every tenth of the chunks and every phase. */
export function startBackfillProgress(io: Pick<CommandIo, "stderr" | "terminal">): Progress {
  return io.terminal ? barProgress() : lineProgress(io);
}

function barProgress(): Progress {
  const bar = startBar("{bar} {percentage}% {value}/{total} chunks, {rows} rows, {phase}");
  let last: MaterializeProgress["chunk"];
  return {
    show({ phase, chunk, rows }) {
      last = chunk ?? last;
      if (last !== undefined) bar.show(last.done, last.total, { phase, rows: rows ?? 0 });
    },
    end: bar.end,
  };
}

function lineProgress({ stderr }: Pick<CommandIo, "stderr">): Progress {
  let lastShown = -1;
  return {
    show({ view, version, phase, chunk, rows, elapsedMs }) {
      const name = `${view}@${version}`;
      if (chunk === undefined) {
        if (phase !== "fill") stderr(`${name} ${phase}${phase === "begin" ? " …" : ""}\n`);
        return;
      }
      const tenth = chunk.total === 0 ? TENTHS : Math.floor((chunk.done * TENTHS) / chunk.total);
      if (tenth === lastShown) return;
      lastShown = tenth;
      const filled = rows === null ? "" : `, ${rows} rows`;
      stderr(`${name} ${chunk.done}/${chunk.total} chunks${filled}, ${(elapsedMs / 1000).toFixed(1)} s\n`);
    },
    end: () => undefined,
  };
}
