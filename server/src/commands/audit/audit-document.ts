import type { AuditReport, DifferenceExample, ViewAudit } from "../../services/audit/audit-report";
import { instantText } from "../../services/instant";

/** An audit as `featstore audit --json` tells it. */
export function auditDocument({ answers, faults, views }: AuditReport) {
  return { answers, faults, views: views.map(viewDocument) };
}

function viewDocument({ view, version, answers, gone, replayFailure, features, staleness }: ViewAudit) {
  return {
    view,
    version,
    answers,
    generation_gone: gone,
    replay_failure: replayFailure,
    staleness_seconds: staleness,
    features: features.map(({ feature, answers: compared, isReplayed, differences, examples }) => ({
      feature,
      answers: compared,
      replayed: isReplayed,
      ...differences,
      examples: examples.map(exampleDocument),
    })),
  };
}

function exampleDocument({ class: name, tenant, key, generation, answeredAt, ...values }: DifferenceExample) {
  return {
    class: name,
    ...(tenant === "" ? {} : { tenant }),
    key,
    generation,
    answered_at: instantText(answeredAt),
    answered: parsed(values.answered),
    stored: parsed(values.stored),
    replayed: parsed(values.replayed),
  };
}

function parsed(text: string | null): unknown {
  if (text === null) return null;
  const value: unknown = JSON.parse(text);
  return value;
}
