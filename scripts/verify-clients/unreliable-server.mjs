// node unreliable-server.mjs <seed>: a server on loopback that answers right in the end, and badly before. It prints its URL.
// Calls name themselves in the header x-call, so that it knows which faults each has had, and what a client may do next.
import { createServer } from "node:http";
import { answerTo } from "./answers.mjs";
import { planOf } from "./fault-plan.mjs";
import { createFiles } from "./files.mjs";
import { randomNumbers } from "./random.mjs";

const seed = Number(process.argv[2] ?? 1);
const random = randomNumbers(seed, 0);
const CLOSED_WHEN_IDLE = 0.5;
const MAX_IDLE_MS = 20;
/** Of a client with the default options. */
const RETRIES = 2;
/** A client may come this much before the end of a pause: its clock and ours round differently. */
const TOLERANCE_MS = 10;

const calls = new Map();
const fragile = new Set();
const files = createFiles(seed);
const counts = { requests: 0, answered: 0, stale: 0, late: 0, idleClosed: 0, faults: {}, early: 0, needless: 0 };
const used = new WeakSet();
const busy = new WeakSet();

const server = createServer(async (request, response) => {
  const { socket } = request;
  busy.add(socket);
  response.once("close", () => {
    busy.delete(socket);
    closeWhenIdle(socket);
  });
  const pieces = [];
  try {
    for await (const piece of request) pieces.push(piece);
  } catch {
    return; // the client went away
  }
  const isUsed = used.has(socket);
  used.add(socket);
  if (request.url.startsWith("/control/")) return control(request.url, response);
  if (files.serve(request, response)) return;
  const text = Buffer.concat(pieces).toString();
  serveCall(request, response, text === "" ? undefined : JSON.parse(text), isUsed);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));

function serveCall({ url, headers, socket }, response, body, isUsed) {
  const number = Number(headers["x-call"]);
  if (!calls.has(number))
    calls.set(number, { ...planOf(seed, number), counted: 0, isFreeUsed: false, notBefore: 0, isAnswered: false });
  const call = calls.get(number);
  counts.requests++;
  if (socket.writableEnded) {
    // The request crossed our end of an idle connection: it cannot be answered any more.
    counts.late++;
    noteClosed(number, call);
    return socket.destroy();
  }
  if (call.isAnswered) counts.needless++;
  if (performance.now() < call.notBefore - TOLERANCE_MS) counts.early++;
  if (call.isStale && isUsed) {
    call.isStale = false;
    counts.stale++;
    noteClosed(number, call);
    return socket.destroy();
  }
  call.isStale = false;
  // One attempt remains for a connection that closes while the request is on its way, if the free one is used.
  const fault = failuresOf(call) < RETRIES ? call.faults.shift() : undefined;
  if (fault !== undefined) {
    call.counted++;
    noteFailure(number, call);
    return fail(fault, call, response, answerTo(url, body));
  }
  call.isAnswered = true;
  fragile.delete(number);
  counts.answered++;
  send(response, 200, "application/json", JSON.stringify(answerTo(url, body)), { ratelimit: '"key";r=999;t=1' });
}

/** Counts a connection that was closed without an answer: the first is free. */
function noteClosed(number, call) {
  if (call.isFreeUsed) call.counted++;
  call.isFreeUsed = true;
  noteFailure(number, call);
}

/** A call that has used up its attempts but one may not meet another closed connection. */
function noteFailure(number, call) {
  if (failuresOf(call) >= RETRIES) fragile.add(number);
}

function failuresOf({ counted, isFreeUsed }) {
  return counted + (isFreeUsed ? 1 : 0);
}

function fail({ kind, status, code, headers, hint = 0 }, call, response, answer) {
  const name = [kind, status, hint > 0 ? "with a hint" : ""].filter(Boolean).join(" ");
  counts.faults[name] = (counts.faults[name] ?? 0) + 1;
  call.notBefore = performance.now() + hint * 1000;
  if (kind === "reset") return response.socket.resetAndDestroy();
  if (kind === "page") return send(response, status, "text/html", "<html>Bad gateway</html>");
  if (kind === "status") {
    const problem = { type: `/docs/errors#${code}`, title: code, status, code, detail: "A planned fault" };
    return send(response, status, "application/problem+json", JSON.stringify(problem), headers);
  }
  const text = JSON.stringify(answer);
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.write(text.slice(0, Math.floor(random() * text.length)), () => response.destroy());
}

function send(response, status, type, text, headers = {}) {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text), ...headers });
  response.end(text);
}

/** Closes some connections a moment after their last answer, without a word. */
function closeWhenIdle(socket) {
  if (socket.destroyed || random() >= CLOSED_WHEN_IDLE) return;
  setTimeout(() => {
    if (busy.has(socket) || socket.destroyed || fragile.size > 0) return;
    counts.idleClosed++;
    socket.end();
  }, random() * MAX_IDLE_MS);
}

function control(url, response) {
  const [, , action, number] = url.split("/");
  if (action === "resume") files.resume(Number(number));
  const facts = action === "file" ? files.facts(Number(number)) : counts;
  response.setHeader("connection", "close");
  send(response, 200, "application/json", JSON.stringify(facts));
}
