import { readFile } from "node:fs/promises";
import { createCliProject } from "../cli/cli";

/** `featstore demo` with its sample, on a free port. */
export interface DemoServer {
  readonly url: string;
  readonly key: string;
  readonly dataset: string;
  close(): Promise<void>;
}

export async function startDemoServer(environment: Readonly<Record<string, string>>): Promise<DemoServer> {
  const project = await createCliProject({ HOST: "127.0.0.1", PORT: "0", ...environment });
  const demo = project.start(["demo", "--json"]);
  const failed = demo.outcome.then(({ stderr }): string => {
    throw new Error(stderr);
  });
  const { url, key_file, dataset } = JSON.parse(await Promise.race([demo.says("url"), failed])) as {
    readonly url: string;
    readonly key_file: string;
    readonly dataset: string;
  };
  return {
    url,
    dataset,
    key: (await readFile(key_file, "utf8")).trim(),
    async close() {
      demo.stop();
      await demo.outcome;
      await project.remove();
    },
  };
}
