/** JSON that may go to Temporal and into plain columns: ids, codes, digests, times. Never personal data. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json }
