// Runs before each test file: every property test tries the same cases, unless LAW_SEED says otherwise.

import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env.LAW_SEED) });
