/**
 * What stands in a PDF until it is signed. The renderer writes it and the signer looks for it, so both read it here: a
 * signature then only overwrites bytes, and nobody has to parse the file again.
 */
export const EMPTY_SIGNATURE = {
  /** /M of the signature dictionary; a PDF writes times of whole seconds, so any other takes the same room. */
  signedAt: new Date(0),
} as const
