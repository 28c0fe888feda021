import { FeatstoreError } from "../core/index";
import { type ApiRequest, holderOf, keyRequired } from "../http/index";
import type { DatasetReader } from "./dataset-reader";
import type { RegisteredDataset } from "./dataset-types";

const NAME = /^[a-z][a-z0-9_]{0,39}$/;

/**
 * Returns a dataset that the caller may see: by scope and tier; without a key only a public one. Errors:
 * `dataset_not_found`, `resource_forbidden`, `key_required`.
 */
export async function readableDataset(
  reader: Pick<DatasetReader, "dataset">,
  { principal }: Pick<ApiRequest, "principal">,
  name: string,
): Promise<RegisteredDataset> {
  const isName = NAME.test(name);
  // Before the look-up: the response does not say whether a dataset exists that the key may not read.
  if (isName && principal !== null && !principal.grants.allows("datasets:read", name)) {
    const readable = principal.grants.patterns("datasets:read").join(", ") || "none";
    const detail = `This key may not read the dataset "${name}"; it may read ${readable}.`;
    throw new FeatstoreError("resource_forbidden", detail);
  }
  const dataset = isName ? await reader.dataset(name) : undefined;
  if (principal === null && dataset?.definition.access !== "public") throw keyRequired();
  if (dataset !== undefined) return dataset;
  throw new FeatstoreError("dataset_not_found", `There is no dataset "${name.slice(0, 80)}".`);
}

/**
 * Returns a dataset that the caller may build. Errors: `dataset_not_found`, `resource_forbidden`.
 */
export async function writableDataset(
  reader: Pick<DatasetReader, "dataset">,
  request: Pick<ApiRequest, "principal">,
  name: string,
): Promise<RegisteredDataset> {
  const { grants } = holderOf(request);
  // Before the look-up, as for reading.
  if (NAME.test(name) && !grants.allows("datasets:write", name)) {
    const writable = grants.patterns("datasets:write").join(", ") || "none";
    throw new FeatstoreError(
      "resource_forbidden",
      `This key may not build the dataset "${name}"; it may build ${writable}.`,
    );
  }
  const dataset = NAME.test(name) ? await reader.dataset(name) : undefined;
  if (dataset !== undefined) return dataset;
  throw new FeatstoreError("dataset_not_found", `There is no dataset "${name.slice(0, 80)}".`);
}
