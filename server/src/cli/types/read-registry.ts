import { type Client, type FeatureService, GoneError } from "@featstore/client";
import type { FeatureView, ServiceInput } from "@featstore/definitions/compiler";
import { mapConcurrently } from "../../core/index";
import type { DeclaredFeature, DeclaredRegistry, DeclaredService } from "./declarations";

const AT_ONCE = 8;

/** Reads from a server the part of its registry that types are written from: all that the client's key may read. */
export async function readRegistry(client: Client, signal: AbortSignal): Promise<DeclaredRegistry> {
  const call = { signal };
  const listed = await client.featureViews.list(call);
  const featureViews = new Map(
    await mapConcurrently(AT_ONCE, listed, async ({ name }) => {
      const { promoted, next, versions } = await client.featureViews.get(name, call);
      const documents = [];
      for (const { version } of versions) documents.push(await client.featureViews.getVersion(name, version, call));
      const entries = documents.reverse().map(
        // The definition is the intermediate representation, which the contract leaves open.
        ({ version, state, definition }) => [version, { view: definition as unknown as FeatureView, state }] as const,
      );
      return [name, { promoted, next, versions: new Map(entries) }] as const;
    }),
  );
  const services = await client.featureServices.list(call);
  const featureServices = new Map(
    [...new Set(services.map(({ name }) => name))].map((name) => {
      const own = services.filter((service) => service.name === name).reverse();
      const versions = new Map(own.map((service) => [service.version, { service: declaredService(service) }]));
      return [name, { promoted: own.find(({ promoted }) => promoted)?.version ?? 0, next: null, versions }] as const;
    }),
  );
  const formerNames = await readFormerNames(client, call, featureViews, services);
  return { featureViews, featureServices, formerNames };
}

/** Finds the current names of views that services read by a former name. */
async function readFormerNames(
  client: Client,
  call: { readonly signal: AbortSignal },
  views: DeclaredRegistry["featureViews"],
  services: readonly FeatureService[],
): Promise<NonNullable<DeclaredRegistry["formerNames"]>> {
  const read = services.flatMap(({ features }) => features.map((reference) => partsOf(reference).view));
  const unknown = [...new Set(read)].filter((name) => !views.has(name));
  const found = await mapConcurrently(AT_ONCE, unknown, async (name) => {
    const view = await client.featureViews.get(name, call).catch((error: unknown) => {
      if (error instanceof GoneError) return undefined; // the former name is retired
      throw error;
    });
    const newName = view?.versions[0]?.name;
    return newName === undefined ? [] : [[name, { newName, state: "deprecated" }] as const];
  });
  return new Map(found.flat());
}

function partsOf(reference: string): { readonly view: string; readonly version: number; readonly feature: string } {
  const [, view = "", version, feature = ""] = /^(.*)@(\d+)\.(.*)$/.exec(reference) ?? [];
  return { view, version: Number(version), feature };
}

function declaredService(document: FeatureService): DeclaredService {
  const { name, version, description, features, through, inputs, computed } = document;
  return {
    name,
    version,
    description,
    features: features.map((reference) => ({ ...partsOf(reference), through: through[reference] })),
    // The contract has types as text, so that a server may add some.
    inputs: inputs as readonly ServiceInput[],
    computed: computed.map(({ allowed_values: allowedValues = null, description: about, ...feature }) => ({
      ...(feature as Omit<DeclaredFeature, "contract">),
      contract: { description: about, allowedValues },
    })),
  };
}
