import { CommandProblem } from "../core/index";
import { isSurelyDead } from "../database/index";
import { sweep } from "../materialization/index";
import { type RegistrySnapshot, versionReference } from "../registry/index";
import { actor } from "./kit/actor";
import { defineFeatstoreCommand } from "./kit/command";
import { instantOf } from "./kit/instant-of";
import { withDatabase } from "./kit/session";
import { nameReport, removalReport, retirementReport } from "./retire/retire-report";

export const retire = defineFeatstoreCommand({
  name: "retire",
  summary: "Deprecates a version of a view and ends it at its sunset, or removes one that was never readable",
  args: {
    version: {
      type: "positional",
      description: "view@2; a service@2 that was never readable; the former name of a view",
      required: true,
    },
    sunset: {
      type: "string",
      description: "Answer with 410 from this instant (default: none; run again to set it)",
      valueHint: "time",
    },
    now: { type: "boolean", description: "End it at once; this cannot be undone" },
    successor: {
      type: "string",
      description: "What to read instead, 3 or view@3 (default: the promoted version)",
      valueHint: "version",
    },
    undo: { type: "boolean", description: "Undo the deprecation, before the sunset" },
    message: { type: "string", description: "The reason, for the history", valueHint: "text" },
  },
  examples: [
    { line: "featstore retire speech_sentiment@1 --sunset 2027-01-31", does: "answers warn until then" },
    { line: "featstore retire speech_sentiment@1 --now --successor 3", does: "ends it" },
    { line: "featstore retire speech_sentiment@1 --undo", does: "undoes the deprecation" },
    { line: "featstore retire draft@1", does: "removes it, if it was never published" },
    { line: "featstore retire old_name --sunset 2027-01-31", does: "ends the name that a view had before" },
  ],
  run: (args, io) => {
    refuseConflicts(args);
    const sunset = args.now === true ? "now" : args.sunset === undefined ? null : instantOf(args.sunset, "--sunset");
    return withDatabase(args, io, "require", async ({ registry, engine, offline, reads }) => {
      const snapshot = await registry.snapshot();
      const who = { actor: actor(), message: args.message ?? null };
      const former = snapshot.formerNames?.get(nameIn(args.version));
      if (former !== undefined) {
        if (args.undo === true || args.successor !== undefined || args.version !== nameIn(args.version))
          throw isFormerName(nameIn(args.version), former.newName);
        return nameReport(args.version, await registry.retireName({ name: args.version, ...who, sunset }), {
          isNow: args.now === true,
        });
      }
      const { kind, name, version } = versionReference(snapshot, args.version);
      const request = { name, version, ...who };
      if (kind === "feature_service")
        return removalReport(request, await registry.removeService(request), "it was never readable");
      if (args.undo === true) {
        const revision = await registry.restore(request);
        return {
          json: { name, version, state: "active", revision },
          text: `${name}@${version} is no longer deprecated.`,
        };
      }
      const versions = snapshot.featureViews.get(name);
      // The leftovers of a dead run would look like a running one and prevent the removal.
      if (versions?.versions.get(version)?.served === null) await sweep({ offline, engine, isDead: isSurelyDead });
      const successor = args.successor === undefined ? null : successorOf(snapshot, name, args.successor);
      const report = await registry.retire({ ...request, sunset, successor });
      if (report.removed) return removalReport(request, report.revision, "it was never published");
      const keys = (await reads.readers()).filter((reader) => reader.view === name && reader.version === version);
      return retirementReport(request, report, {
        promoted: versions?.promoted ?? version,
        keys,
        isNow: args.now === true,
      });
    });
  },
});

const nameIn = (reference: string): string => reference.split("@")[0] ?? "";

function isFormerName(name: string, newName: string): CommandProblem {
  return new CommandProblem({
    code: "former_name",
    what: `"${name}" is a former name of "${newName}"`,
    advice: `retire versions by the current name, ${newName}@…, or end the former one: featstore retire ${name} --now`,
    exit: "usage",
  });
}

function refuseConflicts(args: {
  readonly sunset?: string | undefined;
  readonly now?: boolean | undefined;
  readonly successor?: string | undefined;
  readonly undo?: boolean | undefined;
}): void {
  const options = [
    args.undo === true ? "--undo" : [],
    args.now === true ? "--now" : [],
    args.sunset === undefined ? [] : "--sunset",
  ].flat();
  const all = args.undo === true && args.successor !== undefined ? [...options, "--successor"] : options;
  if (all.length > 1)
    throw new CommandProblem({
      code: "options_conflict",
      what: `${all.join(" and ")} cannot be used together`,
      where: "featstore retire",
      exit: "usage",
    });
}

/** Resolves the successor; a bare number is a version of the same view. */
function successorOf(snapshot: RegistrySnapshot, name: string, text: string): string {
  const reference = versionReference(snapshot, /^[0-9]+$/.test(text) ? `${name}@${text}` : text, "feature_view");
  return `${reference.name}@${reference.version}`;
}
