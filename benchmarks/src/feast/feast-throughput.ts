import type { Figure } from "../figure";
import { measurement } from "../measurement";
import { type Load, load } from "../serving";
import type { FeastContext } from "./feast-context";
import { feastFigure } from "./feast-figure";
import type { FeastServers, RunningServer } from "./feast-servers";
import { writeReads } from "./read-requests";

const WARM_UP_SECONDS = 4;

/** Measures requests per second of single reads and of batches of 100, with as many requests at once as connections. */
export async function measureThroughput(context: FeastContext, servers: FeastServers): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const rows of [1, 100]) figures.push(...(await measureRows(context, servers, rows)));
  return figures;
}

async function measureRows(context: FeastContext, servers: FeastServers, rows: number): Promise<readonly Figure[]> {
  const { options, report } = context;
  const name = rows === 1 ? "single read" : `batch of ${rows}`;
  const loads = new Map<RunningServer, Load[]>(servers.all.map((server) => [server, []]));
  const drive = (server: RunningServer, seconds: number) => {
    const workload = { name: `${name}, ${server.name}`, requestsFile: writeReads(context, server.feastService, rows) };
    return load(server.process, workload, options, seconds);
  };
  for (const server of servers.all) await drive(server, options.quick ? 1 : WARM_UP_SECONDS);
  for (let round = 0; round < options.rounds; round++) {
    report(`feast: ${name}, ${servers.all.length} servers, round ${round + 1} of ${options.rounds}`);
    for (const server of round % 2 === 0 ? servers.all : [...servers.all].reverse())
      loads.get(server)?.push(await drive(server, options.seconds));
  }
  const of = (server: RunningServer, value: (each: Load) => number) =>
    measurement((loads.get(server) ?? []).map(value));
  const rate = ({ requestsPerSecond }: Load) => requestsPerSecond;
  const cost = ({ processorTimePerRequest }: Load) => processorTimePerRequest ?? Number.NaN;
  const { ours, ourDefault, feast, others } = servers;
  const common = { group: "feast-reads", unit: "requests/s" } as const;
  return [
    feastFigure(context, { ...common, name, ours: of(ours, rate), feast: of(feast, rate) }),
    feastFigure(context, {
      ...common,
      name: `${name}, Featstore with its default cache`,
      ours: of(ourDefault, rate),
      feast: of(feast, rate),
    }),
    ...others.map((other) =>
      feastFigure(context, {
        ...common,
        name,
        ours: of(ours, rate),
        feast: of(other, rate),
        feastSetup: other.name,
      }),
    ),
    feastFigure(context, {
      group: "feast-reads",
      unit: "µs",
      name: `${name}, processor time`,
      ours: of(ours, cost),
      feast: of(feast, cost),
    }),
  ];
}
