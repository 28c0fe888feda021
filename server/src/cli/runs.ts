import { instantText } from "@featstore/definitions/compiler";
import { CommandProblem, keyText } from "../core/index";
import {
  createRunStore,
  type ListedRun,
  RUN_STATES,
  RunParameters,
  runDocument,
  runQuery,
} from "../materialization/index";
import { checkedOptions } from "./kit/checked-options";
import { defineFeatstoreCommand } from "./kit/command";
import { withDatabase } from "./kit/session";
import { table } from "./kit/table";
import { wholeNumber } from "./kit/whole-number";

export const runs = defineFeatstoreCommand({
  name: "runs",
  summary: "Lists materialization runs, newest first",
  args: {
    view: { type: "positional", description: "view, all its versions, or view@2 (default: all)", required: false },
    state: { type: "string", description: `Only runs in this state: ${RUN_STATES.join(", ")}`, valueHint: "state" },
    limit: { type: "string", description: "The maximum number of runs, 1 to 1000 (default: 50)", valueHint: "n" },
    before: { type: "string", description: "Only runs before this one", valueHint: "run" },
  },
  examples: [
    { line: "featstore runs speech_sentiment", does: "each run's rows, duration and failure" },
    { line: "featstore runs --state failed --limit 10 --json", does: "for a program" },
  ],
  run: (args, io) => {
    const { view, state, limit, before } = args;
    refuseUnknownState(state);
    for (const [option, text] of Object.entries({ limit, before })) wholeNumber(text, `--${option}`, 0);
    const filter = checkedOptions(RunParameters, { view, state, limit, before });
    return withDatabase(args, io, "require", async ({ registry, database }) => {
      const query = runQuery(await registry.snapshot(), filter);
      const listed = await createRunStore(database).list(query);
      return {
        json: { runs: listed.map(fullDocument) },
        text: listed.length === 0 ? "No runs found." : textOf(listed),
      };
    });
  },
});

function refuseUnknownState(state: string | undefined): void {
  if (state === undefined || RUN_STATES.some((known) => known === state)) return;
  const what = `expected a state of a run, got "${state}"`;
  const advice = `states are ${RUN_STATES.join(", ")}`;
  throw new CommandProblem({ code: "state_invalid", what, where: "--state", advice, exit: "usage" });
}

/** Shows keys in messages and examples: anyone with access to the database may see them. */
function fullDocument(run: ListedRun) {
  return { ...runDocument(run), failure: run.failure, broken_contracts: run.brokenContracts, repaired: run.repaired };
}

function textOf(listed: readonly ListedRun[]): string {
  const rows = listed.map((run) => [
    run.runId,
    `${run.view}@${run.version}`,
    String(run.generation),
    run.state,
    run.kind,
    run.rows === null ? "" : String(run.rows),
    run.recomputed === null ? "" : String(run.recomputed),
    run.chunks === null ? "" : `${run.chunks.done}/${run.chunks.total}`,
    run.readFiles === null ? "" : String(run.readFiles.count),
    run.finishedAt === null ? "" : (Number(run.finishedAt - run.startedAt) / 1_000_000).toFixed(1),
    `${instantText(run.asOf).slice(0, 19)}Z`,
  ]);
  const header = [
    "run",
    "view",
    "generation",
    "state",
    "kind",
    "rows",
    "recomputed",
    "chunks",
    "files",
    "seconds",
    "as of",
  ];
  return [table(header, rows), ...listed.flatMap(notesOf)].join("\n");
}

function notesOf({
  runId,
  progress,
  whyFull,
  repaired,
  failure,
  brokenContracts,
  forcedBecause,
  warnings,
}: ListedRun): readonly string[] {
  return [
    ...(progress === null ? [] : [`run ${runId} ${progressText(progress)}`]),
    ...(whyFull === null ? [] : [`run ${runId} is full: ${whyFull}`]),
    ...(repaired === null ? [] : [`run ${runId} repaired ${repaired.rows} rows${examplesText(repaired.examples)}`]),
    ...(failure === null
      ? []
      : [`run ${runId}: ${failure.code}${failure.message === null ? "" : `: ${failure.message}`}`]),
    ...brokenContracts.map(
      ({ feature, promise, rows, examples }) =>
        `run ${runId}: ${feature} breaks ${promise} in ${rows} rows${examplesText(examples.map(({ key }) => key))}`,
    ),
    ...(forcedBecause === null ? [] : [`run ${runId} was forced: ${forcedBecause}`]),
    ...warnings.map(({ code, message }) => `run ${runId}: ${code}: ${message}`),
  ];
}

function progressText({ stages, stagesDone, tasks, tasksDone }: NonNullable<ListedRun["progress"]>): string {
  return `has done ${stagesDone} of ${stages} stages and ${tasksDone} of ${tasks} tasks that were started so far`;
}

function examplesText(keys: readonly Readonly<Record<string, string | number>>[]): string {
  return keys.length === 0 ? "" : `, among them those of ${keys.map(keyText).join("; ")}`;
}
