import type { Figure } from "../figure";
import { measurement } from "../measurement";
import { driveAtRate } from "../online/constant-rate";
import { readRequests } from "../online/http-client";
import { quantile } from "../online/quantiles";
import type { FeastContext } from "./feast-context";
import { feastFigure } from "./feast-figure";
import type { FeastServers, RunningServer } from "./feast-servers";
import { writeReads } from "./read-requests";

/** Requests per second: one that both servers can do, and one for Featstore alone. */
const RATES = [
  { rows: 1, name: "single read", both: 50, ours: 1_000, seconds: 1 },
  { rows: 100, name: "batch of 100", both: 5, ours: 50, seconds: 2.5 },
] as const;
const SHARES = { p50: 0.5, p99: 0.99 } as const;

type Latencies = Readonly<Record<keyof typeof SHARES, number[]>>;

/** Measures p50 and p99 at constant rates: at one that both can do, and Featstore also at ten or twenty times that rate. */
export async function measureFeastLatency(context: FeastContext, servers: FeastServers): Promise<readonly Figure[]> {
  const { options, report } = context;
  const figures: Figure[] = [];
  for (const { rows, name, both, ours: higher, seconds } of RATES) {
    const drive = async (server: RunningServer, rate: number, into: Latencies | null) => {
      const requests = readRequests(writeReads(context, server.feastService, rows));
      const lasting = (into === null ? 1 : options.seconds) * (rate === both ? seconds : 1);
      const latencies = await driveAtRate({ origin: server.process.origin, requests, rate, seconds: lasting });
      for (const share of ["p50", "p99"] as const) into?.[share].push(quantile(latencies, SHARES[share]));
    };
    const latencies = { ours: none(), feast: none(), higher: none() };
    const { ours, feast } = servers;
    for (const server of [ours, feast]) await drive(server, both, null);
    for (let round = 0; round < options.rounds; round++) {
      report(`feast: ${name} at ${both}/s and ${higher}/s, round ${round + 1} of ${options.rounds}`);
      const turns = [
        () => drive(ours, both, latencies.ours),
        () => drive(feast, both, latencies.feast),
        () => drive(ours, higher, latencies.higher),
      ];
      for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
    }
    for (const share of ["p50", "p99"] as const) {
      const common = { group: "feast-latency", unit: "ms", feast: measurement(latencies.feast[share]) } as const;
      figures.push(
        feastFigure(context, {
          ...common,
          name: `${share} of ${name}, both at ${both}/s`,
          ours: measurement(latencies.ours[share]),
        }),
        feastFigure(context, {
          ...common,
          name: `${share} of ${name}, Featstore at ${higher.toLocaleString("en")}/s, Feast at ${both}/s`,
          ours: measurement(latencies.higher[share]),
        }),
      );
    }
  }
  return figures;
}

function none(): Latencies {
  return { p50: [], p99: [] };
}
