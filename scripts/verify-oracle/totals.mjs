// Adds up what the cases compared, and prints it.
const SHOWN = 40;

export function createTotals() {
  const kinds = new Map();
  const aggregates = new Map();
  const differences = [];
  const definitions = { cases: 0, views: 0, features: 0 };
  let nulls = 0;
  let number = 0;
  const increase = (counts, entries) => {
    for (const [name, count] of Object.entries(entries)) counts.set(name, (counts.get(name) ?? 0) + count);
  };
  const sorted = (counts) => Object.fromEntries([...counts].sort(([left], [right]) => (left < right ? -1 : 1)));

  return {
    add(seed, { views }, parts) {
      definitions.cases += 1;
      definitions.views += views.length;
      for (const { features } of views) definitions.features += Object.keys(features).length;
      const found = [];
      for (const part of parts) {
        increase(kinds, part.kinds);
        increase(aggregates, part.aggregates);
        nulls += part.nulls;
        number += Object.values(part.kinds).reduce((sum, count) => sum + count, 0);
        found.push(...part.differences);
      }
      printDifferences(seed, views, found);
      differences.push(...found);
    },
    compared: () => number,
    different: () => differences.length,
    /** True if there are differences, all of them in features with the aggregate, or computed from features. */
    isFound: (aggregate) =>
      differences.length > 0 &&
      differences.every(
        ({ expression }) =>
          expression?.role === "computed" || JSON.stringify(expression).includes(`"agg":"${aggregate}"`),
      ),
    result: (run) => ({
      ...run,
      compared: number,
      different: differences.length,
      nulls,
      ...definitions,
      kinds: sorted(kinds),
      aggregates: sorted(aggregates),
    }),
    print() {
      for (const [name, count] of Object.entries(sorted(kinds))) console.log(`${name}: ${count}`);
      for (const [name, count] of Object.entries(sorted(aggregates))) console.log(`of ${name}: ${count}`);
      console.log(
        `${nulls} of the values are null; ${definitions.features} features of ${definitions.views} views in ${definitions.cases} cases`,
      );
    },
  };
}

/** Prints one difference for each feature, up to a limit. */
function printDifferences(seed, views, differences) {
  const groups = new Map();
  for (const difference of differences) {
    const place = [difference.view ?? difference.dataset, difference.feature ?? difference.kind].join();
    groups.set(place, [...(groups.get(place) ?? []), difference]);
  }
  for (const [difference, ...others] of [...groups.values()].slice(0, SHOWN)) {
    console.log(`difference with seed ${seed}: ${JSON.stringify(difference)}`);
    const definition = views.find(({ name }) => name === difference.view);
    if (definition !== undefined) console.log(`  in ${JSON.stringify({ ...definition, features: undefined })}`);
    if (others.length > 0) console.log(`  and ${others.length} more of this feature`);
  }
  if (groups.size > SHOWN) console.log(`… and differences of ${groups.size - SHOWN} more features`);
}
