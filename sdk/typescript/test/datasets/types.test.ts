import { expectTypeOf, test } from "vitest";
import type {
  DatasetDescription,
  DatasetSnapshot,
  DatasetSummary,
  Datasets,
  DatasetsOptions,
  DownloadedDataset,
  DownloadProgress,
  LocalFileError,
} from "../../src/datasets";
import type { FeatstoreError } from "../../src/index";

// Nothing here runs: the compiler is the test.

test("calls and results are typed", () => {
  expectTypeOf<ReturnType<Datasets["list"]>>().resolves.toEqualTypeOf<readonly DatasetSummary[]>();
  expectTypeOf<ReturnType<Datasets["get"]>>().resolves.toEqualTypeOf<DatasetDescription>();
  expectTypeOf<ReturnType<Datasets["snapshots"]>>().resolves.toEqualTypeOf<readonly DatasetSnapshot[]>();
  expectTypeOf<ReturnType<Datasets["download"]>>().resolves.toEqualTypeOf<DownloadedDataset>();
  expectTypeOf<Awaited<ReturnType<Datasets["read"]>>["bytes"]>().toEqualTypeOf<Uint8Array>();
  expectTypeOf<Awaited<ReturnType<Datasets["stream"]>>["stream"]>().toEqualTypeOf<ReadableStream<Uint8Array>>();
});

test("a key is optional, a path is not, and formats are named", () => {
  expectTypeOf<{ baseUrl: string }>().toExtend<DatasetsOptions>();
  const use = (datasets: Datasets) => {
    // @ts-expect-error a download needs a path
    void datasets.download("songs", {});
    // @ts-expect-error there is no such format
    void datasets.read("songs", { format: "xlsx" });
    // @ts-expect-error memory has no path
    void datasets.read("songs", { to: "songs.csv" });
    void datasets.download("songs", {
      to: "data/",
      format: "jsonl",
      onProgress: (progress) => expectTypeOf(progress).toEqualTypeOf<DownloadProgress>(),
    });
  };
  expectTypeOf(use).returns.toBeVoid();
});

test("its errors are those of the main entry", () => {
  expectTypeOf<LocalFileError>().toExtend<FeatstoreError>();
  expectTypeOf<LocalFileError["code"]>().toBeString();
});
