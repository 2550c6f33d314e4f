import type { CodeMapping } from '../../adapters/storage/port.ts'
import type { World } from '../support/activity-world.ts'

/** Nobody here knows what it measures. */
export const MILLIGRAM_PERCENT: CodeMapping = {
  ...{ kind: 'unit', codeSystem: 'local', code: 'мг%' },
  ...{ targetCode: '62', targetName: 'мг/дл' },
}
/** Tests of codes that no list here knows. */
export const testOf = (code: string): CodeMapping => ({
  ...{ kind: 'observation', codeSystem: 'local', code },
  ...{ targetCode: `900000${code.charCodeAt(0) % 10}`, targetName: `Показатель ${code}` },
})
export async function secondPerson({ store, organization }: World, mappings: CodeMapping[]) {
  await store.codeMappings.put(organization.id, mappings, 'key-1')
  await store.codeMappings.confirm(organization.id, mappings, 'key-2')
}
