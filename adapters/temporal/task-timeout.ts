/**
 * A workflow task lost with its worker is given to another after this long; the server's own default is ten seconds. One takes
 * some ten milliseconds of work, so on two loaded cores it is hardly ever late, and then costs a repeat: the server gives
 * it more time with every try.
 */
export const WORKFLOW_TASK_TIMEOUT_MS = 4_000
