import type { CodecKeys } from './payload-codec.ts'

/** Codec keys derived from the key file: API, worker and replay derive the same, and what one writes the others read. */
export function deriveCodecKeys(keys: { derive(purpose: string): Buffer }): CodecKeys {
  const active = 'derived-1'
  return { active, keys: new Map([[active, keys.derive('temporal-codec')]]) }
}
