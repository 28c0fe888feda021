import { FeatstoreError, suggest } from "../core/index";
import type { Versions } from "../registry/index";
import type { ReferenceSubject, SubjectView } from "./reference-subject";

export interface ShownView {
  readonly shown: SubjectView;
  readonly versions: Versions<SubjectView>;
}

/**
 * Resolves the view versions that a reference shows: `speech_sentiment` is the promoted version, `speech_sentiment@2` that
 * version. Default: the promoted version of each view.
 *
 * @throws FeatstoreError `feature_view_not_found`, `feature_view_version_not_found`; `invalid_selection` if two versions of
 *   one view are requested
 */
export function shownViews(
  { featureViews }: ReferenceSubject,
  references: readonly string[] | undefined,
): readonly ShownView[] {
  const names = references ?? [...featureViews.keys()];
  const shown = new Map<string, ShownView>();
  for (const reference of names) {
    const found = findView(featureViews, reference);
    const { name, version } = found.shown.view;
    const other = shown.get(name);
    if (other !== undefined && other.shown !== found.shown) {
      throw new FeatstoreError(
        "invalid_selection",
        `"${name}" is requested as version ${other.shown.view.version} and as version ${version}; request one of them.`,
      );
    }
    shown.set(name, found);
  }
  return [...shown.values()];
}

function findView(featureViews: ReferenceSubject["featureViews"], reference: string): ShownView {
  const at = reference.indexOf("@");
  const name = at < 0 ? reference : reference.slice(0, at);
  const versions = featureViews.get(name);
  if (versions === undefined) {
    throw new FeatstoreError(
      "feature_view_not_found",
      `There is no feature view "${name.slice(0, 80)}"${suggest(name, featureViews.keys()) || "."}`,
    );
  }
  const version = at < 0 ? String(versions.promoted) : reference.slice(at + 1);
  const shown = /^[1-9][0-9]{0,8}$/.test(version) ? versions.versions.get(Number(version)) : undefined;
  if (shown === undefined) {
    throw new FeatstoreError(
      "feature_view_version_not_found",
      `"${name}" has no version "${version.slice(0, 20)}"; there are: ${[...versions.versions.keys()].join(", ")}.`,
    );
  }
  return { shown, versions };
}
