// The floor without a framework: node:http with the answers of `../http/bare.mjs`.
//
// PORT=8081 node node-http.mjs answers.json
import { createServer } from "node:http";
import { readRecorded } from "../http/recorded.mjs";

const { headers, batchHeaders, single, batch } = readRecorded(process.argv[2]);
const BASE = "/api/features/";

function answer(response, body, headersOfIt) {
  response.writeHead(200, { ...headersOfIt, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

createServer((request, response) => {
  if (request.method === "GET") {
    const end = request.url.indexOf("?");
    answer(response, single(request.url.slice(BASE.length, end < 0 ? undefined : end)), headers);
    return;
  }
  let text = "";
  request.setEncoding("utf8");
  request.on("data", (chunk) => {
    text += chunk;
  });
  request.on("end", () => answer(response, batch(JSON.parse(text).ids), batchHeaders));
}).listen(Number(process.env.PORT), "127.0.0.1");
