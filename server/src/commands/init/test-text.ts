import { constantNames, countFeatures } from "./definition-text";
import type { PlannedColumn, PlannedDefinition } from "./plan-definition";

/** The text of the scaffolded test: one row of the table, and what the view makes of it. */
export function testText(plan: PlannedDefinition): string {
  const names = constantNames(plan);
  const features = plan.columns.filter((column) => column !== plan.time);
  const key = `${plan.key.name}: ${plan.key.type.sample}`;
  const sample = ({ name, type }: PlannedColumn) => `${name}: ${type.sample}`;
  return `import { defineTest } from "@featstore/definitions/testing";
import { ${names.view} } from "./index";

export const keepsWhatTheRowSays = defineTest({
  name: "keeps what the row says",
  view: ${names.view},
  given: {
    ${plan.source}: [
      {
        ${[key, `${plan.time.name}: "2026-01-01T12:00:00Z"`, ...features.map(sample)].join(",\n        ")},
      },
    ],
  },
  asOf: "2026-01-15",
  expect: [
    {
      ${[key, ...features.map(sample), ...countFeatures(plan).map(({ name }) => `${name}: 1`)].join(",\n      ")},
    },
  ],
});

export const knowsNothingOfTheFuture = defineTest({
  name: "knows nothing of the future",
  view: ${names.view},
  given: { ${plan.source}: [{ ${key}, ${plan.time.name}: "2026-03-01T12:00:00Z" }] },
  asOf: "2026-02-01",
  expect: [],
});
`;
}
