/*
 * Regular expressions of the texts that casts accept, for engines without functions of ours: of the syntax that Java, RE2
 * and others share.
 */

/** White space around a value in a text. */
export const SPACE = String.raw`[ \t\n\r]*`;

export const NUMBER = String.raw`[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?`;
/** The first group has its digits. */
export const INTEGER = String.raw`([-+]?[0-9]+)(?:\.0*)?`;
/** A number in parts. More digits of the exponent than these would make a text of gigabytes. */
export const NUMBER_PARTS = String.raw`([-+]?)([0-9]*)\.?([0-9]*)(?:[eE]([-+]?[0-9]{1,6}))?`;

/** The language has no year 0. */
const YEAR = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])";
export const DATE = `(${YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))`;
const CLOCK = String.raw`([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]+))?)?`;
const OFFSET = "(?:[Zz]|([-+])(0[0-9]|1[0-5]):?([0-5][0-9])?)";
export const TIMESTAMP = `${DATE}(?:[T ]${CLOCK} ?${OFFSET}?)?`;

/** A number in JSON. */
export const JSON_NUMBER = String.raw`-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?`;

/** The letters whose case the language changes. */
export const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
export const LOWER = UPPER.toLowerCase();
