import type { Expression, FeatureView } from "@featstore/definitions/compiler";
import { generateSample } from "@featstore/samples";
import { expect, test } from "vitest";
import { lyricSentiment } from "../../../feature-definitions/definitions/index";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { apply } from "../../src/registry/apply";
import { plan } from "../../src/registry/plan/plan";
import { createPlanningStore } from "../../src/registry/plan/planning-store";
import { createRegistryStore } from "../../src/registry/registry-store";
import { testDatabases } from "../helpers/test-database";

/** Changes the window of an expression. */
function windowed(expression: Expression, seconds: number): Expression {
  return expression.kind === "aggregate" ? { ...expression, overSeconds: seconds } : expression;
}

for (const target of testDatabases("main")) {
  test.skipIf(target.skip)(`plan --values of a shipped view with another window on ${target.name}`, async () => {
    const opened = await target.openMigrated();
    try {
      const { database } = opened;
      await generateSample({ database, until: BigInt(Date.now()) * 1000n, tracks: 300, analyses: 2000 });
      const registry = createRegistryStore(database);
      const only = (view: FeatureView) => ({ featureViews: [view], featureServices: [] });
      await apply({ registry, catalog: null }, only(lyricSentiment.ir), { appliedBy: "tester" });
      const offline = createRunLog(database);
      await materialize({
        registry,
        offline,
        engine: createEngine(database),
        holder: await thisProcess(),
        isDead: isSurelyDead,
      });

      const changed: FeatureView = {
        ...lyricSentiment.ir,
        version: 2,
        features: lyricSentiment.ir.features.map((feature) =>
          feature.name === "analyses_90d"
            ? { ...feature, expression: windowed(feature.expression, 3 * 86_400) }
            : feature,
        ),
      };
      const planning = createPlanningStore(database, createEngine(database));
      const planned = await plan({ registry, catalog: null, planning }, only(changed), { compare: 200 });
      expect(planned.views).toMatchObject([
        {
          evolution: { class: "recompute" },
          effort: { like: { version: 1, rows: 300 } },
          values: { state: "compared", comparison: { entities: 200, appeared: 0, vanished: 0 } },
        },
      ]);
      const values = planned.views[0]?.values;
      if (values?.state !== "compared") throw new Error("not compared");
      const changedFeatures = values.comparison.features.filter((feature) => feature.changed > 0);
      expect(changedFeatures.map(({ name }) => name)).toEqual(["analyses_90d"]);
      const [window] = changedFeatures;
      expect(window?.after?.mean).toBeLessThan(window?.before?.mean ?? 0);
      expect(window?.examples).toHaveLength(3);
    } finally {
      await opened.drop();
    }
  });
}
