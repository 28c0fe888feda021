// The calls that each client makes, as data; clients in other languages read it as JSON.
import { answerTo } from "./answers.mjs";
import { randomNumbers } from "./random.mjs";

/** Lists calls with their right results; the result of a read is its values. */
export function workload(seed, count) {
  const random = randomNumbers(seed, -1);
  const id = () => 1 + Math.floor(random() * 1_000_000);
  return Array.from({ length: count }, (_, index) => {
    const call = index + 1;
    const kind = random();
    if (kind < 0.5) {
      const read = id();
      const { plays, text } = answerTo(`/api/features/${read}?`).features.listening;
      return { call, kind: "get", ids: [read], expected: [[plays, text]] };
    }
    if (kind < 0.8) {
      const ids = Array.from({ length: 1 + Math.floor(random() * 20) }, id);
      return { call, kind: "batch", ids, expected: answerTo("/api/features/batch", { ids }).rows };
    }
    const embedded = id();
    const { vector } = answerTo(`/api/embeddings/${embedded}?`).embeddings["sounds.sound"];
    return { call, kind: "embedding", ids: [embedded], expected: [vector] };
  });
}
