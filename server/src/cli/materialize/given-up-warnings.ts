import type { SweepReport } from "../../materialization/index";

const REASONS: Readonly<Record<NonNullable<SweepReport["givenUp"]>[number]["why"], string>> = {
  superseded: "a later generation is published",
  too_old: "it was a week old",
  version_retired: "the version is retired",
};

/** Lists warnings for interrupted backfills, of any view, that a sweep has abandoned. */
export function givenUpWarnings(swept: SweepReport | null) {
  return (swept?.givenUp ?? []).map(({ runId, view, version, why }) => ({
    code: "backfill_given_up",
    message: `run ${runId}, an interrupted backfill of ${view}@${version}, cannot be resumed: ${REASONS[why]}`,
  }));
}
