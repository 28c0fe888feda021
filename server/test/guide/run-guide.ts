import { expect } from "vitest";
import type { CliProject } from "../cli/cli";
import { featstoreCommands } from "./guide-document";
import { runBlocks } from "./run-blocks";

/** Runs a page of `docs/guide` whose commands are all of featstore, in this process, and checks the expected output. */
export async function runGuide(project: CliProject, page: string): Promise<readonly string[]> {
  await project.open();
  return runBlocks(`docs/guide/${page}`, project.folder, async (text, location) => {
    const output = { stdout: "", stderr: "" };
    for (const command of featstoreCommands(text)) {
      const { code, stdout, stderr } = await project.run(...command);
      expect(`${code} ${code === 0 ? "" : stderr + stdout}`, `${location} featstore ${command.join(" ")}`).toBe("0 ");
      output.stdout += stdout;
      output.stderr += stderr;
    }
    return output;
  });
}
