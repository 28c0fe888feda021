import { FeatstoreError } from "../core/index";
import { type ApiRequest, holderOf, type KeyHolder, keyRequired } from "../http/index";
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
  if (principal !== null) requireGranted(principal, "datasets:read", name);
  const dataset = await findDataset(reader, name);
  if (principal === null && dataset?.definition.access !== "public") throw keyRequired();
  return existing(dataset, name);
}

/**
 * Returns a dataset that the caller may build. Errors: `dataset_not_found`, `resource_forbidden`.
 */
export async function writableDataset(
  reader: Pick<DatasetReader, "dataset">,
  request: Pick<ApiRequest, "principal">,
  name: string,
): Promise<RegisteredDataset> {
  requireGranted(holderOf(request), "datasets:write", name);
  return existing(await findDataset(reader, name), name);
}

const VERBS = { "datasets:read": "read", "datasets:write": "build" } as const;

/** Called before the look-up: the response does not say whether a dataset exists that the key may not use. */
function requireGranted({ grants }: KeyHolder, scope: keyof typeof VERBS, name: string): void {
  if (!NAME.test(name) || grants.allows(scope, name)) return;
  const verb = VERBS[scope];
  const granted = grants.patterns(scope).join(", ") || "none";
  throw new FeatstoreError(
    "resource_forbidden",
    `This key may not ${verb} the dataset "${name}"; it may ${verb} ${granted}.`,
  );
}

async function findDataset(
  reader: Pick<DatasetReader, "dataset">,
  name: string,
): Promise<RegisteredDataset | undefined> {
  return NAME.test(name) ? reader.dataset(name) : undefined;
}

function existing(dataset: RegisteredDataset | undefined, name: string): RegisteredDataset {
  if (dataset !== undefined) return dataset;
  throw new FeatstoreError("dataset_not_found", `There is no dataset "${name.slice(0, 80)}".`);
}
