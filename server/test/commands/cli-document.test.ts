import { expect, test } from "vitest";
import { cliDocument } from "../../src/commands/base/cli-document";
import { commands } from "../../src/commands/index";

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
