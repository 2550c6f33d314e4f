/**
 * /M of the signature dictionary in a PDF that waits for its signature. The renderer writes it and the signer looks for
 * it. A PDF writes times of whole seconds, so any other takes the same room.
 */
export const NOT_SIGNED_YET = new Date(0)
