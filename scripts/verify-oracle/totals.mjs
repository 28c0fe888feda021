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
      for (const part of parts) {
        increase(kinds, part.kinds);
        increase(aggregates, part.aggregates);
        nulls += part.nulls;
        number += Object.values(part.kinds).reduce((sum, count) => sum + count, 0);
        for (const difference of part.differences)
          differences.push({ seed, ...difference, definition: views.find(({ name }) => name === difference.view) });
      }
    },
    compared: () => number,
    different: () => differences.length,
    /** True if there are differences, and all are in features that read the aggregate. */
    isFound: (aggregate) =>
      differences.length > 0 &&
      differences.every(({ expression }) => JSON.stringify(expression).includes(`"agg":"${aggregate}"`)),
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
      const groups = groupedBy(differences, placeOf);
      for (const [{ definition, ...difference }, ...others] of [...groups.values()].slice(0, SHOWN)) {
        console.log(`difference: ${JSON.stringify(difference)}`);
        if (definition !== undefined) console.log(`  in ${JSON.stringify({ ...definition, features: undefined })}`);
        if (others.length > 0) console.log(`  and ${others.length} more of this feature`);
      }
      if (groups.size > SHOWN) console.log(`… and differences of ${groups.size - SHOWN} more features`);
      for (const [name, count] of Object.entries(sorted(kinds))) console.log(`${name}: ${count}`);
      for (const [name, count] of Object.entries(sorted(aggregates))) console.log(`of ${name}: ${count}`);
      console.log(
        `${nulls} of the values are null; ${definitions.features} features of ${definitions.views} views in ${definitions.cases} cases`,
      );
    },
  };
}

const placeOf = ({ seed, view, dataset, feature, kind }) => [seed, view ?? dataset, feature ?? kind].join();

function groupedBy(items, nameOf) {
  const groups = new Map();
  for (const item of items) groups.set(nameOf(item), [...(groups.get(nameOf(item)) ?? []), item]);
  return groups;
}
