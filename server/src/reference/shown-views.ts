import { FeatstoreError } from "../core/index";
import { findVersion, findView, splitReference, type Versions } from "../registry/index";
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
  const views = new Map<string, ShownView>();
  for (const reference of references ?? featureViews.keys()) {
    const [name, number] = splitReference(reference);
    const shown = findVersion({ featureViews }, name, number, { evenRetired: true });
    const other = views.get(name);
    if (other !== undefined && other.shown !== shown) {
      throw new FeatstoreError(
        "invalid_selection",
        `"${name}" is requested as version ${other.shown.view.version} and as version ${shown.view.version}; request one of them.`,
      );
    }
    views.set(name, { shown, versions: findView({ featureViews }, name) });
  }
  return [...views.values()];
}
