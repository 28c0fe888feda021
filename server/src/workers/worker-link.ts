import cluster from "node:cluster";
import type { ProblemParts } from "../commands/base/command-problem";
import { FeatstoreError } from "../errors";
import type { BurstCounter } from "../middleware/burst-limit";
import type { ProcessMetrics } from "../middleware/worker-metrics";
import { isOurs, type Question, type Questions, type ToSupervisor, type ToWorker } from "./worker-messages";

/** One worker's side of the channel to the supervisor. */
export interface WorkerLink {
  /** Tells this worker from the others, also from those before it. */
  readonly worker: number;
  /** Aborts when the supervisor wants this worker to stop. */
  readonly stopping: AbortSignal;
  /** The port to ask Node for instead of the configured one, so that all workers have the same. */
  port(configured: number): Promise<number>;
  listening(url: string, port: number): void;
  /** Tells why this worker cannot begin to serve. */
  failed(problem: ProblemParts): void;
  /** Counts a key's requests for all workers together. */
  readonly burst: BurstCounter;
  /** The metrics of the other workers, of those that answer in time. */
  othersMetrics(): Promise<readonly ProcessMetrics[]>;
  /** From now on this worker's metrics are given to others that ask. */
  giveMetrics(metrics: () => Promise<ProcessMetrics>): void;
  close(): void;
}

/** Longer than the supervisor waits for other workers. */
const ANSWER_MS = 4000;

/** The link of this process; undefined where it is no worker. */
export function connectWorkerLink(): WorkerLink | undefined {
  const { worker } = cluster;
  if (worker === undefined) return undefined;
  const stopping = new AbortController();
  const waiting = new Map<number, (answer: unknown) => void>();
  let lastId = 0;
  let metricsHere: () => Promise<ProcessMetrics> = async () => [];

  const send = (message: ToSupervisor): void => {
    if (worker.isConnected()) worker.send(message);
  };
  const ask = <Kind extends Question>(kind: Kind, question: Questions[Kind]["ask"]) =>
    new Promise<Questions[Kind]["answer"]>((resolve, reject) => {
      const id = ++lastId;
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new Error(`the supervisor did not answer about ${kind}`));
      }, ANSWER_MS);
      waiting.set(id, (answer) => {
        clearTimeout(timer);
        // The supervisor answers what was asked: `Questions` pairs the two.
        resolve(answer as Questions[Kind]["answer"]);
      });
      send({ featstore: "ask", id, kind, ask: question } as ToSupervisor);
    });

  const receive = (message: unknown): void => {
    if (!isOurs(message)) return;
    // Only our own supervisor writes to this channel.
    const known = message as ToWorker;
    switch (known.featstore) {
      case "stop":
        stopping.abort();
        return;
      case "answer":
        waiting.get(known.id)?.(known.answer);
        waiting.delete(known.id);
        return;
      case "collect":
        metricsHere().then(
          (metrics) => send({ featstore: "metrics", id: known.id, metrics }),
          // Who asks sees that this one did not answer.
          () => undefined,
        );
        return;
      default:
        known satisfies never;
    }
  };
  worker.on("message", receive);

  return {
    worker: worker.id,
    stopping: stopping.signal,
    port: (configured) => ask("port", { configured }),
    listening: (url, port) => send({ featstore: "listening", url, port }),
    failed: (problem) => send({ featstore: "failed", problem }),
    burst: { take: (keyId, wanted) => ask("burst", { keyId, wanted }).catch(refuseUncounted) },
    othersMetrics: () => ask("metrics", null),
    giveMetrics(metrics) {
      metricsHere = metrics;
    },
    close() {
      worker.off("message", receive);
      worker.disconnect();
    },
  };
}

function refuseUncounted(cause: unknown): never {
  throw new FeatstoreError("overloaded", "The requests of this key cannot be counted just now: try again in 1 s.", {
    headers: { "retry-after": "1" },
    cause,
  });
}
