/*
 * PostgreSQL's text over tables of generations, which stay in PostgreSQL whatever engine computes their rows. It uses
 * the dialect's quoting and type names.
 */

export * from "./contracts";
export * from "./profile";
export * from "./serving";
export * from "./tables";
export * from "./verification";
