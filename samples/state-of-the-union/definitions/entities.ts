import { entity, int64, string } from "../../../feature-definitions/src/index";
import { speakers, speeches } from "./sources";

export const speech = entity({
  name: "speech",
  key: { speech_id: int64() },
  from: speeches,
  description: "A State of the Union address",
});

export const speaker = entity({
  name: "speaker",
  key: { speaker: string() },
  from: speakers,
  description: "A president, by name, who gave addresses",
});
