import { expect, test } from "vitest";
import { declarations } from "../../src/cli/types/declarations";
import { emptyContract, registered, service, snapshotOf } from "../helpers/serving-fixture";

test("declares computed features, inputs, defaults and features reached through a key", () => {
  const artist = {
    kind: "entity",
    name: "artist",
    key: [{ name: "artist", type: "string" }],
    population: null,
    description: null,
  } as const;
  const views = [
    registered({ name: "profile", features: { artist: "string", plays: "int64" }, defaults: { plays: "0" } }),
    registered({ name: "fame", entity: artist, features: { fans: "int32" } }),
  ];
  const through = { view: "profile", version: 1, feature: "artist" };
  const ranker = {
    ...service("ranker", 2, "track", []),
    features: [
      { view: "profile", version: 1, feature: "plays" },
      { view: "fame", version: 1, feature: "fans", through },
    ],
    inputs: [
      { name: "today", type: "date", nullable: false, description: "In UTC" },
      { name: "query", type: "vector(2)", nullable: true, description: null },
    ],
    computed: [
      {
        name: "age",
        type: "int32",
        nullable: true,
        expression: { kind: "literal", type: "int32", value: 1 },
        contract: { ...emptyContract, description: "Days" },
      },
      {
        name: "near",
        type: "float64",
        nullable: true,
        default: 0,
        expression: { kind: "literal", type: "float64", value: 1 },
        contract: emptyContract,
      },
    ],
  } as const;
  const text = declarations(snapshotOf(1, views, [ranker]));
  expect(text).toContain(
    "export interface ProfileV1 {\n  readonly artist: string | null;\n  readonly plays: bigint;\n}",
  );
  expect(text).toContain(`export interface RankerServiceV2 {
  readonly profile: {
    readonly plays: ProfileV1["plays"];
  };
  readonly fame: {
    readonly fans: FameV1["fans"] | null;
  };
  readonly computed: {
    /** Days */
    readonly age: number | null;
    readonly near: number;
  };
}

export interface RankerServiceV2Inputs {
  /** In UTC */
  readonly today: string;
  readonly query?: readonly number[] | null;
}

export type RankerServiceV2Definition = ServiceDefinition<"ranker", 2, RankerServiceV2, RankerServiceV2Inputs>;`);
  expect(text).toContain(`export interface Registry {
  readonly views: {
    readonly "profile": ProfileV1Definition;
    readonly "profile@1": ProfileV1Definition;
    readonly "fame": FameV1Definition;
    readonly "fame@1": FameV1Definition;
  };
  readonly services: {
    readonly "ranker": RankerServiceV2Definition;
    readonly "ranker@2": RankerServiceV2Definition;
  };
}`);
  // A value would compile in a program that imports it, and be undefined at run time.
  expect(text).not.toMatch(/\b(const|let|var|function|class|declare)\b/);
});
