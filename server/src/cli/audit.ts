import { instantText } from "@featstore/definitions/compiler";
import {
  type AuditReport,
  auditAnswers,
  createAuditStore,
  type DifferenceExample,
  type FeatureAudit,
  type ViewAudit,
} from "../audit/index";
import { CommandProblem } from "../core/index";
import { findVersion, servedService, splitReference } from "../registry/index";
import { createPostgresOnlineStore } from "../serving/index";
import { auditText } from "./audit/audit-text";
import { defineFeatstoreCommand } from "./kit/command";
import { instantOf } from "./kit/instant-of";
import { withDatabase } from "./kit/session";
import { wholeNumber } from "./kit/whole-number";

const DEADLINE_MS = 600_000;
const MAX_SAMPLE = 100_000;

export const audit = defineFeatstoreCommand({
  name: "audit",
  summary: "Replays sampled answers with the point-in-time compiler; fails if one cannot be explained",
  args: {
    view: { type: "string", description: "Only view or view@2 (default: all)", valueHint: "view" },
    service: { type: "string", description: "Only features computed by service or service@2", valueHint: "service" },
    since: { type: "string", description: "Only answers since this instant (default: all)", valueHint: "time" },
    sample: {
      type: "string",
      description: `The number of newest stored answers to audit (default: 1000, at most ${MAX_SAMPLE})`,
      valueHint: "n",
    },
  },
  examples: [
    { line: "featstore audit", does: "the newest thousand stored answers" },
    { line: "featstore audit --view speech_sentiment@2 --since 2026-01-01 --json", does: "for a program" },
  ],
  run: (args, io) => {
    const since = args.since === undefined ? null : instantOf(args.since, "--since");
    const limit = wholeNumber(args.sample, "--sample", 1000, 1);
    if (limit < 1 || limit > MAX_SAMPLE) {
      throw new CommandProblem({
        code: "number_invalid",
        what: `expected a whole number from 1 to ${MAX_SAMPLE}, got "${limit}"`,
        where: "--sample",
        exit: "usage",
      });
    }
    return withDatabase(args, io, "require", async ({ registry, engine, database, config }) => {
      const snapshot = await registry.snapshot();
      if (args.view !== undefined && args.service !== undefined) {
        throw new CommandProblem({
          code: "options_conflict",
          what: "--view and --service cannot be used together",
          where: "--service",
          exit: "usage",
        });
      }
      const reference = args.view ?? args.service;
      const [name, version] = reference === undefined ? [] : splitReference(reference);
      if (args.view !== undefined && name !== undefined) findVersion(snapshot, name, version, { evenRetired: true });
      if (args.service !== undefined) servedService(snapshot, args.service);
      const report = await auditAnswers(
        { audit: createAuditStore(database), engine, tables: createPostgresOnlineStore(database) },
        snapshot,
        {
          view: args.view === undefined ? null : (name ?? null),
          service: args.service === undefined ? null : (name ?? null),
          version: version === undefined ? null : Number(version),
          since,
          limit,
        },
        { deadlineMs: DEADLINE_MS, signal: io.signal },
      );
      return {
        json: auditDocument(report),
        text: auditText(report, config.audit.every),
        exit: isSound(report) ? "ok" : "failed",
      };
    });
  },
});

function isSound({ faults, views, services }: AuditReport): boolean {
  return faults === 0 && [...views, ...services].every(({ replayFailure }) => replayFailure === null);
}

/** Maps an audit to the JSON document of `featstore audit --json`. */
function auditDocument({ answers, faults, views, services }: AuditReport) {
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
