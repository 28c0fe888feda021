import { expect, test } from "vitest";
import * as author from "../../src/index";

test("the main entry exports only what authors write", () => {
  expect(Object.keys(author).sort()).toEqual(
    [
      ...["entity", "source", "featureView", "featureService", "dataset"],
      ...["bool", "int32", "int64", "float32", "float64", "decimal", "string", "timestamp", "date", "uuid", "json"],
      ...["stringArray", "float64Array", "vector"],
      ...["latest", "first", "lastN", "collect", "count", "countDistinct", "sum", "avg", "min", "max", "any", "every"],
      ...["stddev", "variance", "percentile", "mode", "ratePerDay", "changeAgainstPrevious"],
      ...["minutes", "hours", "days"],
      ...["when", "coalesce", "literal", "sql"],
      ...["cosineSimilarity", "innerProduct", "l2Distance"],
    ].sort(),
  );
});
