import { copyFile, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { CommandProblem } from "../core/index";
import {
  createTrainingSetStore,
  parseLabel,
  parseSplit,
  type StartedTrainingSet,
  type TrainingManifest,
} from "../training-sets/index";
import { type CommandIo, defineFeatstoreCommand } from "./kit/command";
import { listOf } from "./kit/list-of";
import { type Session, withDatabase } from "./kit/session";
import { openSets, parquetThread } from "./training-set/open-sets";
import { startTrainingProgress } from "./training-set/progress";
import { reportText } from "./training-set/report-text";
import { checkOut, formatOf, spineSource } from "./training-set/spine-source";

const SHOW_MS = 200;

export const trainingSet = defineFeatstoreCommand({
  name: "training-set",
  summary: "Joins features, as known at each row's time, to rows of keys and times",
  args: {
    service: {
      type: "string",
      description: "A feature service, party_predictor or party_predictor@1",
      valueHint: "name",
    },
    features: { type: "string", description: "Features instead of a service, comma-separated", valueHint: "list" },
    spine: {
      type: "string",
      description:
        "The rows: a .csv, .jsonl or .parquet file with the entity's keys and a time; its other columns are kept. lake:spines/*.parquet are files below the roots of the engine lake",
      valueHint: "path",
    },
    sql: { type: "string", description: "The rows as a read-only query", valueHint: "query" },
    out: { type: "string", description: "The result: a .parquet, .csv or .jsonl file", valueHint: "path" },
    "as-of-column": { type: "string", description: "The column of the time (default: as_of)", valueHint: "name" },
    "time-zone": {
      type: "string",
      description: "The zone of times without an offset, such as Europe/Berlin; without it they are rejected",
      valueHint: "zone",
    },
    columns: { type: "string", description: "The spine's columns to keep (default: all)", valueHint: "list" },
    label: {
      type: "string",
      description: "Features to predict, at a later time: view.feature@7d or name=view.feature@12h, comma-separated",
      valueHint: "list",
    },
    "label-column": {
      type: "string",
      description: "The spine's label column: reports its balance and the features that equal it",
      valueHint: "name",
    },
    "allow-leakage": { type: "string", description: "The reason why features may equal a label", valueHint: "reason" },
    split: {
      type: "string",
      description: "A column _split: time:CUT,CUT; hash:train=0.8,test=0.2; group:COLUMN:train=0.8,test=0.2",
      valueHint: "split",
    },
    tenant: { type: "string", description: "The tenant to read as", valueHint: "name" },
    reuse: { type: "boolean", description: "Reuse a finished one with the same definitions, rows and sources" },
    rerun: { type: "string", description: "Repeat a finished one and compare", valueHint: "id" },
    resume: {
      type: "string",
      description: "Continue one whose process has died, or write out a finished one",
      valueHint: "id",
    },
  },
  examples: [
    {
      line: "featstore training-set --service party_predictor --spine spine.csv --out train.parquet",
      does: "a row for each row of spine.csv",
    },
    {
      line: "featstore training-set --service party_predictor --spine spine.csv --out train.parquet --label-column party --split group:speaker:train=0.8,test=0.2",
      does: "all rows of a speaker on one side",
    },
    {
      line: "featstore training-set --service party_predictor --spine spine.csv --out train.parquet --label speech_sentiment.sentiment@7d",
      does: "a column label.speech_sentiment.sentiment: the sentiment a week after each row's time",
    },
    { line: "featstore training-set --rerun abcdefgh234567ab --out again.parquet", does: "repeats it and compares" },
  ],
  run: async (args, io) => {
    const { out, rerun, resume } = args;
    if (out === undefined)
      throw new CommandProblem({
        code: "value_missing",
        what: "no output file for the result",
        where: "--out",
        exit: "usage",
      });
    const format = formatOf(out, "--out");
    await checkOut(resolve(io.workingFolder, out));
    return withDatabase(args, io, "require", async (session) => {
      const store = createTrainingSetStore(session.database);
      const parquet = parquetThread(session.config);
      const { engines, trainingSets } = session.config;
      const reading = { limits: trainingSets.spineLimits, parquet, engines };
      const sets = await openSets(session, store, parquet);
      try {
        const tenant = args.tenant ?? null;
        const started =
          resume !== undefined
            ? await sets.resume(resume, { tenant }, io.signal)
            : rerun !== undefined
              ? await sets.rerun(rerun, { tenant }, { signal: io.signal })
              : await sets.start({
                  service: args.service,
                  features: args.features === undefined ? undefined : listOf(args.features),
                  spine: await spineSource(args, session.engine, reading, io),
                  format,
                  tenant,
                  asOfColumn: args["as-of-column"],
                  timeZone: args["time-zone"],
                  columns: args.columns === undefined ? undefined : listOf(args.columns),
                  labels: args.label === undefined ? undefined : listOf(args.label).map(parseLabel),
                  labelColumn: args["label-column"],
                  allowLeakage: args["allow-leakage"],
                  split: args.split === undefined ? undefined : parseSplit(args.split),
                  reuse: args.reuse === true,
                  signal: io.signal,
                });
        const manifest = await watch(started, io);
        if (manifest.options.format !== format)
          throw new CommandProblem({
            code: "format_differs",
            what: `${started.id} is ${manifest.options.format}`,
            where: "--out",
            advice: `use a file name that ends with .${manifest.options.format}`,
          });
        await copyOut(session, manifest, resolve(io.workingFolder, out));
        return {
          json: { id: manifest.id, reused: started.isReused, out, manifest },
          text: reportText(manifest, started.isReused, out),
        };
      } finally {
        await sets.close();
        await parquet.close();
      }
    });
  },
});

async function watch({ done, progress }: StartedTrainingSet, io: CommandIo): Promise<TrainingManifest> {
  const shown = startTrainingProgress(io);
  const show = (): void => shown.show(progress().rows, progress().total);
  show();
  const timer = setInterval(show, SHOW_MS);
  try {
    const manifest = await done;
    shown.show(manifest.result.rows, manifest.spine.rows);
    return manifest;
  } finally {
    clearInterval(timer);
    shown.end();
  }
}

/** Copies to a temporary name first, so that the file is always complete. */
async function copyOut({ config }: Session, { id, result }: TrainingManifest, path: string): Promise<void> {
  const temporary = `${path}.${id}`;
  try {
    await copyFile(join(config.dataDir, "training-sets", id, result.file), temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new CommandProblem(
      {
        code: "file_unwritable",
        what: `"${path}" cannot be written (${code})`,
        where: "--out",
        advice: `training set ${id} is stored: --rerun ${id} repeats it`,
      },
      { cause: error },
    );
  }
}
