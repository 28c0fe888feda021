import type { Entity, FeatureService } from "@featstore/definitions/compiler";
import { createApp } from "../../src/app";
import { keyActor } from "../../src/core/actor";
import { FeatstoreError } from "../../src/core/errors";
import { SCOPES } from "../../src/core/scopes";
import type { Snapshot } from "../../src/datasets/dataset-types";
import { createAccountReader } from "../../src/organisations/account-reader";
import { createOrganisationStore } from "../../src/organisations/organisation-store";
import { createOrganisationService } from "../../src/organisations/organisations";
import type { RegistrySnapshot } from "../../src/registry/registry";
import { spineError } from "../../src/training-sets/jobs/training-failure";
import { planTrainingSet } from "../../src/training-sets/plan/training-plan";
import { refuseSpine, SpineFaults } from "../../src/training-sets/spine/spine-row";
import type { TrainingSetRequest } from "../../src/training-sets/training-set-request";
import { createStubReader, sampleDefinition } from "../datasets/support/sample-snapshot";
import { createFakeKeyStore } from "../helpers/fake-key-store";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { createFakeRegistry, emptyContract, registered, service, snapshotOf, track } from "../helpers/serving-fixture";
import { createTestApp } from "../helpers/test-app";
import type { TestRequest } from "./document-verdict";
import type { ServerAnswer } from "./server-verdict";

const ORIGIN = "http://localhost";
/** The key in the document's examples. */
const KEY_ID = "abcdefghijklmnop";
const PERSON = { userId: "ada", email: "ada@example.com", organisation: "org_k3v5t7n2q6x4a2c5" };

const speech: Entity = { ...track, name: "speech", key: [{ name: "speech_id", type: "int64" }] };
const speaker: Entity = { ...track, name: "speaker", key: [{ name: "speaker", type: "string" }] };
const views = [
  registered({ name: "speech_sentiment", entity: speech, features: { sentiment: "string", confidence: "float64" } }),
  registered({
    name: "speech_profile",
    entity: speech,
    features: { speaker: "string", title: "string", year: "int32" },
  }),
  registered({ name: "speech_embeddings", entity: speech, features: { text: "vector(3)" } }),
  registered({ name: "speaker_profile", entity: speaker, features: { speeches: "int32" } }),
];
const tables = new Map([
  ["speech_sentiment_v1_g1", [{ scope: "", key: "1", eventTime: 1, values: ['"positive"', "0.75"] }]],
  [
    "speech_profile_v1_g1",
    [{ scope: "", key: "1", eventTime: 1, values: ['"George Washington"', '"Address"', "1790"] }],
  ],
  ["speech_embeddings_v1_g1", []],
  ["speaker_profile_v1_g1", []],
]);

/**
 * Creates the application over stores in memory that know the names in the document's examples, and returns how it
 * answers a request.
 */
