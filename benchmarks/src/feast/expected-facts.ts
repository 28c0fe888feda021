import { compareFacts, DAY, type Fact, type SpineRow, TTL_DAYS } from "./history";

/**
 * Finds the fact that counts for a row, by reading all facts of its entity: of those that had happened and were known, the
 * last one, unless it is older than the ttl. Independent of both products.
 */
export function expectedFact(facts: readonly Fact[], { entity, asOf }: SpineRow): Fact | null {
  let last: Fact | null = null;
  for (const fact of facts) {
    if (fact.entity !== entity || fact.event > asOf || fact.known > asOf) continue;
    if (last === null || compareFacts(fact, last) > 0) last = fact;
  }
  return last !== null && asOf - last.event > TTL_DAYS * DAY ? null : last;
}

/**
 * Finds the facts of which any is right by Feast's definition: those of the last event time within the ttl with the latest
 * created time. A fact counts before it is known, and facts that agree in both times have no order.
 */
export function allowedByFeast(facts: readonly Fact[], { entity, asOf }: SpineRow): readonly Fact[] {
  const own = facts.filter(
    (fact) => fact.entity === entity && fact.event <= asOf && fact.event >= asOf - TTL_DAYS * DAY,
  );
  const event = Math.max(...own.map((fact) => fact.event));
  const known = Math.max(...own.filter((fact) => fact.event === event).map((fact) => fact.known));
  return own.filter((fact) => fact.event === event && fact.known === known);
}
