import { Counter } from "prom-client";
import type { Platform } from "../platform/index";
import { type AnswerSampler, createAnswerSampler } from "./answer-sampler";
import { createAuditStore } from "./audit-store";

/** Creates the sampler of responses; undefined if the configuration samples none. */
export function createSampling({ config, database, logger, metrics, onClose }: Platform): AnswerSampler | undefined {
  const sampler =
    config.audit.every === 0
      ? undefined
      : createAnswerSampler({
          store: createAuditStore(database),
          ...config.audit,
          // The database's message may quote the rows that could not be written.
          onFault: (error) => logger.warn({ code: codeOf(error) }, "responses could not be stored for the audit"),
        });
  if (sampler !== undefined) onClose(() => sampler.close());
  new Counter({
    name: "featstore_audit_answers_total",
    help: "Responses that were stored for the audit, and that were dropped because the queue was full",
    labelNames: ["outcome"],
    registers: [metrics],
    collect() {
      const { stored, dropped } = sampler?.counts() ?? { stored: 0, dropped: 0 };
      this.reset();
      this.inc({ outcome: "kept" }, stored);
      this.inc({ outcome: "dropped" }, dropped);
    },
  });
  return sampler;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "internal";
}
