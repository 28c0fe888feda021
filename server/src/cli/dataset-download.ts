import { resolve } from "node:path";
import { createDatasets, type DatasetFormat } from "@featstore/client/datasets";
import { CommandProblem } from "../core/index";
import { startDownloadProgress } from "./dataset/download-progress";
import { readApiKey } from "./kit/api-key";
import { clientProblem } from "./kit/client-problem";
import { defineFeatstoreCommand } from "./kit/command";
import { listOf } from "./kit/list-of";
import { wholeNumber } from "./kit/whole-number";

const FORMATS: readonly DatasetFormat[] = ["parquet", "csv", "jsonl", "json"];
const DEFAULT_URL = "http://localhost:8080";
const DEFAULT_PARALLEL = 4;

export const datasetDownload = defineFeatstoreCommand({
  name: "dataset download",
  summary: "Downloads a dataset's files from a server and verifies their SHA-256",
  args: {
    name: { type: "positional", description: "The dataset, state_of_the_union", required: true },
    format: { type: "string", description: "parquet, csv, jsonl or json (default: parquet)", valueHint: "format" },
    snapshot: { type: "string", description: "A snapshot's version or id (default: the newest)", valueHint: "version" },
    split: { type: "string", description: "train, validation or test (default: all files)", valueHint: "name" },
    features: {
      type: "string",
      description: "Only these columns, comma-separated; the server exports them first",
      valueHint: "list",
    },
    to: { type: "string", description: "The folder to write to (default: the working folder)", valueHint: "folder" },
    resume: { type: "boolean", description: "Continue where an interrupted download stopped" },
    overwrite: { type: "boolean", description: "Replace files of the same names with other content" },
    parallel: { type: "string", description: "Number of requests at once (default: 4)", valueHint: "n" },
    url: {
      type: "string",
      description: `The server (default: FEATSTORE_URL, or ${DEFAULT_URL})`,
      valueHint: "url",
    },
    "key-file": {
      type: "string",
      description: "A file with the API key (default: FEATSTORE_API_KEY; public datasets may need none)",
      valueHint: "path",
    },
  },
  examples: [
    { line: "featstore dataset download state_of_the_union --to data", does: "the newest snapshot as Parquet" },
    {
      line: "featstore dataset download state_of_the_union --format csv --snapshot 1.0.0 --split train",
      does: "one part of a certain snapshot",
    },
    { line: "featstore dataset download state_of_the_union --to data --resume", does: "the rest, after Ctrl-C" },
  ],
  run: async (args, io) => {
    const format = formatOf(args.format);
    const parallel = wholeNumber(args.parallel, "--parallel", DEFAULT_PARALLEL, 1);
    const baseUrl = args.url ?? io.environment.FEATSTORE_URL ?? DEFAULT_URL;
    const apiKey = await readApiKey(args["key-file"], io);
    const progress = startDownloadProgress(io);
    if (args.features !== undefined) io.stderr("the server exports the columns first\n");
    try {
      const datasets = createDatasets({ baseUrl, ...(apiKey === undefined ? {} : { apiKey }) });
      const { dataset, snapshot, version, files } = await datasets.download(args.name, {
        format,
        // The slash makes it a folder, also if it does not exist yet.
        to: `${resolve(io.workingFolder, args.to ?? ".")}/`,
        resume: args.resume === true,
        overwrite: args.overwrite === true,
        parallel,
        signal: io.signal,
        onProgress: progress.show,
        ...(args.snapshot === undefined ? {} : { snapshot: args.snapshot }),
        ...(args.split === undefined ? {} : { split: args.split }),
        ...(args.features === undefined ? {} : { features: listOf(args.features) }),
      });
      progress.end();
      const saved = files.map(({ resumedBytes, ...file }) => ({ ...file, resumed_bytes: resumedBytes }));
      const lines = files.map(({ path, bytes, sha256 }) => `${path}: ${bytes} bytes, SHA-256 ${sha256} verified`);
      return {
        json: { dataset, snapshot, version, files: saved },
        text: [...lines, `${dataset} ${version}, snapshot ${snapshot}`].join("\n"),
      };
    } catch (error) {
      throw clientProblem(error, baseUrl, "--resume continues the download");
    } finally {
      progress.end();
    }
  },
});

function formatOf(text: string | undefined): DatasetFormat {
  const format = FORMATS.find((name) => name === (text ?? "parquet"));
  if (format === undefined)
    throw new CommandProblem({
      code: "format_unknown",
      what: `unknown format "${text}"`,
      where: "--format",
      advice: `use ${FORMATS.join(", ")}`,
      exit: "usage",
    });
  return format;
}
