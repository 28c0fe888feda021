import * as language from "@featstore/definitions";
import {
  changeAgainstPrevious,
  coalesce,
  collect,
  count,
  days,
  decimal,
  entity,
  featureView,
  hours,
  int32,
  int64,
  json,
  lastN,
  latest,
  literal,
  minutes,
  percentile,
  source,
  sql,
  string,
  sum,
  timestamp,
  when,
} from "@featstore/definitions";
import {
  canonicalJson,
  collectDefinitions,
  type Expression,
  type FeatureView,
  rowOf,
} from "@featstore/definitions/compiler";
import { expect, test } from "vitest";
import * as shipped from "../../../feature-definitions/definitions/index";
import { expressionText } from "../../src/reference/expression-text";
import { featureText } from "../../src/reference/feature-text";

/** Runs a text as a program of the language over a view's row, and returns the expression that it builds. */
function evaluate(text: string, view: FeatureView): unknown {
  const constants = text.lastIndexOf(";\n") + 1;
  const names = Object.keys(language);
  const program = new Function("row", ...names, `${text.slice(0, constants)}\nreturn ${text.slice(constants).trim()}`);
  const made: unknown = program(rowOf(view.source), ...names.map((name): unknown => Reflect.get(language, name)));
  return typeof made === "object" && made !== null ? Reflect.get(made, "expression") : undefined;
}

const plays = source({
  name: "plays",
  table: "plays",
  key: { song_id: int64() },
  eventTime: "played_at",
  tieBreak: "id",
  history: "events",
  columns: {
    player: string().nullable(),
    seconds: int32().nullable(),
    bytes: int64().nullable(),
    price: decimal().nullable(),
    extra: json().nullable(),
    played_at: timestamp(),
    'a "column`, \u0024{oddly} named\n': string().nullable(),
  },
});

/** A view that uses most of the language, with texts that contain its delimiters, template marks and line ends. */
const everything = featureView({
  name: "everything",
  version: 1,
  entity: entity({ name: "song", key: { song_id: int64() } }),
  from: plays,
  features: (p) => ({
    arithmetic: sum(p.seconds).plus(2n).times(3n).dividedBy(sum(p.bytes)).minus(1),
    backwards: literal(1).minus(latest(p.seconds)).modulo(7),
    cases: when(latest(p.player).eq('"quoted`\\\n'), "a")
      .when(
        latest(p.seconds)
          .gte(3)
          .and(latest(p.bytes).lt(5n).or(latest(p.seconds).isNull())),
        "b",
      )
      .otherwise("\u0024{c}"),
    dates: latest(p.played_at.hour("Europe/Berlin")).plus(latest(p.played_at.dayOfWeek())),
    epoch: latest(p.played_at.epochSeconds()),
    gathered: lastN(p.player, 5).over(hours(7)),
    given: latest(p.extra.get("a b", 0, "c`").stringArray()),
    lists: collect(p.seconds, { limit: 3 }).where(p.player.in("a", "b").not()),
    money: latest(p.price.gt("1.50")),
    moved: changeAgainstPrevious(count().over(minutes(90))),
    odd: latest(p['a "column`, \u0024{oddly} named\n'].trim().lower().substring(2, 3).startsWith("x")),
    percentile: percentile(p.seconds, 0.95).over(days(1)),
    pieces: latest(sql("float64", { nullable: false })`ln(${p.seconds} + ${1}) -- "x" \`\${y}\\`),
    recent: coalesce(latest(p.seconds).ignoreNulls(), 0),
    strict: latest(p.extra.get("n").float64().strict()),
    times: latest(p.played_at.lt("2026-01-01T00:00:00Z")),
  }),
}).ir;

const views = [...collectDefinitions([shipped]).featureViews, everything];

test.each(
  views.flatMap((view) => view.features.map((feature) => [`${view.name}.${feature.name}`, view, feature] as const)),
)("the text of %s is a program that builds the same expression", (_, view, feature) => {
  const expected = canonicalJson(feature.expression);
  expect(canonicalJson(evaluate(expressionText(feature.expression), view))).toBe(expected);
  expect(canonicalJson(evaluate(featureText(feature, view.features), view))).toBe(expected);
});

test("prints expressions as an author would write them", () => {
  const textOf = (name: string) => {
    const feature = everything.features.find((each) => each.name === name);
    return feature && featureText(feature, everything.features);
  };
  expect(textOf("recent")).toBe("coalesce(latest(row.seconds).ignoreNulls(), 0)");
  expect(textOf("lists")).toBe('collect(row.seconds, { limit: 3 }).where(row.player.in("a", "b").not())');
  expect(textOf("moved")).toBe(
    "count().over(minutes(90)).minus(count().over(minutes(90), { endingBefore: minutes(90) }))",
  );
});

test("prints a repeated aggregate as a constant, named after the feature that equals it", () => {
  const column = { kind: "column", name: "x", type: "int32", nullable: true } as const;
  const total = { kind: "aggregate", name: "sum", operand: column, where: null, overSeconds: null } as const;
  const share: Expression = {
    kind: "arithmetic",
    operator: "/",
    left: { ...total, ignoreNulls: false },
    right: { ...total, ignoreNulls: false },
  };
  const contract = everything.features[0]?.contract;
  if (contract === undefined) throw new Error("expected a view with features");
  const common = { type: "float64", nullable: true, embedding: null, contract } as const;
  const twice = { name: "twice", expression: share, ...common };
  const same = { name: "total", expression: share.left, ...common };
  expect(featureText(twice, [twice])).toBe("const $1 = sum(row.x);\n$1.dividedBy($1)");
  expect(featureText(twice, [same, twice])).toBe("const $total = sum(row.x);\n$total.dividedBy($total)");
});
