import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { preferencesIn } from "./preferred";

/** Shorter responses are sent uncompressed; see decision 0038. */
const MIN_BYTES = 8192;

type Bytes = string | Uint8Array<ArrayBuffer>;

const coders = {
  gzip: (body: Bytes) => promisify(gzip)(body, { level: constants.Z_BEST_SPEED }),
  br: (body: Bytes) =>
    promisify(brotliCompress)(body, {
      params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MIN_QUALITY, [constants.BROTLI_PARAM_LGWIN]: 18 },
    }),
};

interface Compressible {
  readonly body: Bytes;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Compresses a response with an encoding that the client accepts, if it is long enough to pay off; otherwise returns it
 * unchanged. Runs on the thread pool, so that other requests continue.
 */
export async function compressed<Answer extends Compressible>(
  acceptEncoding: string,
  answer: Answer,
): Promise<Omit<Answer, "body"> & Compressible> {
  if (answer.body.length < MIN_BYTES) return answer;
  const encoding = encodingOf(acceptEncoding);
  if (encoding === undefined) return answer;
  const body = await coders[encoding](answer.body);
  return { ...answer, body, headers: { ...answer.headers, "content-encoding": encoding } };
}

/** Returns the preferred encoding, brotli if several are equal; undefined: none. */
export function encodingOf(header: string): keyof typeof coders | undefined {
  const preferences = preferencesIn(header);
  const qualityOf = (encoding: string): number =>
    (preferences.find(({ name }) => name === encoding) ?? preferences.find(({ name }) => name === "*"))?.quality ?? 0;
  const gzipQuality = qualityOf("gzip");
  const brotliQuality = qualityOf("br");
  const identity = preferences.find(({ name }) => name === "identity")?.quality ?? 0;
  const best = Math.max(gzipQuality, brotliQuality);
  if (best === 0 || identity > best) return undefined;
  return brotliQuality < gzipQuality ? "gzip" : "br";
}
