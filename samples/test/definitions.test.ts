import { checkDefinitions, collectDefinitions } from "@featstore/definitions/compiler";
import { expect, test } from "vitest";
import * as sample from "../state-of-the-union/definitions/index";

const definitions = collectDefinitions([sample]);

test("the sample's definitions pass strict checks and are its own", () => {
  expect(checkDefinitions(definitions, { strict: true })).toEqual([]);
  expect([...new Set(definitions.featureViews.map(({ entity }) => entity.name))].sort()).toEqual(["speaker", "speech"]);
  expect(definitions.datasets?.map(({ name }) => name)).toEqual(["state_of_the_union"]);
});

test("anybody may read the sample's dataset", () => {
  const dataset = definitions.datasets?.find(({ name }) => name === "state_of_the_union");
  expect(dataset).toMatchObject({ access: "public", publication: { licence: "CC0-1.0" } });
});
