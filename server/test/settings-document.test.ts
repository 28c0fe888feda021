import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../src/config";
import { allSettings } from "../src/settings";
import { settingsDocument } from "../src/settings-document";

test("docs/generated/settings.md has every setting as the schema has it", async () => {
  const page = settingsDocument();
  for (const { name, variable } of allSettings)
    expect(page).toContain(`| \`${name}\`<br>${variable === null ? "in the file only" : `\`${variable}\``} |`);
  await expect(page).toMatchFileSnapshot("../../docs/generated/settings.md");
});

test("every setting has a variable of its own, a description, a default, and numbers a range and what too low a value does", () => {
  expect(allSettings.length).toBeGreaterThan(40);
  for (const each of allSettings) {
    expect(each, each.name).toMatchObject({ description: expect.stringMatching(/^[A-Z`].*[.]$/) });
    // A map has no form in a variable.
    expect(each.variable !== null || each.type === "object", `${each.name} has no variable`).toBe(true);
    expect(each.default !== undefined || each.computedDefault !== undefined, `${each.name} has no default`).toBe(true);
    if (each.type !== "integer" && each.type !== "number") continue;
    expect(each, each.name).toMatchObject({
      min: expect.any(Number),
      max: expect.any(Number),
      tooLow: expect.stringMatching(/[.]$/),
    });
  }
  const variables = allSettings.flatMap(({ variable }) => variable ?? []);
  expect(new Set(variables).size).toBe(variables.length);
});

test("the file that the page shows is a valid configuration", () => {
  const [, yaml = ""] = /^```yaml\n([\s\S]*?)^```$/m.exec(settingsDocument()) ?? [];
  const folder = mkdtempSync(join(tmpdir(), "featstore-settings-"));
  try {
    writeFileSync(join(folder, "featstore.config.yaml"), yaml);
    expect(loadConfig({ env: {}, folder })).toMatchObject({
      server: { host: "0.0.0.0" },
      limits: { burstRequests: 20_000 },
      defaultEntity: "track",
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
