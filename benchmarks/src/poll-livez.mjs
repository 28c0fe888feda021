// Runs in its own thread, so that sending does not delay the measured requests.
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";

const EVERY_MS = 2;
const agent = new Agent({ keepAlive: true });
let isStopped = false;
let maxGapMs = 0;
parentPort.once("message", () => {
  isStopped = true;
});

const ask = () =>
  new Promise((resolve, reject) => {
    const begun = performance.now();
    get(`${workerData.origin}/livez`, { agent }, (response) => {
      response.resume();
      response.once("end", () => {
        if (response.statusCode !== 200) reject(new Error(`/livez answered ${response.statusCode}`));
        maxGapMs = Math.max(maxGapMs, performance.now() - begun);
        resolve();
      });
    }).once("error", reject);
  });

// The first request opens the connection.
await ask();
maxGapMs = 0;
parentPort.postMessage("ready");
while (!isStopped) {
  await ask();
  await sleep(EVERY_MS);
}
agent.destroy();
parentPort.postMessage(maxGapMs);
