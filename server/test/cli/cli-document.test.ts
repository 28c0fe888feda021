import { expect, test } from "vitest";
import { commands } from "../../src/cli/index";
import { cliDocument } from "../../src/cli/kit/cli-document";

test("docs/generated/cli.md documents the commands", async () => {
  await expect(cliDocument(commands)).toMatchFileSnapshot("../../../docs/generated/cli.md");
});

test("every command has a summary and an example that starts with its name", () => {
  for (const { name, summary, examples } of commands) {
    expect(summary).toMatch(/^[A-Z].*[^.]$/);
    expect(examples.length).toBeGreaterThan(0);
    for (const { line } of examples) expect(line).toContain(`featstore ${name}`);
  }
});
