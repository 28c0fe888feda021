import { constantNames, countFeatures, featureColumns } from "./definition-text";
import type { PlannedDefinition } from "./plan-definition";
import type { PlannedColumn } from "./planned-column";

/** Writes the scaffolded test: one row of the table and the expected features. */
export function testText(plan: PlannedDefinition): string {
  const names = constantNames(plan);
  const features = featureColumns(plan);
  const { time } = plan;
  const sample = ({ name, type }: PlannedColumn) => `${name}: ${type.sample}`;
  const key = plan.key.map(sample);
  const { population } = plan;
  const listedTime = population?.time ? [`${population.time.name}: "2026-01-01T00:00:00Z"`] : [];
  const listed = population === null ? "" : `\n    ${population.source}: [{ ${[...key, ...listedTime].join(", ")} }],`;
  return `import { defineTest } from "@featstore/definitions/testing";
import { ${names.view} } from "./index";

export const keepsWhatTheRowSays = defineTest({
  name: "keeps what the row says",
  view: ${names.view},
  given: {${listed}
    ${plan.source}: [
      {
        ${[...key, ...(time === null ? [] : [`${time.name}: "2026-01-01T12:00:00Z"`]), ...features.map(sample)].join(",\n        ")},
      },
    ],
  },
  asOf: "2026-01-15",
  expect: [
    {
      ${[...key, ...features.map(sample), ...countFeatures(plan).map(({ name }) => `${name}: 1`)].join(",\n      ")},
    },
  ],
});
${
  time === null
    ? ""
    : `
export const knowsNothingOfTheFuture = defineTest({
  name: "knows nothing of the future",
  view: ${names.view},
  given: {${listed}
    ${plan.source}: [{ ${key.join(", ")}, ${time.name}: "2026-03-01T12:00:00Z" }],
  },
  asOf: "2026-02-01",
  expect: [${population === null ? "" : `{ ${[...key, ...countFeatures(plan).map(({ name }) => `${name}: 0`)].join(", ")} }`}],
});
`
}`;
}
