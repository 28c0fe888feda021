import { join } from "node:path";
import { featstore } from "../featstore-cli";
import type { Figure } from "../figure";
import { measurement, ratioOf } from "../measurement";
import { untilHeld } from "../serving";
import { barOf } from "./bars";
import { driveAtRate } from "./constant-rate";
import type { OnlineContext } from "./online-context";
import { quantile } from "./quantiles";
import { recordSelection } from "./selection";
import { type Setup, startFeatstore, startFloor } from "./servers";
import { singleReads, trackPath, trackSelection } from "./track-reads";

const VIEWS = ["track_profile", "lyric_sentiment", "lyric_emotion", "lyric_complexity", "analyzer_consensus"];
const RATE = 200;
/** Servers notice a publication within a second. */
const SEEN_MS = 1_500;

/** Measures p99 of single reads while five views are recomputed and published, with a bare Hono route meanwhile as the floor. */
export async function measurePublish(context: OnlineContext): Promise<readonly Figure[]> {
  const setups: readonly Setup[] = context.redis === null ? ["memory"] : ["memory", "redis"];
  const figures: Figure[] = [];
  for (const setup of setups) figures.push(...(await measureSetup(context, setup)));
  return figures;
}

/** The rounds' p99. */
interface Latencies {
  readonly quiet: number[];
  readonly busy: number[];
}

async function measureSetup(context: OnlineContext, setup: Setup): Promise<readonly Figure[]> {
  const { database, options, folder, report } = context;
  const path = trackPath(context);
  const server = await startFeatstore(context, { setup, path });
  const servers = [server];
  try {
    const { file } = await recordSelection(context, trackSelection(context), server.origin);
    const floor = await startFloor(context, "http/bare.mjs", file, path);
    servers.push(floor);
    const requests = singleReads(context, join(folder, "publish.tsv"));
    const seconds = options.quick ? 1 : options.seconds * 2;
    const p99 = async (origin: string, until?: Promise<unknown>): Promise<number> =>
      quantile(await driveAtRate({ origin, requests, rate: RATE, seconds, ...(until && { until }) }), 0.99);
    const ours: Latencies = { quiet: [], busy: [] };
    const floors: Latencies = { quiet: [], busy: [] };
    const lasted: number[] = [];
    const publish = async (): Promise<void> => {
      const begun = performance.now();
      await featstore(["materialize", ...VIEWS], database.environment);
      await new Promise((resolve) => setTimeout(resolve, SEEN_MS));
      await untilHeld({ ...server, startedAt: begun });
      lasted.push(performance.now() - begun);
    };
    for (const { origin } of servers) await driveAtRate({ origin, requests, rate: RATE, seconds });
    for (let round = 0; round < options.rounds; round++) {
      report(`online: reads while ${VIEWS.length} views are published, ${setup}, round ${round + 1}`);
      for (const [{ origin }, latencies] of [[server, ours] as const, [floor, floors] as const]) {
        latencies.quiet.push(await p99(origin));
        const publication = publish();
        const [busy] = await Promise.all([p99(origin, publication), publication]);
        latencies.busy.push(busy);
      }
    }
    const figure = (
      of: string,
      end: string,
      busy: readonly number[],
      floorName: string,
      by: readonly number[],
    ): Figure => {
      const [left, right] = [measurement(busy), measurement(by)];
      const name = `p99 of ${of} while ${VIEWS.length} views are published${end}, ${setup}`;
      return {
        name,
        unit: "ms",
        ours: left,
        floorName,
        floor: right,
        ratio: ratioOf(left, right),
        bar: barOf("publish", name),
        plot: { group: "publish", label: `${of}${end}, ${setup}` },
        notes: { "requests a second": RATE, "publications, ms": lasted, views: VIEWS },
      };
    };
    return [
      figure("single reads", "", ours.busy, "a bare Hono route meanwhile", floors.busy),
      figure("single reads", ", and in between", ours.busy, "no publishing", ours.quiet),
      // Shows the effect of PostgreSQL's load on any server.
      figure("a bare Hono route", ", and in between", floors.busy, "no publishing", floors.quiet),
    ];
  } finally {
    for (const each of servers) await each.stop();
  }
}
