import { type Change, compareViews, instantText } from "@featstore/definitions/compiler";
import type { DefinitionKind, HistoryEvent, Versions } from "../registry/index";
import type { EventDocument, VersionDocument } from "./reference-document";
import type { SubjectView } from "./reference-subject";

/** Lists the versions of a view, newest first, each with its changes since the previous one. */
export function describeVersions({ versions }: Versions<SubjectView>): VersionDocument[] {
  const ordered = [...versions.values()].sort((left, right) => left.view.version - right.view.version);
  return ordered.map((own, index) => describeVersion(own, ordered[index - 1])).reverse();
}

function describeVersion({ view, state, retirement, appliedAt }: SubjectView, before?: SubjectView): VersionDocument {
  const evolution = before && compareViews(before.view, view);
  return {
    version: view.version,
    state,
    applied_at: optionalInstant(appliedAt),
    deprecated_at: optionalInstant(retirement?.deprecatedAt),
    sunset_at: optionalInstant(retirement?.sunsetAt),
    successor: retirement?.successor ?? null,
    evolution:
      before === undefined || evolution === undefined
        ? null
        : { since: before.view.version, class: evolution.class, changes: evolution.changes.map(changeText) },
  };
}

function changeText({ kind, path }: Change): string {
  return `${path}: ${kind.replaceAll("_", " ")}`;
}

/** Lists the history of one view or service, newest first. */
export function describeHistory(
  history: readonly HistoryEvent[],
  definition: DefinitionKind,
  name: string,
): EventDocument[] {
  // The name at the time of each event, going back.
  let called = name;
  return history.flatMap(({ at, kind, actor, message, changes }): EventDocument[] => {
    const own = changes.filter((change) => change.definition === definition && change.name === called);
    if (own.length === 0) return [];
    called = own.find(({ renamedFrom }) => renamedFrom !== undefined)?.renamedFrom ?? called;
    return [
      {
        at: instantText(at),
        kind,
        actor,
        message,
        changes: own.map((change) => ({
          version: change.version,
          state: change.state ?? null,
          class: change.class ?? null,
          before: change.before ?? null,
          sunset: change.sunset ?? null,
          successor: change.successor ?? null,
        })),
      },
    ];
  });
}

export function optionalInstant(micros: bigint | null | undefined): string | null {
  return micros === null || micros === undefined ? null : instantText(micros);
}
