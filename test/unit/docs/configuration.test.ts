import { describe, expect, it } from 'vitest'
import { SETTINGS, type Setting } from '../../../config/settings.ts'
import { codeIn, tableOf } from './markdown.ts'

describe('docs/configuration.md', () => {
  it('lists every setting as it is, in the same order', () => {
    const documented = tableOf('docs/configuration.md').map(([name, ...facts]) => [
      codeIn(name),
      ...facts,
    ])
    const real = Object.entries<Setting<unknown>>(SETTINGS).map(([name, setting]) => [
      name,
      defaultOf(setting),
      setting.readBy.join(', '),
      setting.secret ? 'yes' : '',
      setting.meaning,
    ])
    expect(documented).toEqual(real)
  })
})

function defaultOf(setting: Setting<unknown>): string {
  if (setting.default !== undefined) return `\`${setting.default}\``
  return setting.optional ? 'unset' : 'required'
}
