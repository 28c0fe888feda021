import type { RegisteredView, RegistrySnapshot } from "../registry/index";
import { auditComputed } from "./audit-computed";
import { auditGeneration } from "./audit-generation";
import {
  type AuditReport,
  type FeatureFinding,
  featureAudits,
  type ServiceAudit,
  stalenessOf,
  type ViewAudit,
} from "./audit-report";
import type { AnswerFilter, ComputedFilter, StoredAnswer } from "./audit-store";
import type { AuditDependencies, AuditOptions } from "./audit-types";

/** Selects the responses to compare: those of one view, of one service, or all. */
export interface AuditFilter extends AnswerFilter, ComputedFilter {}

/**
 * Compares stored responses with the generations' tables and with what their definitions yield as of the generations'
 * times, by the compiler of training sets. Classifies the differences. Errors: `DatabaseError`, `OnlineStoreError`.
 *
 * @example
 * const { faults } = await auditAnswers({ audit, tables }, snapshot, { view: null, service: null, version: null, since: null, most: 1000 }, { deadlineMs });
 */
export async function auditAnswers(
  dependencies: AuditDependencies,
  snapshot: RegistrySnapshot,
  filter: AuditFilter,
  options: AuditOptions,
): Promise<AuditReport> {
  const answers = filter.service === null ? await dependencies.audit.answers(filter, options) : [];
  const computed = filter.view === null ? await dependencies.audit.computedAnswers(filter, options) : [];
  const views: ViewAudit[] = [];
  for (const own of grouped(answers, ({ view, version }) => `${view}@${version}`)) {
    const [first] = own;
    const registered = first && snapshot.featureViews.get(first.view)?.versions.get(first.version);
    if (registered !== undefined) views.push(await auditView(dependencies, registered, own, options));
  }
  views.sort((a, b) => (a.view < b.view ? -1 : a.view > b.view ? 1 : a.version - b.version));
  const services: ServiceAudit[] = [];
  for (const own of grouped(computed, ({ service, version }) => `${service}@${version}`)) {
    const [first] = own;
    const registered = first && snapshot.featureServices.get(first.service)?.versions.get(first.version);
    if (registered !== undefined)
      services.push(await auditComputed(dependencies, snapshot, registered.service, own, options));
  }
  services.sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : a.version - b.version));
  const faults = [...views, ...services]
    .flatMap(({ features }) => features)
    .reduce((sum, { differences }) => sum + differences.store_error + differences.unexplained, 0);
  return { answers: answers.length + computed.length, views, services, faults };
}

async function auditView(
  dependencies: AuditDependencies,
  registered: RegisteredView,
  answers: readonly StoredAnswer[],
  options: AuditOptions,
): Promise<ViewAudit> {
  const { name, version, freshnessSeconds } = registered.view;
  const findings: FeatureFinding[] = [];
  const ages: number[] = [];
  let gone = 0;
  let replayFailure: string | null = null;
  for (const own of grouped(answers, ({ generation }) => String(generation))) {
    const generation = own[0] && (await dependencies.audit.generation(own[0], options));
    if (generation === undefined) {
      gone += own.length;
      continue;
    }
    ages.push(...own.map(({ servedAt }) => Number(servedAt - generation.asOf) / 1_000_000));
    const found = await auditGeneration(dependencies, registered, generation, own, options);
    if (found === null) gone += own.length;
    else findings.push(...found.findings);
    replayFailure ??= found?.replayFailure ?? null;
  }
  return {
    view: name,
    version,
    answers: answers.length,
    gone,
    replayFailure,
    features: featureAudits(findings),
    staleness: stalenessOf(freshnessSeconds ?? null, ages),
  };
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly (readonly Item[])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
