import { once } from "node:events";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DataFolderError, findDataFolderHolder, openDataFolder } from "../../src/database/data-folder";
import { forkTypeScript } from "../helpers/typescript-child";

let parent: string;
let path: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "featstore-test-"));
  path = join(parent, "data");
});
afterEach(() => rm(parent, { recursive: true, force: true }));

async function failureOf(work: Promise<unknown>): Promise<DataFolderError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof DataFolderError) return error;
  throw new Error("expected a DataFolderError", { cause: error });
}

async function childHolding(folder: string) {
  const child = forkTypeScript(new URL("./fixtures/hold-folder.ts", import.meta.url), [folder]);
  const [message] = await once(child, "message");
  return { child, message: message as string };
}

describe("data folder", () => {
  test("is private, and free again after its release", async () => {
    const folder = await openDataFolder(path);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(folder).toMatchObject({
      folder: path,
      databaseFolder: join(path, "database"),
      socketPath: join(path, "database.sock"),
    });
    expect(await findDataFolderHolder(path)).toMatchObject({ pid: process.pid, socketPath: folder.socketPath });
    await folder.release();
    expect(await findDataFolderHolder(path)).toBeUndefined();
    await (await openDataFolder(path)).release();
    expect(await readdir(path)).toHaveLength(1);
  });

  test("is refused while this process holds it, with pid and folder", async () => {
    const folder = await openDataFolder(path);
    const failure = await failureOf(openDataFolder(path));
    expect(failure).toMatchObject({ code: "data_folder_locked", folder: path, holder: { pid: process.pid } });
    expect(failure.message).toContain(String(process.pid));
    expect(failure.message).toContain(path);
    await folder.release();
  });

  test("is refused while another process holds it, and taken over after that process is killed", async () => {
    const { child, message } = await childHolding(path);
    expect(message).toBe("held");
    expect(await failureOf(openDataFolder(path))).toMatchObject({
      code: "data_folder_locked",
      holder: { pid: child.pid },
    });
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    const folder = await openDataFolder(path);
    await folder.release();
  });

  test("is acquired by exactly one of many processes that start at once on a dead process's lock", async () => {
    const { child } = await childHolding(path);
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    const starts = await Promise.allSettled(Array.from({ length: 20 }, () => openDataFolder(path)));
    const won = starts.filter((start) => start.status === "fulfilled");
    expect(won).toHaveLength(1);
    for (const start of starts) {
      if (start.status === "rejected") expect(start.reason).toMatchObject({ code: "data_folder_locked" });
    }
    await won[0]?.value.release();
  });

  test("is acquired by one process after another, never by two at once", async () => {
    let inside = 0;
    let max = 0;
    const visit = async (): Promise<void> => {
      const folder = await openDataFolder(path).catch(() => undefined);
      if (folder === undefined) return visit();
      inside += 1;
      max = Math.max(max, inside);
      await Promise.resolve();
      inside -= 1;
      await folder.release();
    };
    await Promise.all(Array.from({ length: 8 }, visit));
    expect(max).toBe(1);
  });

  test("counts as held when an unknown process answers on its socket", async () => {
    const folder = await openDataFolder(path);
    await folder.release();
    const socketPath = join(path, "database.sock");
    const lock = { pid: 2 ** 22 + 1, hostname: "another-container", identity: "x/1", released: false, socketPath };
    await writeFile(join(path, "lock-000009.json"), JSON.stringify(lock));
    const server = createServer();
    server.listen(socketPath);
    await once(server, "listening");
    expect(await failureOf(openDataFolder(path))).toMatchObject({ code: "data_folder_locked" });
    server.close();
    await once(server, "close");
    await (await openDataFolder(path)).release();
  });

  test("places its socket elsewhere when its own path is too long for one", async () => {
    const long = join(parent, "x".repeat(120), "data");
    const folder = await openDataFolder(long);
    expect(Buffer.byteLength(folder.socketPath)).toBeLessThan(104);
    expect((await stat(join(folder.socketPath, ".."))).mode & 0o777).toBe(0o700);
    expect(await findDataFolderHolder(long)).toMatchObject({ socketPath: folder.socketPath });
    await folder.release();
    await expect(stat(join(folder.socketPath, ".."))).rejects.toThrow("ENOENT");
  });

  test("reports that it cannot be used", async () => {
    await writeFile(path, "a file");
    expect(await failureOf(openDataFolder(path))).toMatchObject({ code: "data_folder_unusable", folder: path });
    expect(await findDataFolderHolder(path)).toBeUndefined();
  });

  test.runIf(process.platform === "linux")("stops trying when the folder cannot be created", async () => {
    expect(await failureOf(openDataFolder("/proc/featstore/data"))).toMatchObject({ code: "data_folder_unusable" });
  });
});
