import type { Config } from "../core/index";
import { s3Part } from "../datasets/index";
import { mailPart } from "../mail/index";
import { type OutsidePart, redisPart } from "../platform/index";

/** Returns the outside parts that the configuration names, besides the database. */
export function outsidePartsOf({ redis, datasets, auth }: Pick<Config, "redis" | "datasets" | "auth">): OutsidePart[] {
  const mail = auth?.mail ?? null;
  return [
    ...(redis === null ? [] : [redisPart(redis)]),
    ...(datasets.s3 === null ? [] : [s3Part(datasets.s3)]),
    ...(mail === null ? [] : [mailPart(mail)]),
  ];
}
