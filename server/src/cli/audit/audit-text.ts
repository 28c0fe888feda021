import { instantText } from "@featstore/definitions/compiler";
import {
  type AuditReport,
  differenceClasses,
  type FeatureAudit,
  type ServiceAudit,
  type ViewAudit,
} from "../../audit/index";
import { keyText } from "../../core/index";
import { durationText } from "../kit/duration-text";
import { table } from "../kit/table";

/** Writes an audit as text: what was compared for each view, then the differences with examples. `oneIn`: `audit.one_in`. */
export function auditText(report: AuditReport, oneIn: number): string {
  if (report.answers === 0) return `No answers are stored: ${samplingText(oneIn)}`;
  return [...report.views.map(viewText), ...report.services.map(serviceText), verdictOf(report, oneIn)].join("\n\n");
}

/** Says how many answers a server keeps, by the settings of this command, which are usually the server's. */
function samplingText(oneIn: number): string {
  if (oneIn === 1) return "the server keeps each answer from its start with this setting on (audit.one_in).";
  const share = oneIn === 0 ? "no answer" : `one answer in ${oneIn}`;
  return `the server keeps ${share}; set audit: { one_in: 1 } in its settings to try it.`;
}

function verdictOf({ answers, views, services, faults }: AuditReport, oneIn: number): string {
  if (faults > 0) return `${faults} ${faults === 1 ? "value is a fault" : "values are faults"} of Featstore.`;
  const parts = [...views, ...services];
  const failed = parts.filter(({ replayFailure }) => replayFailure !== null).length;
  if (failed > 0) return `${failed} of ${parts.length} could not be replayed, see above; no other faults were found.`;
  if (parts.some(({ features }) => features.some((feature) => feature.answers > 0))) return "No faults.";
  const gone = parts.reduce((sum, part) => sum + part.gone, 0);
  const others = answers - gone;
  const reasons = [
    ...(gone === 0 ? [] : [`${gone} of ${answers} answers are from generations that are gone`]),
    ...(others === 0 ? [] : [`${others} of ${answers} answers have no feature that can be compared`]),
  ].join(", ");
  return `Nothing was compared: ${reasons}.${
    gone === 0 ? "" : ` Run featstore audit more often than the views are materialized; ${samplingText(oneIn)}`
  }`;
}

function viewText({ view, version, answers, gone, replayFailure, features, staleness }: ViewAudit): string {
  const { promised, median, max, stale } = staleness;
  const head =
    `${view}@${version}: ${answers} answers${goneText(gone)}; ` +
    `as of ${durationText(median)} before the answers (median), at most ${durationText(max)}` +
    (promised === null ? "" : `, ${stale} beyond the promised ${durationText(promised)}`);
  return [
    head,
    ...partLines({ features, replayFailure, unreplayed: "not replayed: its source keeps no history" }),
  ].join("\n");
}

function serviceText({ service, version, answers, gone, replayFailure, features }: ServiceAudit): string {
  const head = `computed by ${service}@${version}: ${answers} answers${goneText(gone)}`;
  return [head, ...partLines({ features, replayFailure, unreplayed: "not compared with SQL everywhere" })].join("\n");
}

function goneText(gone: number): string {
  return gone > 0 ? `, ${gone} from generations that are gone` : "";
}

/** `unreplayed`: the text for a feature that was not replayed. */
function partLines({
  features,
  replayFailure,
  unreplayed,
}: Pick<ViewAudit, "features" | "replayFailure"> & { readonly unreplayed: string }): readonly string[] {
  const lines: string[] = [];
  const compared = features.filter(({ feature }) => feature !== "_status");
  if (replayFailure !== null) lines.push(`could not be replayed: ${replayFailure}`);
  const rows = features.filter((each) => each.feature !== "_status" || differing(each) > 0);
  if (compared.length > 0) {
    lines.push(
      table(
        ["feature", "answers", ...differenceClasses.map((name) => name.replace("_", " ")), ""],
        rows.map(({ feature, answers: count, differences, isReplayed }) => [
          ...[feature === "_status" ? "(status)" : feature, String(count)],
          ...differenceClasses.map((name) => String(differences[name])),
          isReplayed || feature === "_status" || replayFailure !== null ? "" : unreplayed,
        ]),
      ),
    );
  }
  for (const { feature, examples } of features) {
    for (const { class: name, tenant, key, generation, servedAt, response, stored, replayed } of examples) {
      const whose = tenant === "" ? "" : ` of ${JSON.stringify(tenant)}`;
      const values = [
        ["answered", response],
        [generation === null ? "of the generations" : "in the generation", stored],
        [generation === null ? "by SQL" : "replayed", replayed],
      ].flatMap(([what, value]) => (value === null ? [] : [`${what} ${value}`]));
      lines.push(
        `${name.replace("_", " ")}: ${feature === "_status" ? "status" : feature} of ${keyText(key)}${whose}, ` +
          `${generation === null ? "" : `generation ${generation}, `}at ${instantText(servedAt)}${values.length === 0 ? "" : `: ${values.join(", ")}`}`,
      );
    }
  }
  return lines;
}

function differing({ differences }: FeatureAudit): number {
  return Object.values(differences).reduce((sum, count) => sum + count, 0);
}
