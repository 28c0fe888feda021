import { FeatstoreError, suggest } from "../core/index";
import { type ApiRequest, holderOf, type KeyHolder, keyRequired } from "../http/index";
import type { DatasetReader } from "./dataset-reader";
import type { RegisteredDataset } from "./dataset-types";

type Reader = Pick<DatasetReader, "dataset" | "datasets">;

const NAME = /^[a-z][a-z0-9_]{0,39}$/;

/**
 * Returns a dataset that the caller may see: by scope and tier; without a key only a public one. Errors:
 * `dataset_not_found`, `resource_forbidden`, `key_required`.
 */
export async function readableDataset(
  reader: Reader,
  { principal }: Pick<ApiRequest, "principal">,
  name: string,
): Promise<RegisteredDataset> {
  if (principal !== null) requireGranted(principal, "datasets:read", name);
  const dataset = await findDataset(reader, name);
  if (principal === null && dataset?.definition.access !== "public") throw keyRequired();
  return dataset ?? refuseUnknown(reader, name, (known) => principal?.grants.allows("datasets:read", known) === true);
}

/**
 * Returns a dataset that the caller may build. Errors: `dataset_not_found`, `resource_forbidden`.
 */
export async function writableDataset(
  reader: Reader,
  request: Pick<ApiRequest, "principal">,
  name: string,
): Promise<RegisteredDataset> {
  const holder = holderOf(request);
  requireGranted(holder, "datasets:write", name);
  const dataset = await findDataset(reader, name);
  return dataset ?? refuseUnknown(reader, name, (known) => holder.grants.allows("datasets:write", known));
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

async function findDataset(reader: Reader, name: string): Promise<RegisteredDataset | undefined> {
  return NAME.test(name) ? reader.dataset(name) : undefined;
}

/** Suggests a dataset that the caller may use. */
async function refuseUnknown(reader: Reader, name: string, isGranted: (known: string) => boolean): Promise<never> {
  const names = (await reader.datasets()).map(({ definition }) => definition.name).filter(isGranted);
  const text = `There is no dataset "${name.slice(0, 80)}"`;
  throw new FeatstoreError("dataset_not_found", `${text}${suggest(name, names) || "."}`);
}
