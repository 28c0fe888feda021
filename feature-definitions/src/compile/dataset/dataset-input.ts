import type { FeatureService } from "../../ir/nodes";
import type { ServedView } from "./service-rows";

export interface DatasetInput {
  /** The service that a dataset publishes, and the views that `viewsOfDataset` lists; null for a dataset of a source. */
  readonly service: { readonly ir: FeatureService; readonly views: readonly ServedView[] } | null;
  /** The table of taken-down rows, with `dataset` and `key_digest`, as `featstore.key_digest` makes it; null: none. */
  readonly takedowns: { readonly schema: string; readonly table: string } | null;
}
