import { settingLabel } from "../../core/index";
import type { OutsidePart } from "../../platform/index";
import type { S3FilesOptions } from "./s3-files";

/** The bucket of datasets as an outside part. The client of S3 is loaded by the first check: it is large. */
export function s3Part(options: S3FilesOptions): OutsidePart {
  return {
    name: "s3",
    setting: settingLabel("datasets.s3_url"),
    async check() {
      const { checkBucket } = await import("./s3-check");
      return checkBucket(options);
    },
  };
}
