import cluster from "node:cluster";
import { FeatstoreError, type ProblemParts } from "../core/index";
import type { TokenBuckets } from "../limits/index";
import { isOurs, type Question, type Questions, type ToSupervisor, type ToWorker } from "./worker-messages";
import type { ProcessMetrics } from "./worker-metrics";

/** A worker's side of the channel to the supervisor. */
export interface WorkerLink {
  /** Identifies this worker, among current and former ones. */
  readonly worker: number;
  /** Aborts when the supervisor wants this worker to stop. */
  readonly stopping: AbortSignal;
  /** Returns the port to ask Node for instead of the configured one, so that all workers share one. */
  port(configured: number): Promise<number>;
  listening(url: string, port: number): void;
  /** Reports why this worker cannot serve. */
  failed(problem: ProblemParts): void;
  /** The buckets of all workers together. */
  readonly tokens: TokenBuckets;
  /** Returns the metrics of the other workers that answer in time. */
  othersMetrics(): Promise<readonly ProcessMetrics[]>;
  /** From now on shares this worker's metrics with workers that request them. */
  giveMetrics(metrics: () => Promise<ProcessMetrics>): void;
  close(): void;
}

/** Longer than the supervisor waits for other workers. */
const ANSWER_MS = 4000;

/** Returns the link of this process; undefined if it is not a worker. */
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
        // `Questions` pairs each question with the supervisor's answer.
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
          // The requesting worker sees that this one did not answer.
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
    tokens: { take: (request) => ask("tokens", request).catch(refuseUncounted) },
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
  throw new FeatstoreError("overloaded", "The rate limit of this key cannot be checked right now: try again in 1 s.", {
    headers: { "retry-after": "1" },
    cause,
  });
}
