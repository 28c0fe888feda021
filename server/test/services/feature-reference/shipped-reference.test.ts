import { collectDefinitions } from "@featstore/definitions";
import { expect, test } from "vitest";
import * as shipped from "../../../../feature-definitions/definitions/index";
import { buildReference } from "../../../src/services/feature-reference/build-reference";
import { subjectOfDefinitions } from "../../../src/services/feature-reference/reference-subject";
import { renderMarkdown } from "../../../src/services/feature-reference/render-markdown";

test("docs/generated/features.md matches the shipped definitions", async () => {
  const document = buildReference(subjectOfDefinitions(collectDefinitions([shipped])));
  const origin =
    "Written from feature-definitions/definitions by its test: npx vitest run server/test/services/feature-reference/shipped-reference.test.ts -u";
  await expect(renderMarkdown(document, { origin })).toMatchFileSnapshot("../../../../docs/generated/features.md");
});
