// Drives load with autocannon, in a process of its own, for machines without wrk: node autocannon.mjs '{"origin": …}'
import { readFileSync } from "node:fs";
import autocannon from "autocannon";

const { origin, requestsFile, connections, seconds } = JSON.parse(process.argv[2]);
const requests = readFileSync(requestsFile, "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => {
    const [method = "GET", path = "/", key = "", body = ""] = line.split("\t");
    return {
      method,
      path,
      headers: { authorization: `Bearer ${key}`, ...(body === "" ? {} : { "content-type": "application/json" }) },
      ...(body === "" ? {} : { body }),
    };
  });
const result = await autocannon({ url: origin, connections, duration: seconds, requests });
console.log(
  JSON.stringify({
    requestsPerSecond: result.requests.total / result.duration,
    requests: result.requests.total,
    failures: result.errors + result.timeouts + result.non2xx,
    p50: result.latency.p50,
    p99: result.latency.p99,
  }),
);
