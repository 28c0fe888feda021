import { instantText } from "@featstore/definitions/compiler";
import type { AuditReport, DifferenceExample, FeatureAudit, ViewAudit } from "../../audit/index";

/** Maps an audit to the JSON document of `featstore audit --json`. */
export function auditDocument({ answers, faults, views, services }: AuditReport) {
  return {
    answers,
    faults,
    views: views.map(viewDocument),
    services: services.map(({ service, version, answers: own, gone, replayFailure, features }) => ({
      service,
      version,
      answers: own,
      generation_gone: gone,
      replay_failure: replayFailure,
      features: features.map(featureDocument),
    })),
  };
}

function viewDocument({ view, version, answers, gone, replayFailure, features, staleness }: ViewAudit) {
  return {
    view,
    version,
    answers,
    generation_gone: gone,
    replay_failure: replayFailure,
    staleness_seconds: staleness,
    features: features.map(featureDocument),
  };
}

function featureDocument({ feature, answers, isReplayed, differences, examples }: FeatureAudit) {
  return { feature, answers, replayed: isReplayed, ...differences, examples: examples.map(exampleDocument) };
}

function exampleDocument({ class: name, tenant, key, generation, servedAt, ...values }: DifferenceExample) {
  return {
    class: name,
    ...(tenant === "" ? {} : { tenant }),
    key,
    ...(generation === null ? {} : { generation }),
    served_at: instantText(servedAt),
    response: parsed(values.response),
    stored: parsed(values.stored),
    replayed: parsed(values.replayed),
  };
}

function parsed(text: string | null): unknown {
  if (text === null) return null;
  const value: unknown = JSON.parse(text);
  return value;
}
