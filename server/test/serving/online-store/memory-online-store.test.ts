import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { RegisteredView } from "../../../src/registry/registry";
import {
  createMemoryOnlineStore,
  type MemoryEvent,
  type RowKey,
} from "../../../src/serving/online-store/memory-online-store";
import type { LoadedRow } from "../../../src/serving/online-store/packed-rows";
import { registered } from "../../helpers/serving-fixture";

/** The rows of a generation by `scope/key`. */
type Rows = ReadonlyMap<string, string>;

const view = registered({ name: "mood", features: { mood: "string" } });
const rowsTable = "mood_v1_g1_rows";

/** Generations of one full run, with their rows, and the requests to their database. */
function createWorld() {
  const generations: { rows: Rows; changes: number }[] = [];
  const requests: string[] = [];
  // The next load of this kind fails after its first row.
  let failing: "changed" | "removed" | "whole" | null = null;
  const events: MemoryEvent[] = [];
  const rowsAt = (generation: number): Rows => generations[generation - 1]?.rows ?? new Map();
  const loaded = ([id, text]: readonly [string, string]): LoadedRow => {
    const [scope = "", key = ""] = id.split("/");
    return { scope, key, eventTime: 5, values: [text] };
  };
  async function* chunks<Item>(kind: NonNullable<typeof failing>, items: readonly Item[]): AsyncGenerator<Item[]> {
    requests.push(kind);
    for (const item of items) {
      yield [item];
      if (failing === kind) {
        failing = null;
        throw new Error("The connection broke");
      }
    }
  }
  const served = (generation: number, erasures = 0): RegisteredView => ({
    ...view,
    erasures,
    served: {
      generation,
      asOf: BigInt(generation),
      table: `mood_v1_g${generation}`,
      rows: rowsAt(generation).size,
      publishedAt: 1n,
      shared: { table: rowsTable, changes: generations[generation - 1]?.changes ?? 0 },
    },
  });
  const generationOf = ({ served: servedGeneration }: RegisteredView): number => servedGeneration?.generation ?? 0;
  const create = (limitBytes = 1e8) =>
    createMemoryOnlineStore({
      load: (each) => chunks("whole", [...rowsAt(generationOf(each))].map(loaded)),
      loadChanges: {
        changed: (each, since) =>
          chunks(
            "changed",
            [...rowsAt(generationOf(each))].filter(([id, text]) => rowsAt(since).get(id) !== text).map(loaded),
          ),
        removed: (each, since) =>
          chunks(
            "removed",
            [...rowsAt(since).keys()]
              .filter((id) => !rowsAt(generationOf(each)).has(id))
              .map((id): RowKey => loaded([id, ""])),
          ),
      },
      limitBytes,
      onEvent: (event) => events.push(event),
    });
  return {
    requests,
    events,
    create,
    served,
    rowsAt,
    /** Returns the registered view that serves these rows. */
    publish(rows: Rows): RegisteredView {
      const last = generations.at(-1);
      const written = [...rows].filter(([id, text]) => last?.rows.get(id) !== text).length;
      generations.push({ rows, changes: last === undefined ? 0 : last.changes + written });
      return served(generations.length);
    },
    fail(kind: typeof failing) {
      failing = kind;
    },
  };
}

type World = ReturnType<typeof createWorld>;

const rowsOf = (count: number, text = "a"): Map<string, string> =>
  new Map(Array.from({ length: count }, (_, index) => [`/${index}`, `"${text}"`]));

const ids = ["", "acme"].flatMap((scope) => Array.from({ length: 6 }, (_, key) => `${scope}/${key}`));

function held(world: World, memory: ReturnType<World["create"]>, generation: number): Rows | undefined {
  const rows = memory.held(`mood_v1_g${generation}`);
  const known = [...new Set([...ids, ...world.rowsAt(generation).keys()])];
  return (
    rows &&
    new Map(
      known.flatMap((id) => {
        const [scope = "", key = ""] = id.split("/");
        const row = rows.get(scope, key);
        return row === undefined ? [] : [[id, row.text]];
      }),
    )
  );
}

