export const EMOTIONS = ["joy", "sadness", "anger", "fear", "surprise", "love"] as const;

export type Emotion = (typeof EMOTIONS)[number];
