/** The law asks to keep a record for at least five years, one of which may be longer by a day, or two. */
export const LEAST_RETENTION_MS = 1827 * 86_400_000
