import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isStoragePath } from "../../../src/datasets/files/storage-path";
import { sampleBytes } from "../support/sample-snapshot";
import { type OpenStorage, testStorages } from "../support/storages";

async function folderWith(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "featstore-publish-"));
  await mkdir(join(folder, "data"));
  for (const [path, content] of Object.entries(files)) await writeFile(join(folder, path), content);
  return folder;
}

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  return Buffer.from(await new Response(stream).arrayBuffer());
}

describe.each(testStorages())("the storage in $name", ({ skip, open }) => {
  let storage: OpenStorage;
  const content = sampleBytes(300_000);
  beforeAll(async () => {
    if (!skip) storage = await open();
  });
  afterAll(() => storage?.close());

  const publish = async (folder: string, files: Readonly<Record<string, Uint8Array>>) =>
    storage.files.publish(await folderWith(files), folder);

  test.skipIf(skip)("publishes a folder, and reads every file back", async () => {
    await publish("songs/one", { "data/part.csv": content, "README.md": Buffer.from("card"), empty: Buffer.from("") });
    expect(await storage.files.size("songs/one/data/part.csv")).toBe(300_000);
    expect(await storage.files.size("songs/one/empty")).toBe(0);
    expect((await bytesOf(storage.files.read("songs/one/data/part.csv", 0, 299_999))).equals(content)).toBe(true);
    expect(String(await bytesOf(storage.files.read("songs/one/README.md", 1, 2)))).toBe("ar");
  });

  test.skipIf(skip)(
    "has no size of a file that is not there, nor of a folder or a path that leaves the root",
    async () => {
      await publish("songs/sizes", { a: Buffer.from("a") });
      for (const path of [
        "songs/sizes/b",
        "songs/sizes",
        "none/at/all",
        "../etc/passwd",
        "songs/../x",
        "/etc/passwd",
        "",
      ])
        expect([path, await storage.files.size(path)]).toEqual([path, undefined]);
      await expect(bytesOf(storage.files.read("songs/sizes/b", 0, 1))).rejects.toThrow();
      for (const folder of ["..", "songs/../..", "/tmp", "a//b", ""]) {
        await expect(storage.files.remove(folder)).rejects.toThrow(TypeError);
        await expect(publish(folder, { a: content })).rejects.toThrow(TypeError);
      }
    },
  );

  test.skipIf(skip)("repeats a publication without harm, and replaces a damaged folder", async () => {
    const files = { a: Buffer.from("aaa"), "data/b": Buffer.from("bbb") };
    await publish("songs/again", files);
    await publish("songs/again", files);
    await storage.tamper("songs/again/data/b", Buffer.from("x"));
    await publish("songs/again", files);
    expect(String(await bytesOf(storage.files.read("songs/again/data/b", 0, 2)))).toBe("bbb");
    const found = (await storage.files.folders("songs")).filter(({ folder }) => folder.startsWith("songs/again"));
    expect(found).toMatchObject([{ folder: "songs/again", bytes: 6 }]);
  });

  test.skipIf(skip)("lists the folders below a folder with their bytes, and none below what is not there", async () => {
    await publish("lists/one", { a: Buffer.from("12"), "data/b": Buffer.from("345") });
    await publish("lists/two", { a: Buffer.from("1") });
    const found = await storage.files.folders("lists");
    expect(found).toMatchObject([
      { folder: "lists/one", bytes: 5 },
      { folder: "lists/two", bytes: 1 },
    ]);
    expect(found[0]?.changedAt).toBeGreaterThan(1_700_000_000_000_000n);
    expect((await storage.files.folders("")).map(({ folder }) => folder)).toContain("lists");
    expect(await storage.files.folders("nothing")).toEqual([]);
  });

  test.skipIf(skip)("removes a folder; removing nothing is harmless", async () => {
    await publish("removed/one", { a: content });
    await storage.files.remove("removed/one");
    await storage.files.remove("removed/one");
    expect(await storage.files.size("removed/one/a")).toBeUndefined();
    expect((await storage.files.folders("removed")).map(({ folder }) => folder)).toEqual([]);
  });

  test.skipIf(skip)("stops reading when its reader cancels, and does not open what nobody reads", async () => {
    await publish("songs/cancel", { a: content });
    const reader = storage.files.read("songs/cancel/a", 0, 299_999).getReader();
    await reader.read();
    await reader.cancel();
    expect(await reader.read()).toEqual({ done: true, value: undefined });
    await storage.files.read("songs/none/a", 0, 9).cancel();
  });

  test.skipIf(skip)("reads the bytes of any range", async () => {
    await publish("songs/ranges", { a: content });
    const range = fc.tuple(fc.nat(299_999), fc.nat(299_999)).map((ends) => ends.sort((left, right) => left - right));
    await fc.assert(
      fc.asyncProperty(range, async ([first = 0, last = 0]) => {
        const read = await bytesOf(storage.files.read("songs/ranges/a", first, last));
        expect(read.equals(content.subarray(first, last + 1))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test.skipIf(skip)("errors a stream whose file is shorter than its range", async () => {
    await publish("songs/short", { a: Buffer.from("abc") });
    const read = bytesOf(storage.files.read("songs/short/a", 0, 9)).then(String, () => "an error");
    // The sender counts the bytes.
    expect(["abc", "an error"]).toContain(await read);
  });
});

test("a publication moves the local folder away", async () => {
  const [local] = testStorages();
  const storage = await local?.open();
  const folder = await folderWith({ a: Buffer.from("a") });
  await storage?.files.publish(folder, "songs/moved");
  await expect(readdir(folder)).rejects.toMatchObject({ code: "ENOENT" });
  await expect(readFile(join(folder, "a"))).rejects.toThrow();
  await storage?.close();
});

test("a path of the storage has no step that leaves it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom("..", ".", "", "a", "a/b", "\0", "%2e", "C:\\"), fc.string())),
      (parts) => {
        const path = parts.join("/");
        if (isStoragePath(path)) expect(join("/root", path)).toBe(`/root/${path}`);
      },
    ),
  );
});
