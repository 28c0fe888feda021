export { outsidePartsOf } from "./outside-parts";
