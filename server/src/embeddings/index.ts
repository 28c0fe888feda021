export type { VectorStore } from "./vector-store";
