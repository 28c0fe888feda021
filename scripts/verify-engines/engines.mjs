import { createBucket } from "./bucket.mjs";

/**
 * The engines that are compared with PostgreSQL. `open` puts the Parquet files of a folder where the engine reads them, and returns its
 * settings, the variables of a command that uses it, and how to remove what is left. The files are below the first root.
 */
export const ENGINES = [
  {
    title: "DuckDB",
    needs: [],
    open: async ({ lake }) => ({
      settings: { kind: "duckdb", roots: [lake], memory: 2048 },
      environment: {},
      remove: async () => undefined,
    }),
  },
  {
    title: "Spark",
    needs: ["TEST_SPARK_URL", "TEST_S3_URL", "TEST_DUCKDB_EXTENSIONS"],
    async open({ lake, name, environment }) {
      const bucket = await createBucket(environment.TEST_S3_URL, name);
      await bucket.put(lake, "lake/");
      return {
        settings: {
          ...{ kind: "spark", url: environment.TEST_SPARK_URL, staging: `s3://${name}/results`, memory: 2048 },
          ...{ roots: [`s3://${name}/lake`], s3_endpoint: bucket.endpoint, s3_region: "us-east-1" },
          extensions: environment.TEST_DUCKDB_EXTENSIONS,
        },
        environment: bucket.environment,
        remove: bucket.remove,
      };
    },
  },
];
