import { checkDefinitions, collectDefinitions } from "@featstore/definitions/compiler";
import { expect, test } from "vitest";
import * as sample from "../state-of-the-union/definitions";

const definitions = collectDefinitions([sample]);

test("the sample's definitions pass strict checks, and have its dataset besides the shipped one", () => {
  expect(checkDefinitions(definitions, { strict: true })).toEqual([]);
  expect(definitions.datasets?.map(({ name }) => name).sort()).toEqual(["content_intelligence", "state_of_the_union"]);
});

test("anybody may read the sample's dataset", () => {
  const dataset = definitions.datasets?.find(({ name }) => name === "state_of_the_union");
  expect(dataset).toMatchObject({ access: "public", publication: { licence: "CC0-1.0" } });
});
