import { describe, expect, it } from "vitest";
import { allowedByFeast, expectedFact } from "../src/feast/expected-facts";
import { type Fact, makeFacts, makeSpine, spineCases, timeText } from "../src/feast/history";

const DAY = 86_400_000_000;
const fact = (number: number, event: number, known = event): Fact => ({
  fact: number,
  entity: 1,
  event,
  known,
  amount: 0,
});
const row = (asOf: number) => ({ entity: 1, asOf, case: "any time" }) as const;

describe("expectedFact", () => {
  it("takes the last fact that had happened and was known", () => {
    const facts = [fact(1, 10), fact(2, 20, 40), fact(3, 50)];
    expect(expectedFact(facts, row(9))).toBeNull();
    expect(expectedFact(facts, row(30))?.fact).toBe(1);
    expect(expectedFact(facts, row(40))?.fact).toBe(2);
  });

  it("orders facts at one time by their known time and then by their number", () => {
    expect(expectedFact([fact(2, 10, 11), fact(1, 10, 12)], row(20))?.fact).toBe(1);
    expect(expectedFact([fact(2, 10), fact(1, 10)], row(20))?.fact).toBe(2);
  });

  it("takes a fact until exactly the end of the ttl", () => {
    expect(expectedFact([fact(1, 0)], row(30 * DAY))?.fact).toBe(1);
    expect(expectedFact([fact(1, 0)], row(30 * DAY + 1))).toBeNull();
  });
});

describe("allowedByFeast", () => {
  it("ignores when a fact was known, and allows any of those that agree in both times", () => {
    const facts = [fact(1, 10), fact(2, 20, 40), fact(3, 20, 40)];
    expect(allowedByFeast(facts, row(30)).map((each) => each.fact)).toEqual([2, 3]);
    expect(allowedByFeast(facts, row(9))).toEqual([]);
  });
});

describe("makeSpine", () => {
  it("makes rows of every case, in which the named difference decides", () => {
    const facts = makeFacts();
    const spine = makeSpine(facts, 600);
    expect(spine).toHaveLength(600);
    const of = (name: (typeof spineCases)[number]) => spine.filter((each) => each.case === name);
    for (const name of spineCases) expect(of(name).length, name).toBeGreaterThan(10);
    for (const each of of("before the first fact")) expect(expectedFact(facts, each)).toBeNull();
    for (const each of of("exactly at the end of the ttl")) expect(expectedFact(facts, each)).not.toBeNull();
    for (const each of of("a microsecond after the ttl")) expect(expectedFact(facts, each)).toBeNull();
  });
});

describe("timeText", () => {
  it("has microseconds", () => {
    expect(timeText(Date.UTC(2026, 0, 1) * 1000 + 1)).toBe("2026-01-01T00:00:00.000001Z");
  });
});
