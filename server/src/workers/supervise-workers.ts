import cluster, { type Worker } from "node:cluster";
import { CommandProblem, type ProblemParts } from "../core/index";
import type { TokenBuckets } from "../limits/index";
import { createMetricsGatherer } from "./gather-metrics";
import { createRestartDelays } from "./restart-delays";
import { isOurs, type Question, type Questions, type ToSupervisor, type ToWorker } from "./worker-messages";

export type WorkerEvent =
  | { readonly kind: "listening"; readonly worker: number; readonly pid: number }
  | { readonly kind: "failed"; readonly worker: number; readonly problem: ProblemParts }
  | {
      readonly kind: "ended";
      readonly worker: number;
      readonly pid: number;
      readonly exitCode: number | null;
      readonly signal: string | null;
      /** Milliseconds until a replacement starts; null: there is none. */
      readonly replacedInMs: number | null;
    };

export interface SuperviseOptions {
  readonly workers: number;
  /** Aborts when all workers are to stop. */
  readonly signal: AbortSignal;
  /** Milliseconds that workers may take to stop before they are killed. */
  readonly stopMs: number;
  /** Decides about tokens for all workers. */
  readonly tokens: TokenBuckets;
  /** Called once, when all workers listen. */
  readonly onListening: (listening: { readonly url: string; readonly port: number }) => void;
  readonly onEvent: (event: WorkerEvent) => void;
}

/** Shorter than a worker's own timeout for the answer. */
const METRICS_MS = 2500;

interface Started {
  /** On the monotonic clock; null while it does not listen. */
  listeningSince: number | null;
  problem: ProblemParts | null;
}

/**
 * Runs this program as several workers that share one port, and replaces each that ends, until the signal aborts. The
 * first worker starts alone, so that a reason not to serve, such as a port in use or an unreachable database, is
 * reported once.
 * Errors: `CommandProblem`, with the first worker's message.
 */
export async function superviseWorkers(options: SuperviseOptions): Promise<void> {
  const { workers, signal, stopMs, tokens, onEvent } = options;
  const started = new Map<Worker, Started>();
  const gatherer = createMetricsGatherer(METRICS_MS);
  const delays = createRestartDelays();
  const timers = new Set<NodeJS.Timeout>();
  // Workers that ask Node for the same port share it, even port 0, as long as one of them lives.
  let lastId = 0;
  let port = 0;
  let isFirst = true;
  let wasReported = false;
  const { promise: ended, reject: fail, resolve: end } = withResolvers();

  const send = (worker: Worker, message: ToWorker): void => {
    // A worker that has just died takes no message; its exit event handles it.
    if (worker.isConnected()) worker.send(message, () => undefined);
  };

  const listening = (): Worker[] =>
    [...started].filter(([, { listeningSince }]) => listeningSince !== null).map(([worker]) => worker);

  const answer = async (worker: Worker, message: ToSupervisor & { readonly featstore: "ask" }): Promise<void> => {
    const { id, kind } = message;
    const reply = (value: Questions[Question]["answer"]) => send(worker, { featstore: "answer", id, answer: value });
    switch (kind) {
      case "port":
        // A worker that was just starting when all were to stop missed the message.
        if (signal.aborted) send(worker, { featstore: "stop" });
        if (listening().length === 0) lastId = port;
        reply(lastId || message.ask.configured);
        break;
      case "tokens":
        reply(await tokens.take(message.ask));
        break;
      case "metrics": {
        const others = listening().filter((other) => other !== worker && other.isConnected());
        reply(
          await gatherer.gather(others.map((other) => (round) => send(other, { featstore: "collect", id: round }))),
        );
        break;
      }
      default:
        kind satisfies never;
    }
  };

  const startAll = (): void => {
    isFirst = false;
    for (let count = 1; count < workers; count++) start();
  };

  const receive = (worker: Worker, message: unknown): void => {
    const state = started.get(worker);
    if (state === undefined || !isOurs(message)) return;
    // Only our own workers write to this channel.
    const known = message as ToSupervisor;
    switch (known.featstore) {
      case "listening":
        state.listeningSince = performance.now();
        port = known.port;
        onEvent({ kind: "listening", worker: worker.id, pid: worker.process.pid ?? 0 });
        if (isFirst) startAll();
        if (!wasReported && listening().length === workers) {
          wasReported = true;
          options.onListening({ url: known.url, port });
        }
        return;
      case "failed":
        state.problem = known.problem;
        onEvent({ kind: "failed", worker: worker.id, problem: known.problem });
        return;
      case "metrics":
        gatherer.receive(known.id, known.metrics);
        return;
      case "ask":
        void answer(worker, known);
        return;
      default:
        known satisfies never;
    }
  };

  const replace = (worker: Worker, exitCode: number | null, killedBy: string | null): void => {
    const state = started.get(worker);
    started.delete(worker);
    const isLast = signal.aborted || isFirst;
    const servedMs = state?.listeningSince == null ? 0 : performance.now() - state.listeningSince;
    const replacedInMs = isLast ? null : exitCode === 0 && servedMs > 0 ? 0 : delays.next(servedMs);
    const pid = worker.process.pid ?? 0;
    onEvent({ kind: "ended", worker: worker.id, pid, exitCode, signal: killedBy, replacedInMs });
    if (replacedInMs === null) {
      if (isFirst && !signal.aborted) fail(new CommandProblem(state?.problem ?? died(exitCode, killedBy)));
      else if (started.size === 0) end();
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      start();
    }, replacedInMs);
    timers.add(timer);
  };

  const start = (): void => {
    const worker = cluster.fork();
    started.set(worker, { listeningSince: null, problem: null });
    worker.on("message", (message: unknown) => receive(worker, message));
    worker.on("exit", (exitCode, killedBy) => replace(worker, exitCode, killedBy));
    worker.on("error", () => {
      // A process that could not be spawned has no exit event.
      if (worker.process.pid === undefined) replace(worker, null, null);
    });
  };

  const stop = (): void => {
    for (const timer of timers) clearTimeout(timer);
    if (started.size === 0) end();
    for (const worker of started.keys()) send(worker, { featstore: "stop" });
    const kill = setTimeout(() => {
      for (const worker of started.keys()) worker.process.kill("SIGKILL");
    }, stopMs);
    kill.unref();
  };

  if (signal.aborted) return;
  signal.addEventListener("abort", stop, { once: true });
  start();
  await ended;
}

function died(exitCode: number | null, signal: string | null): ProblemParts {
  const how = signal === null ? `with exit code ${exitCode}` : `by ${signal}`;
  return {
    code: "worker_ended",
    what: `the first worker ended ${how} before it listened`,
    advice: "the log and the output above may show the reason",
  };
}

function withResolvers() {
  let resolve = (): void => undefined;
  let reject = (_: unknown): void => undefined;
  const promise = new Promise<void>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  return { promise, resolve, reject };
}
