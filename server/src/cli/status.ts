import { instantText } from "@featstore/definitions/compiler";
import {
  createScheduleStore,
  type SchedulerLeader,
  type ScheduleState,
  type ViewAge,
  type ViewDue,
  viewAges,
  viewDue,
} from "../scheduling/index";
import { defineFeatstoreCommand } from "./kit/command";
import { durationText } from "./kit/duration-text";
import { nowMicros } from "./kit/now-micros";
import { withDatabase } from "./kit/session";
import { table } from "./kit/table";
import { rolledBackNames } from "./promote/rolled-back-names";
import { rolledBackText } from "./promote/rolled-back-text";

interface ViewLine extends ViewAge, ViewDue {
  readonly state: ScheduleState | undefined;
}

export const status = defineFeatstoreCommand({
  name: "status",
  summary: "Shows each view's age against its promise, its last run, and when the next run is due",
  args: {},
  examples: [
    { line: "featstore status", does: "exits with 1 if a view is past its promise or its last run failed" },
    { line: "featstore status --json", does: "for a program" },
  ],
  run: (args, io) =>
    withDatabase(args, io, "require", async ({ registry, database }) => {
      const schedules = createScheduleStore(database);
      const now = nowMicros();
      const snapshot = await registry.snapshot();
      const ages = viewAges(snapshot, now);
      const rolledBack = rolledBackNames(snapshot);
      const states = await schedules.states();
      const lines = ages.map((age): ViewLine => {
        const { name, version } = age.registered.view;
        const state = states.find((each) => each.view === name && each.version === version);
        return { ...age, ...viewDue(age.registered, state, now), state };
      });
      const leader = await schedules.leader();
      return {
        json: {
          leader: leader === null ? null : leaderDocument(leader),
          views: lines.map(viewDocument),
          rolled_back: rolledBack,
        },
        text:
          lines.length === 0
            ? "Nothing is applied yet."
            : [textOf(lines, leader, now), ...rolledBack.map(rolledBackText)].join("\n"),
        exit: lines.some((line) => problemsOf(line).length > 0) ? "failed" : "ok",
      };
    }),
});

function leaderDocument({ holder, since }: SchedulerLeader) {
  return { host: holder.host, pid: holder.pid, since: instantText(since) };
}

function viewDocument(line: ViewLine) {
  const { registered, ageSeconds, promiseSeconds, isStale, next, lagSeconds, fault, state } = line;
  const { view, served } = registered;
  const run = state?.lastRun ?? null;
  return {
    view: view.name,
    version: view.version,
    generation: served?.generation ?? null,
    as_of: served === null ? null : instantText(served.asOf),
    age_seconds: ageSeconds,
    freshness_seconds: promiseSeconds,
    stale: isStale,
    last_run:
      run === null
        ? null
        : { run_id: run.runId, state: run.state, started_at: instantText(run.startedAt), failure: run.failureCode },
    failures: state?.failures ?? 0,
    skipped: state?.skipped ?? 0,
    skipped_at: state?.skippedAt == null ? null : instantText(state.skippedAt),
    next_run: next === null ? null : { at: instantText(next.at), reason: next.reason, mode: next.mode },
    lag_seconds: lagSeconds,
    schedule_fault: fault,
    command_to_run: commandToRun(line),
  };
}

function problemsOf({ registered: { view }, isStale, promiseSeconds, fault, state }: ViewLine): readonly string[] {
  const name = `${view.name}@${view.version}`;
  const run = state?.lastRun;
  return [
    ...(isStale ? [`${name} is past its promise of ${durationText(promiseSeconds ?? 0)}`] : []),
    // An interrupted backfill can be abandoned too, for other reasons.
    ...(run?.state === "failed" || (run?.state === "abandoned" && run.failureCode === "holder_died")
      ? [`${name}: run ${run.runId} failed (${run.failureCode ?? run.state}); see featstore runs ${name}`]
      : []),
    ...(fault === null ? [] : [`${name}: ${fault}`]),
  ];
}

/** Returns the command that computes a view that no run has computed and none will; null for any other view. */
function commandToRun({ registered: { view, served }, next, fault, state }: ViewLine): string | null {
  const isLeftAlone = served === null && next === null && fault === null && (state?.lastRun ?? null) === null;
  return isLeftAlone ? `featstore materialize ${view.name}@${view.version}` : null;
}

function neverComputedOf(line: ViewLine): readonly string[] {
  const command = commandToRun(line);
  const { name, version } = line.registered.view;
  return command === null
    ? []
    : [
        `${name}@${version} was never computed, and without a freshness or schedule no server computes it; run ${command}`,
      ];
}

/** Lists interrupted backfills. They are not a problem: they can be resumed. */
function interruptedOf({ registered: { view }, state }: ViewLine): readonly string[] {
  const name = `${view.name}@${view.version}`;
  if (state?.lastRun?.state !== "interrupted") return [];
  return [`${name}: run ${state.lastRun.runId} is interrupted; run featstore backfill ${name} to resume it`];
}

function textOf(lines: readonly ViewLine[], leader: SchedulerLeader | null, now: bigint): string {
  const rows = lines.map(({ registered: { view, served }, ageSeconds, promiseSeconds, next, state }) => [
    `${view.name}@${view.version}`,
    served === null ? "" : String(served.generation),
    ageSeconds === null ? "never published" : durationText(ageSeconds),
    promiseSeconds === null ? "" : durationText(promiseSeconds),
    state?.lastRun?.state ?? "",
    next === null ? "" : nextText(next, now),
  ]);
  const led =
    leader === null
      ? "No server starts scheduled runs."
      : `Scheduled runs are started by process ${leader.holder.pid} on ${leader.holder.host}, since ${instantText(leader.since).slice(0, 19)}Z.`;
  return [
    table(["view", "generation", "age", "promise", "last run", "next run"], rows),
    ...(lines.some(({ next }) => next !== null) ? [led] : []),
    ...lines.flatMap(problemsOf),
    ...lines.flatMap(interruptedOf),
    ...lines.flatMap(neverComputedOf),
  ].join("\n");
}

function nextText({ at, reason }: NonNullable<ViewDue["next"]>, now: bigint): string {
  const seconds = Number(at - now) / 1_000_000;
  const when = seconds <= 0 ? `due for ${durationText(-seconds)}` : `in ${durationText(seconds)}`;
  return reason === "schedule" ? when : `${when} (${reason})`;
}
