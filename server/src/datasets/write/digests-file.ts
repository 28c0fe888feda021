/** The file of a snapshot with a digest of each row, from which the next one counts its changes. */
export const DIGESTS_FILE = "row-digests.csv";
