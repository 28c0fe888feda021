import { join } from "node:path";
import { featstore } from "../featstore-cli";
import type { Figure } from "../figure";
import { measurement, ratioOf } from "../measurement";
import { untilHeld } from "../serving";
import { driveAtRate } from "./constant-rate";
import type { OnlineContext } from "./online-context";
import { quantile } from "./quantiles";
import { type Setup, startFeatstore } from "./servers";
import { singleReads, trackPath } from "./track-reads";

const VIEWS = ["track_profile", "lyric_sentiment", "lyric_emotion", "lyric_complexity", "analyzer_consensus"];
const RATE = 200;
/** A publication is seen within a second. */
const SEEN_MS = 1_500;

/** p99 of single reads while five views are computed anew and published, beside p99 in between. */
export async function measurePublish(context: OnlineContext): Promise<readonly Figure[]> {
  const setups: readonly Setup[] = context.redis === null ? ["memory"] : ["memory", "redis"];
  const figures: Figure[] = [];
  for (const setup of setups) figures.push(await measureSetup(context, setup));
  return figures;
}

async function measureSetup(context: OnlineContext, setup: Setup): Promise<Figure> {
  const { database, options, folder, report } = context;
  const server = await startFeatstore(context, { setup, path: trackPath(context) });
  try {
    const { origin } = server;
    const requests = singleReads(context, join(folder, "publish.tsv"));
    const seconds = options.quick ? 1 : options.seconds * 2;
    await driveAtRate({ origin, requests, rate: RATE, seconds });
    const quiet: number[] = [];
    const busy: number[] = [];
    const lasted: number[] = [];
    for (let round = 0; round < options.rounds; round++) {
      report(`online: reads while ${VIEWS.length} views are published, ${setup}, round ${round + 1}`);
      quiet.push(quantile(await driveAtRate({ origin, requests, rate: RATE, seconds }), 0.99));
      const begun = performance.now();
      const publication = (async () => {
        await featstore(["materialize", ...VIEWS], database.environment);
        await new Promise((resolve) => setTimeout(resolve, SEEN_MS));
        await untilHeld({ ...server, startedAt: begun });
        lasted.push(performance.now() - begun);
      })();
      const [latencies] = await Promise.all([
        driveAtRate({ origin, requests, rate: RATE, seconds, until: publication }),
        publication,
      ]);
      busy.push(quantile(latencies, 0.99));
    }
    const [ours, floor] = [measurement(busy), measurement(quiet)];
    return {
      name: `p99 of single reads while ${VIEWS.length} views are published, ${setup}`,
      unit: "ms",
      ours,
      floorName: "no publishing",
      floor,
      ratio: ratioOf(ours, floor),
      bar: { kind: "at most", value: 2 },
      plot: { group: "publish", label: setup },
      notes: { "requests a second": RATE, "publications, ms": lasted, views: VIEWS },
    };
  } finally {
    await server.stop();
  }
}
