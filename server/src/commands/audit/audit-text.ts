import {
  type AuditReport,
  differenceClasses,
  type FeatureAudit,
  type ViewAudit,
} from "../../services/audit/audit-report";
import { instantText } from "../../services/instant";
import { keyText } from "../../services/key-text";
import { table } from "../base/table";

/** An audit for people: per view what was compared, then what differs with examples. */
export function auditText({ answers, views, faults }: AuditReport): string {
  if (answers === 0)
    return "No answers are kept: the server keeps one in audit.one_in of those it gives (0 keeps none).";
  const verdict =
    faults === 0 ? "No faults." : `${faults} ${faults === 1 ? "value is a fault" : "values are faults"} of ours.`;
  return [...views.map(viewText), verdict].join("\n\n");
}

function viewText({ view, version, answers, gone, replayFailure, features, staleness }: ViewAudit): string {
  const compared = features.filter(({ feature }) => feature !== "_status");
  const { promised, median, greatest, stale } = staleness;
  const lines = [
    `${view}@${version}: ${answers} answers${gone > 0 ? `, ${gone} from generations that are gone` : ""}; ` +
      `as of ${seconds(median)} before them in the middle, ${seconds(greatest)} at most` +
      (promised === null ? "" : `, ${stale} beyond the ${seconds(promised)} that are promised`),
  ];
  if (replayFailure !== null) lines.push(`could not be replayed: ${replayFailure}`);
  const rows = features.filter((each) => each.feature !== "_status" || differing(each) > 0);
  if (compared.length > 0) {
    lines.push(
      table(
        ["feature", "answers", ...differenceClasses.map((name) => name.replace("_", " ")), ""],
        rows.map(({ feature, answers: count, differences, isReplayed }) => [
          ...[feature === "_status" ? "(status)" : feature, String(count)],
          ...differenceClasses.map((name) => String(differences[name])),
          isReplayed || feature === "_status" || replayFailure !== null
            ? ""
            : "not replayed: its source keeps no history",
        ]),
      ),
    );
  }
  for (const { feature, examples } of features) {
    for (const { class: name, tenant, key, generation, answeredAt, answered, stored, replayed } of examples) {
      const whose = tenant === "" ? "" : ` of ${JSON.stringify(tenant)}`;
      const values = [
        ["answered", answered],
        ["in the generation", stored],
        ["replayed", replayed],
      ].flatMap(([what, value]) => (value === null ? [] : [`${what} ${value}`]));
      lines.push(
        `${name.replace("_", " ")}: ${feature === "_status" ? "status" : feature} of ${keyText(key)}${whose}, ` +
          `generation ${generation}, at ${instantText(answeredAt)}${values.length === 0 ? "" : `: ${values.join(", ")}`}`,
      );
    }
  }
  return lines.join("\n");
}

function differing({ differences }: FeatureAudit): number {
  return Object.values(differences).reduce((sum, count) => sum + count, 0);
}

function seconds(count: number): string {
  return `${Math.round(count)} s`;
}