describe("the changes of a generation", () => {
  let world: World;
  beforeEach(() => {
    world = createWorld();
  });

  test("are the only rows loaded, and the event reports their number", async () => {
    const memory = world.create();
    const first = world.publish(rowsOf(100));
    await memory.follow([first]);
    const second = world.publish(rowsOf(100).set("/7", '"b"').set("/100", '"c"'));
    await memory.follow([first, second]);
    expect(world.requests).toEqual(["whole", "changed"]);
    expect(world.events).toMatchObject([
      { kind: "loaded", table: "mood_v1_g1", rows: 100, loadedRows: 100 },
      { kind: "loaded", table: "mood_v1_g2", rows: 101, loadedRows: 2 },
    ]);
    expect([held(world, memory, 1), held(world, memory, 2)]).toEqual([world.rowsAt(1), world.rowsAt(2)]);
  });

  test("are not requested when there are none", async () => {
    const memory = world.create();
    const first = world.publish(rowsOf(3));
    await memory.follow([first]);
    const bytes = memory.bytes();
    const second = world.publish(rowsOf(3));
    await memory.follow([first, second]);
    await memory.follow([second]);
    expect(world.requests).toEqual(["whole"]);
    expect([memory.bytes(), held(world, memory, 1), held(world, memory, 2)]).toEqual([
      bytes,
      undefined,
      world.rowsAt(2),
    ]);
  });

  test("leave nothing behind when the load fails, and are requested again", async () => {
    const memory = world.create();
    const first = world.publish(rowsOf(5));
    await memory.follow([first]);
    const bytes = memory.bytes();
    const later = rowsOf(5, "b").set("/9", '"new"');
    later.delete("/0");
    const second = world.publish(later);
    world.fail("removed");
    await memory.follow([first, second]);
    expect(world.events.at(-1)).toMatchObject({ kind: "failed", table: "mood_v1_g2" });
    expect([held(world, memory, 1), held(world, memory, 2)]).toEqual([world.rowsAt(1), undefined]);
    await memory.follow([first, second]);
    expect(world.requests).toEqual(["whole", "changed", "removed", "changed", "removed"]);
    expect([held(world, memory, 1), held(world, memory, 2)]).toEqual([world.rowsAt(1), world.rowsAt(2)]);
    expect(memory.bytes()).toBeGreaterThan(bytes);
  });

  test("are replaced by all rows when the number of rows does not match", async () => {
    const memory = world.create();
    await memory.follow([world.publish(rowsOf(5))]);
    const first = world.served(1);
    const second = world.publish(rowsOf(6));
    const { served } = second;
    await memory.follow([first, { ...second, served: served && { ...served, rows: 7 } }]);
    expect(world.requests).toEqual(["whole", "changed", "whole"]);
    expect([held(world, memory, 1), held(world, memory, 2)]).toEqual([world.rowsAt(1), world.rowsAt(2)]);
  });

  test("are replaced by all rows when more than half of the held rows are outdated", async () => {
    const memory = world.create();
    const all: RegisteredView[] = [];
    for (let step = 0; step < 4; step++) {
      all.push(world.publish(rowsOf(10, String(step))));
      await memory.follow(all.slice(-2));
    }
    await memory.follow(all.slice(-1));
    expect(world.requests).toEqual(["whole", "changed", "changed", "whole"]);
    expect(held(world, memory, 4)).toEqual(world.rowsAt(4));
  });

  test("are left out when they do not fit, until there is room", async () => {
    const memory = world.create(200_000);
    const first = world.publish(rowsOf(10));
    await memory.follow([first]);
    const second = world.publish(rowsOf(10, "long ".repeat(10_000)));
    const third = world.publish(rowsOf(10, "b"));
    await memory.follow([first, second]);
    await memory.follow([first, second]);
    expect(world.events.slice(1)).toEqual([{ kind: "left_out", table: "mood_v1_g2", limitBytes: 200_000 }]);
    expect(held(world, memory, 1)).toEqual(world.rowsAt(1));
    await memory.follow([third]);
    expect(held(world, memory, 3)).toEqual(world.rowsAt(3));
  });

  test("are not applied to a generation from before an erasure", async () => {
    const memory = world.create();
    const first = world.publish(rowsOf(5));
    await memory.follow([first]);
    const second = world.publish(rowsOf(5).set("/1", '"b"'));
    world.fail("whole");
    await memory.follow([first, world.served(2, 1)]);
    expect(held(world, memory, 1)).toBeUndefined();
    await memory.follow([world.served(2, 1)]);
    expect(second.erasures).toBe(0);
    expect(world.requests).not.toContain("changed");
    expect(held(world, memory, 2)).toEqual(world.rowsAt(2));
  });

  test("law: produce exactly the rows of the generation, whatever came before", async () => {
    const anyRows = fc
      .array(fc.tuple(fc.constantFrom(...ids), fc.constantFrom('"x"', '"y"', "null")), { maxLength: 8 })
      .map((rows) => new Map(rows));
    const step = fc.record({
      rows: anyRows,
      isSeen: fc.boolean(),
      fails: fc.option(fc.constantFrom("changed", "removed", "whole"), { freq: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const own = createWorld();
        const memory = own.create();
        let before: RegisteredView[] = [];
        for (const { rows, isSeen, fails } of steps) {
          const after = [own.publish(rows)];
          if (!isSeen) continue;
          own.fail(fails);
          await memory.follow([...before, ...after]);
          for (const { served } of [...before, ...after]) {
            const actual = held(own, memory, served?.generation ?? 0);
            if (actual !== undefined || fails === null) expect(actual).toEqual(own.rowsAt(served?.generation ?? 0));
          }
          await memory.follow(after);
          before = after;
        }
      }),
      { numRuns: 300 },
    );
  });
});
