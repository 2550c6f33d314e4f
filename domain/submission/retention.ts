/** The law asks to keep a record for at least five years; two of them may be leap years. */
export const LEAST_RETENTION_MS = 1827 * 86_400_000
