import { collectDefinitions } from "@featstore/definitions/compiler";
import { expect, test } from "vitest";
import * as sample from "../../../samples/state-of-the-union/definitions/index";
import { buildReference } from "../../src/reference/build-reference";
import { subjectOfDefinitions } from "../../src/reference/reference-subject";
import { renderMarkdown } from "../../src/reference/render-markdown";

test("docs/generated/features.md matches the definitions of the sample", async () => {
  const document = buildReference(subjectOfDefinitions(collectDefinitions([sample])));
  const origin =
    "Written from samples/state-of-the-union/definitions by its test: npx vitest run server/test/reference/sample-reference.test.ts -u";
  await expect(renderMarkdown(document, { origin })).toMatchFileSnapshot("../../../docs/generated/features.md");
});
