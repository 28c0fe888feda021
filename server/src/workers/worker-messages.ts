import type { ProblemParts } from "../core/index";
import type { Grant, TokenRequest } from "../limits/index";
import type { ProcessMetrics } from "./worker-metrics";

/** Questions of a worker to its supervisor, with their answers. */
export interface Questions {
  /** The port to ask Node for, so that all workers share one. */
  readonly port: { readonly ask: { readonly configured: number }; readonly answer: number };
  readonly tokens: { readonly ask: TokenRequest; readonly answer: Grant };
  /** The metrics of all other workers that answer in time. */
  readonly metrics: { readonly ask: null; readonly answer: readonly ProcessMetrics[] };
}

export type Question = keyof Questions;

export type ToSupervisor =
  | { readonly featstore: "listening"; readonly url: string; readonly port: number }
  | { readonly featstore: "failed"; readonly problem: ProblemParts }
  | {
      [Kind in Question]: {
        readonly featstore: "ask";
        readonly id: number;
        readonly kind: Kind;
        readonly ask: Questions[Kind]["ask"];
      };
    }[Question]
  | { readonly featstore: "metrics"; readonly id: number; readonly metrics: ProcessMetrics };

export type ToWorker =
  | { readonly featstore: "stop" }
  | { readonly featstore: "answer"; readonly id: number; readonly answer: unknown }
  | { readonly featstore: "collect"; readonly id: number };

/** Returns whether a message is ours: Node and libraries use the same channel. */
export function isOurs(message: unknown): message is { readonly featstore: string } {
  return typeof message === "object" && message !== null && "featstore" in message;
}
