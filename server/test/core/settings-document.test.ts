import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../src/core/config";
import { allSettings } from "../../src/core/settings";
import { settingsDocument } from "../../src/core/settings-document";

test("docs/generated/settings.md matches the schema of the settings", async () => {
  const page = settingsDocument();
  for (const { name, variable } of allSettings)
    expect(page).toContain(`| \`${name}\`<br>${variable === null ? "in the file only" : `\`${variable}\``} |`);
  await expect(page).toMatchFileSnapshot("../../../docs/generated/settings.md");
});

test("every setting has its own variable, a description, a default, and for numbers a range and the effect of too low a value", () => {
  expect(allSettings.length).toBeGreaterThan(40);
  for (const each of allSettings) {
    expect(each, each.name).toMatchObject({ description: expect.stringMatching(/^[A-Z`].*[.]$/) });
    // A map has no variable.
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

test("the file in the document is a valid configuration", () => {
  const [, yaml = ""] = /^```yaml\n([\s\S]*?)^```$/m.exec(settingsDocument()) ?? [];
  const folder = mkdtempSync(join(tmpdir(), "featstore-settings-"));
  try {
    writeFileSync(join(folder, "featstore.config.yaml"), yaml);
    expect(loadConfig({ env: {}, folder })).toMatchObject({
      server: { host: "0.0.0.0" },
      limits: { rate: { perSecond: 20_000, burst: 1000 } },
      defaultEntity: "speech",
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
