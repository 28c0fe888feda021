import { randomNumbers } from "../random-numbers";

/** Microseconds since 1970. */
type Micros = number;

export interface Fact {
  readonly fact: number;
  readonly entity: number;
  readonly event: Micros;
  readonly known: Micros;
  readonly amount: number;
}

/** The cases of the spine, in the order of the table. */
export const spineCases = [
  "any time",
  "before the first fact",
  "entity without facts",
  "between a fact and its known time",
  "two facts at the same time, the later known one counts",
  "two facts at the same event and known time",
  "exactly at the end of the ttl",
  "a microsecond after the ttl",
  "the same row twice",
] as const;

export type SpineCase = (typeof spineCases)[number];

export interface SpineRow {
  readonly entity: number;
  readonly asOf: Micros;
  readonly case: SpineCase;
}

const MINUTE = 60_000_000;
export const DAY = 1440 * MINUTE;
export const TTL_DAYS = 30;
const START: Micros = Date.UTC(2026, 0, 1) * 1000;
const ENTITIES = 500;
const FACTS_OF_ONE = 20;

/** Makes the facts of 500 entities over 90 days: a tenth is known days late, a tenth shares its event time with another. */
export function makeFacts(): readonly Fact[] {
  const random = randomNumbers(31);
  const facts: Fact[] = [];
  const add = (entity: number, event: Micros, known: Micros) =>
    facts.push({ fact: facts.length + 1, entity, event, known, amount: Math.floor(random() * 1_000_000) });
  for (let entity = 1; entity <= ENTITIES; entity++) {
    for (let index = 0; index < FACTS_OF_ONE; index++) {
      const event = START + Math.floor(random() * 90 * 1440) * MINUTE;
      const share = random();
      const delay = share < 0.1 ? DAY + Math.floor(random() * 19 * 1440) * MINUTE : Math.floor(random() * 10) * MINUTE;
      add(entity, event, event + delay);
      // Another fact of the same time, known later; or one that differs only in its number.
      if (share > 0.95) add(entity, event, event + delay);
      else if (share > 0.85) add(entity, event, event + delay + 5 * MINUTE);
    }
  }
  return facts;
}

/** Makes the rows of the spine, a multiple of each case. */
export function makeSpine(facts: readonly Fact[], rows: number): readonly SpineRow[] {
  const random = randomNumbers(37);
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error("there is nothing to pick from");
    return item;
  };
  const late = facts.filter(({ event, known }) => known - event > DAY / 2);
  const pairs = facts.flatMap((fact, index) => {
    const before = facts[index - 1];
    return before !== undefined && before.entity === fact.entity && before.event === fact.event
      ? [{ fact, before }]
      : [];
  });
  const tied = pairs.filter(({ fact, before }) => fact.known > before.known).map(({ fact }) => fact);
  const equal = pairs.filter(({ fact, before }) => fact.known === before.known).map(({ fact }) => fact);
  const anyTime = () => START + Math.floor(random() * 120 * 1440) * MINUTE;
  const of = (fact: Fact, asOf: Micros) => ({ entity: fact.entity, asOf });
  const entity = () => 1 + Math.floor(random() * ENTITIES);
  const make: Readonly<Record<Exclude<SpineCase, "the same row twice">, () => Omit<SpineRow, "case">>> = {
    "any time": () => ({ entity: entity(), asOf: anyTime() }),
    "before the first fact": () => ({ entity: entity(), asOf: START - Math.floor(random() * 1440) * MINUTE - 1 }),
    "entity without facts": () => ({ entity: ENTITIES + 1 + Math.floor(random() * 20), asOf: anyTime() }),
    "between a fact and its known time": () => {
      const fact = pick(late);
      return of(fact, fact.event + Math.floor(random() * (fact.known - fact.event)));
    },
    "two facts at the same time, the later known one counts": () => {
      const fact = pick(tied);
      return of(fact, fact.known);
    },
    "two facts at the same event and known time": () => {
      const fact = pick(equal);
      return of(fact, fact.known);
    },
    "exactly at the end of the ttl": () => atEndOfTtl(facts, pick(facts), 0),
    "a microsecond after the ttl": () => atEndOfTtl(facts, pick(facts), 1),
  };
  const shares = Object.entries(make) as [keyof typeof make, () => Omit<SpineRow, "case">][];
  const spine: SpineRow[] = [];
  const share = Math.ceil(rows / (shares.length + 2));
  for (const [name, next] of shares)
    for (let row = 0; row < (name === "any time" ? 2 * share : share); row++) spine.push({ ...next(), case: name });
  while (spine.length < rows) spine.push({ ...pick(spine), case: "the same row twice" });
  return spine;
}

/** Takes the last fact of the entity, after which no other one hides the end of its ttl. */
function atEndOfTtl(facts: readonly Fact[], { entity }: Fact, micros: number): Omit<SpineRow, "case"> {
  const last = facts.filter((fact) => fact.entity === entity).reduce((a, b) => (compareFacts(a, b) > 0 ? a : b));
  return { entity, asOf: last.event + TTL_DAYS * DAY + micros };
}

/** Orders facts: later event time, then later known time, then the larger number. */
export function compareFacts(a: Fact, b: Fact): number {
  return a.event - b.event || a.known - b.known || a.fact - b.fact;
}

/** Formats a time with microseconds: `2026-01-01T00:00:00.000001Z`. */
export function timeText(micros: Micros): string {
  const milliseconds = Math.floor(micros / 1000);
  const rest = String(micros - milliseconds * 1000).padStart(3, "0");
  return new Date(milliseconds).toISOString().replace("Z", `${rest}Z`);
}
