export { createCatalog } from "./catalog";
