import { FeatstoreError } from "../core/index";
import { namesBefore, presentName, type RegistrySnapshot } from "../registry/index";
import type { TrainingManifest } from "./output/training-manifest";
import type { TrainingSetViewer } from "./training-set-types";

/**
 * Checks that the tier of the viewer's organisation allows the views of a training set, by any valid name: it may allow
 * less than when the set was made. Errors: `resource_forbidden`.
 */
export async function requireReadableViews(
  { views, labels = [] }: Pick<TrainingManifest, "views"> & Partial<Pick<TrainingManifest, "labels">>,
  { grants }: TrainingSetViewer,
  snapshot: () => Promise<RegistrySnapshot>,
): Promise<void> {
  if (grants === undefined) return;
  const refused = [...views, ...labels].map(({ view }) => view).filter((name) => !grants.inResources(name));
  if (refused.length === 0) return;
  const registered = await snapshot();
  const isReadable = (name: string): boolean => {
    const present = presentName(registered, name);
    return [present, ...namesBefore(registered, present)].some(grants.inResources);
  };
  if (!refused.every(isReadable))
    throw new FeatstoreError(
      "resource_forbidden",
      "This key may not read the training set: the tier of its organisation does not allow all of its views.",
    );
}
