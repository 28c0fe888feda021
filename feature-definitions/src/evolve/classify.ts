import { documentHash, meaningHash } from "../ir/canonical";
import type { FeatureView } from "../ir/nodes";
import { type ChangeClass, changeClasses, classOfKind } from "./change-kinds";
import { type Change, diffViews } from "./diff";

export function classOf({ kind }: Pick<Change, "kind">): ChangeClass {
  return classOfKind[kind];
}

export interface Evolution {
  readonly class: ChangeClass;
  readonly changes: readonly Change[];
  /** True if the change needs a new version, because the meaning differs from the one that the old version pins. */
  readonly needsVersion: boolean;
}

/** Compares a view with its earlier state, under any name: lists the changes and the most severe class among them. */
export function compareViews(before: FeatureView, after: FeatureView): Evolution {
  const changes = diffViews(before, after);
  const needsVersion = meaningHash(before) !== meaningHash({ ...after, name: before.name });
  const gravest = changes
    .map(classOf)
    .reduce<ChangeClass>((a, b) => (changeClasses.indexOf(b) > changeClasses.indexOf(a) ? b : a), "unchanged");
  // A renamed source or an unread column appears in no list of changes, but it changes the document.
  const isSilent =
    gravest === "unchanged" && documentHash(before) !== documentHash({ ...after, version: before.version });
  return { class: isSilent ? "metadata" : gravest, changes, needsVersion };
}
