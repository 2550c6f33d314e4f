import type { Registry } from './port.ts'
import { createPortalRegistry } from './portal/portal-registry.ts'

/** Every kind of registry there is. Adding one: a folder beside `portal/`, a line here, a page in docs/registries/. */
export const registryFactories = {
  portal: createPortalRegistry,
} satisfies Record<string, (options: never) => Registry>
