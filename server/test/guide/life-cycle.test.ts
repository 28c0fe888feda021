import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliProject, createCliProject } from "../commands/cli";
import { guideBlocks, occursIn } from "./guide-document";

const guide = readFileSync(join(import.meta.dirname, "../../../docs/guide/life-cycle.md"), "utf8");

let project: CliProject;
beforeAll(async () => {
  project = await createCliProject();
});
afterAll(() => project?.remove());

test("docs/guide/life-cycle.md is what happens", async () => {
  let output = "";
  for (const block of guideBlocks(guide)) {
    const place = `docs/guide/life-cycle.md:${block.line}`;
    if (block.kind === "file") await project.write({ [block.path]: block.text });
    if (block.kind === "edit") {
      const text = await readFile(join(project.folder, block.path), "utf8");
      expect(text.split(block.from).length, `${place} names one place`).toBe(2);
      await project.write({ [block.path]: text.replace(block.from, () => block.to) });
    }
    if (block.kind === "run") {
      output = "";
      for (const command of block.commands) {
        const { code, stdout, stderr } = await project.run(...command);
        expect(`${code} ${code === 0 ? "" : stderr + stdout}`, `${place} featstore ${command.join(" ")}`).toBe("0 ");
        output += stdout + stderr;
      }
    }
    if (block.kind === "expect" && !occursIn(output, block.lines)) {
      expect(output, place).toBe(block.lines.join("\n"));
    }
  }
  expect((await readFile(join(project.folder, "train.csv"), "utf8")).trimEnd().split("\n")).toHaveLength(3);
});
