import { expect, test } from "vitest";
import { checkDefinitions } from "../../src/compiler";
import { count, decimal, entity, featureView, float64, int64, latest, source } from "../../src/index";

// The value that JavaScript reads for 1e309.
const BEYOND = Number("1e309");

const plays = source({
  name: "plays",
  table: "plays",
  key: { song: int64() },
  eventTime: "at",
  tieBreak: "id",
  history: "events",
  columns: { seconds: float64(), price: decimal() },
});
const view = featureView({
  name: "listening",
  version: 1,
  entity: entity({ name: "song", key: { song: int64() } }),
  from: plays,
  features: (p) => ({
    beyond: count().where(p.seconds.lt(BEYOND)).describe("x"),
    none: latest(p.seconds.times(Number.NaN)).describe("x"),
    price: count().where(p.price.gt(-BEYOND)).describe("x"),
    filled: latest(p.seconds).describe("x").default(BEYOND),
  }),
});

test("reports a constant that is not finite, with its path", () => {
  const found = checkDefinitions({ featureViews: [view.ir], featureServices: [] });
  const reported = found.filter(({ code }) => code === "literal_invalid").map(({ path, message }) => [path, message]);
  expect(reported).toEqual([
    ["features.beyond", expect.stringMatching(/(?<!-)Infinity/)],
    ["features.filled", expect.stringMatching(/(?<!-)Infinity/)],
    ["features.none", expect.stringContaining("NaN")],
    ["features.price", expect.stringContaining("-Infinity")],
  ]);
});
