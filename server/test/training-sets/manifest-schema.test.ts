import type { z } from "@hono/zod-openapi";
import { expectTypeOf, test } from "vitest";
import type { TrainingManifest } from "../../src/training-sets/output/training-manifest";
import type { ManifestDocument } from "../../src/training-sets/training-manifest-schema";

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]: Frozen<T[Name]> }
    : T;
type Documented = Frozen<z.infer<typeof ManifestDocument>>;

// Nothing here runs: the compiler is the test.
test("the API's document describes every member of a manifest", () => {
  expectTypeOf<TrainingManifest>().toExtend<Documented>();
  expectTypeOf<keyof Documented>().toEqualTypeOf<keyof TrainingManifest>();
  expectTypeOf<keyof Documented["options"]>().toEqualTypeOf<keyof TrainingManifest["options"]>();
  expectTypeOf<keyof Documented["views"][number]>().toEqualTypeOf<keyof TrainingManifest["views"][number]>();
  expectTypeOf<keyof Documented["columns"][number]>().toEqualTypeOf<keyof TrainingManifest["columns"][number]>();
  expectTypeOf<keyof Documented["labels"][number]>().toEqualTypeOf<keyof TrainingManifest["labels"][number]>();
  expectTypeOf<keyof Documented["sources"][number]>().toEqualTypeOf<keyof TrainingManifest["sources"][number]>();
});
