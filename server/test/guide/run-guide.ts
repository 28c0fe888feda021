import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { loadConfig } from "../../src/core/config";
import { openServerDatabase } from "../../src/database/open-server-database";
import type { CliProject } from "../cli/cli";
import { guideBlocks, occursIn } from "./guide-document";

/** Runs a page of `docs/guide` and checks the expected output. */
export async function runGuide(project: CliProject, page: string): Promise<void> {
  // Opened once for all commands, which find it by its socket: starting the embedded database is what takes the time.
  const opened = await openServerDatabase(loadConfig({ env: project.environment, folder: project.folder }));
  try {
    await runBlocks(project, page);
  } finally {
    await opened.close();
  }
}

async function runBlocks(project: CliProject, page: string): Promise<void> {
  const name = `docs/guide/${page}`;
  let output = "";
  for (const block of guideBlocks(readFileSync(join(import.meta.dirname, "../../..", name), "utf8"))) {
    const location = `${name}:${block.line}`;
    if (block.kind === "file") await project.write({ [block.path]: block.text });
    if (block.kind === "edit") {
      const text = await readFile(join(project.folder, block.path), "utf8");
      expect(text.split(block.from).length, `${location} names one place`).toBe(2);
      await project.write({ [block.path]: text.replace(block.from, () => block.to) });
    }
    if (block.kind === "run") {
      output = "";
      for (const command of block.commands) {
        const { code, stdout, stderr } = await project.run(...command);
        expect(`${code} ${code === 0 ? "" : stderr + stdout}`, `${location} featstore ${command.join(" ")}`).toBe("0 ");
        output += stdout + stderr;
      }
    }
    if (block.kind === "expect" && !occursIn(output, block.lines)) {
      expect(output, location).toBe(block.lines.join("\n"));
    }
  }
}
