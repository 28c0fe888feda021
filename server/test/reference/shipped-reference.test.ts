import { collectDefinitions } from "@featstore/definitions/compiler";
import { expect, test } from "vitest";
import * as shipped from "../../../feature-definitions/definitions/index";
import { buildReference } from "../../src/reference/build-reference";
import { subjectOfDefinitions } from "../../src/reference/reference-subject";
import { renderMarkdown } from "../../src/reference/render-markdown";

test("docs/generated/features.md matches the shipped definitions", async () => {
  const document = buildReference(subjectOfDefinitions(collectDefinitions([shipped])));
  const origin =
    "Written from feature-definitions/definitions by its test: npx vitest run server/test/reference/shipped-reference.test.ts -u";
  await expect(renderMarkdown(document, { origin })).toMatchFileSnapshot("../../../docs/generated/features.md");
});