export async function createVerdictServer() {
  const keyStore = createFakeKeyStore();
  const asOfReads = createFakeOnlineStore(tables, true);
  await asOfReads.follow?.(views);
  const party: FeatureService = {
    ...service("party_predictor", 1, "speech", [
      ["speech_sentiment", 1, "sentiment"],
      ["speech_profile", 1, "year"],
    ]),
    inputs: [{ name: "today", type: "date", nullable: true, description: null }],
    computed: [{ name: "length", ...ONE, nullable: false, contract: emptyContract }],
  };
  const registry = snapshotOf(1, views, [party]);
  const { deps, keyOf } = await createTestApp({
    registry: createFakeRegistry(registry),
    onlineStore: createFakeOnlineStore(tables, true),
    asOfReads: { storeAsOf: () => asOfReads, deadlineMs: DEADLINE_MS, maxIds: 1000 },
    deadlineMs: DEADLINE_MS,
    defaultEntity: "speech",
    keyStore,
  });
  const key = await keyOf();
  const { id } = (await keyStore.list())[0] ?? { id: "" };
  const own = await keyStore.find(id);
  if (own === undefined) throw new Error("the key was not stored");
  const example = { ...own, scopes: [...SCOPES], id: KEY_ID, lineId: KEY_ID };
  await keyStore.create(example, keyActor(id, ""));

  const stub = createStubReader();
  const publication = { title: "Speeches", licence: "CC0-1.0", cadence: "Never", contact: "data@example.com" };
  const terms = { version: "2026-11", text: "Use it for research." };
  stub.add(sampleDefinition("state_of_the_union", { terms, publication: publication as never }));
  stub.snapshots.push(snapshot);
  const store = { ...deps.datasets.store, ...stub.reader };
  const app = createApp({
    ...deps,
    datasets: { ...deps.datasets, store },
    trainingSets: {
      ...deps.trainingSets,
      sets: { ...deps.trainingSets.sets, start: (request) => startNothing(registry, request) },
    },
    datasetDownloads: { ...deps.datasetDownloads, reader: store },
    organisations: createOrganisationService({
      store: createOrganisationStore(people, { signup: "open", domains: [], tier: "free" }),
      reader: createAccountReader(people),
      mailer: { take: async () => undefined, send: () => undefined } as never,
      baseUrl: "http://localhost",
    }),
    guard: {
      ...deps.guard,
      sessions: { origin: ORIGIN, person: async () => ({ ...PERSON, role: "owner", operator: false }) },
    },
  });

  return {
    async respond(request: TestRequest): Promise<ServerAnswer> {
      // An earlier request may have revoked or rotated it.
      keyStore.set(KEY_ID, example);
      const { operation, headers, contentType, body } = request;
      const response = await app.request(ORIGIN + targetOf(request), {
        method: operation.method,
        headers: {
          ...Object.fromEntries(headers),
          ...(operation.isForPeople ? { cookie: "session", origin: ORIGIN } : { authorization: `Bearer ${key}` }),
          ...(contentType === null ? {} : { "content-type": contentType }),
        },
        // Bytes, because a text would get a content type.
        ...(body === null ? {} : { body: new TextEncoder().encode(body) }),
      });
      if (response.status < 400) {
        await response.body?.cancel();
        return { status: response.status };
      }
      return (await response.json()) as ServerAnswer;
    },
  };
}

/** Reads a request for a training set as the server does before it stores a job, and stores none. */
async function startNothing(snapshot: RegistrySnapshot, request: TrainingSetRequest): Promise<never> {
  planTrainingSet(snapshot, request, request.tenant);
  let rows = 0;
  try {
    for await (const row of request.spine.rows()) {
      if ("fault" in row) throw new SpineFaults([row.fault]);
      rows++;
    }
    if (rows === 0) refuseSpine("spine_empty", "spine", "it has no rows");
  } catch (error) {
    throw spineError(error);
  }
  throw new FeatstoreError("store_unavailable", "There are no training sets here.");
}

/** The highest budget of a read, as `beyond-schemas.ts` says. */
const DEADLINE_MS = 1_000_000;

/** Returns the path and the query of a request. */
export function targetOf({ operation, segments, query }: TestRequest): string {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => segments.get(name) ?? "");
  return query === "" ? path : `${path}?${query}`;
}

const ONE = { type: "int32", expression: { kind: "literal", type: "int32", value: 1 } } as const;

/** Every statement about people finds this row. */
const people = {
  query: async () => [
    { ...PERSON, id: PERSON.organisation, name: "Ada", outcome: "done", holds: true, document: "{}" },
  ],
} as never;

const snapshot = {
  id: "5c0f6f2e6f0d4f1b9b6f5e1f4f6f9a0c7f3e2d1c0b9a8f7e6d5c4b3a29180706",
  dataset: "state_of_the_union",
  version: "1.0.0",
  manifest: {
    key: ["speech_id"],
    columns: [{ name: "speech_id" }, { name: "year" }],
    files: (["parquet", "csv"] as const).map((format) => ({
      ...{ name: `train.${format}`, path: `data/train.${format}`, role: "data", format, split: null, part: 0 },
      ...{ rows: 1, bytes: 1, sha256: "0".repeat(64) },
    })),
  },
  createdAt: 0n,
  withdrawn: null,
} as unknown as Snapshot;
