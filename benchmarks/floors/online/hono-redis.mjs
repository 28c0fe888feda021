// The floor of serving from Redis: a bare Hono application that reads packed rows with ioredis and builds the answer from
// slices of them. It knows one selection and does not check keys, stamps or ages, count or log.
//
// PORT=8081 REDIS_URL=redis://… LAYOUT=entity|bucket node hono-redis.mjs answer-form.json
//
// A packed row is the letter of its status, n + 1 offsets of five digits in base 36, and the n JSON texts, comma-separated.
// LAYOUT=entity: a hash per entity with a field per view. One HMGET reads an entity, a pipeline a batch.
// LAYOUT=bucket: hashes of many entities' rows of one view, as in Featstore. Every read is a pipeline of HMGETs.
import { readFileSync } from "node:fs";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { Redis } from "ioredis";

const form = JSON.parse(readFileSync(process.argv[2], "utf8"));
const redis = new Redis(process.env.REDIS_URL);
const STATUSES = { c: "complete", m: "missing", e: "expired", u: "unknown_entity" };
const { prefix, buckets, views } = form;
const fields = views.map((_, view) => String(view));

function offsetAt(text, index) {
  const from = 1 + index * 5;
  let offset = 0;
  for (let row = from; row < from + 5; row++) {
    const code = text.charCodeAt(row);
    offset = offset * 36 + (code < 58 ? code - 48 : code - 87);
  }
  return offset;
}

/** Reads the rows of entities: a text for each view. */
async function readEntities(ids) {
  if (ids.length === 1) return [await redis.hmget(`${prefix}:entity:${ids[0]}`, fields)];
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hmget(`${prefix}:entity:${id}`, fields);
  return (await pipeline.exec()).map(([, texts]) => texts);
}

async function readBuckets(ids) {
  const positions = new Map();
  for (let row = 0; row < ids.length; row++) {
    const bucket = Number(ids[row]) % buckets;
    const inBucket = positions.get(bucket);
    if (inBucket === undefined) positions.set(bucket, [row]);
    else inBucket.push(row);
  }
  const entities = ids.map(() => new Array(views.length));
  const pipeline = redis.pipeline();
  for (const view of fields) {
    for (const [bucket, inBucket] of positions) {
      const keys = inBucket.map((row) => String(ids[row]));
      pipeline.hmget(`${prefix}:bucket:${view}:${bucket}`, keys);
    }
  }
  const answers = await pipeline.exec();
  let next = 0;
  for (let view = 0; view < views.length; view++) {
    for (const inBucket of positions.values()) {
      const [, texts] = answers[next++];
      for (let index = 0; index < inBucket.length; index++) entities[inBucket[index]][view] = texts[index];
    }
  }
  return entities;
}

const read = process.env.LAYOUT === "bucket" ? readBuckets : readEntities;

function statusOf(texts) {
  const first = texts[0].charCodeAt(0);
  for (const text of texts) if (text.charCodeAt(0) !== first) return "partial";
  return STATUSES[texts[0][0]];
}

function statusesOf(texts) {
  return texts.map((text) => STATUSES[text[0]]);
}

function singleBody(id, texts) {
  let body = `{"${form.key}":${id},"features":{`;
  for (let index = 0; index < views.length; index++) {
    const { label, positions, prefixes, start } = views[index];
    const text = texts[index];
    body += `${index === 0 ? "" : ","}"${label}":`;
    for (let feature = 0; feature < positions.length; feature++) {
      const at = positions[feature];
      body += prefixes[feature] + text.slice(start + offsetAt(text, at), start + offsetAt(text, at + 1) - 1);
    }
    body += "}";
  }
  const status = statusOf(texts);
  if (status === "complete") return body + form.completeTail;
  const each = statusesOf(texts).map((one, view) => `"${views[view].label}":"${one}"`);
  return `${body}},"status":"${status}","views":{${each.join(",")}}}`;
}

function batchBody(ids, entities) {
  let rows = "";
  let status = "";
  let statuses = "";
  let allComplete = true;
  for (let row = 0; row < ids.length; row++) {
    const texts = entities[row];
    const comma = row === 0 ? "" : ",";
    rows += `${comma}[`;
    // All columns of each view, in the order of the rows.
    for (let view = 0; view < views.length; view++)
      rows += (view === 0 ? "" : ",") + texts[view].slice(views[view].start);
    rows += "]";
    const one = statusOf(texts);
    if (one !== "complete") allComplete = false;
    status += `${comma}"${one}"`;
    statuses += `${comma}["${statusesOf(texts).join('","')}"]`;
  }
  const perView = allComplete ? "" : `,"statuses":[${statuses}]`;
  return `{"ids":${JSON.stringify(ids)},"columns":${form.columns},"rows":[${rows}],"status":[${status}],"views":${form.views_text}${perView}}`;
}

const app = new Hono();
app.get("/api/features/:id", async (context) => {
  const id = context.req.param("id");
  const [texts] = await read([id]);
  return context.body(singleBody(id, texts), 200, form.headers);
});
app.post("/api/features/batch", async (context) => {
  const { ids } = await context.req.json();
  return context.body(batchBody(ids, await read(ids)), 200, form.batchHeaders);
});
serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: "127.0.0.1" });
