import { describe, expect, it } from 'vitest'
import type { Phase } from '../../../domain/submission/phase.ts'
import type { Addresses } from '../../../stack/bring-up.ts'
import { layoutOf } from '../../../stack/data-dir.ts'
import type { SampleProgress } from '../../../stack/demo.ts'
import { createProgressView } from '../../../stack/progress.ts'
import { addressesText, reasonNotRetained, summaryText } from '../../../stack/summary.ts'

const ADDRESSES: Addresses = {
  apiUrl: 'http://127.0.0.1:8080',
  apiKey: 'demo-key',
  sandboxUrl: 'http://127.0.0.1:8090',
  temporalAddress: '127.0.0.1:8072',
  webUiUrl: 'http://127.0.0.1:8233',
  databaseUrl: 'postgresql://never:shown@127.0.0.1/gonets',
  workerUrls: [],
  dir: layoutOf('/srv/gonets/.gonets'),
}

const at = (name: string, phase: Phase | undefined, failure?: string): SampleProgress => ({
  name,
  failure,
  saved: phase === 'retained' ? [`/srv/gonets/.gonets/demo/${name}.pdf`] : [],
  state: phase && {
    id: '7b1d',
    phase,
    statusText: phase === 'retained' ? 'Принято' : 'Требуется корректировка',
    revision: 1,
    analysisCode: 'B03.016.003',
    registryId: phase === 'retained' ? 'РЕГ-17' : null,
    reasonText: null,
    issues: phase === 'needs-correction' ? [{ code: 'required-field' }] : [],
    receivedAt: '2026-03-02T10:00:00.000Z',
    updatedAt: '2026-03-02T10:00:02.540Z',
    links: {},
  },
})

function screen(isTTY: boolean, columns = 80) {
  const written: string[] = []
  return { isTTY, columns, write: (text: string) => written.push(text), written }
}

describe('progress', () => {
  it('writes one line a change where there is no terminal', () => {
    const pipe = screen(false)
    const view = createProgressView(pipe, ['a.json'])
    view.show(at('a.json', undefined))
    view.show(at('a.json', 'signing'))
    view.show(at('a.json', 'signing'))
    view.show(at('a.json', 'retained'))
    expect(pipe.written).toEqual([
      'a.json: передаётся в Gonets\n',
      'a.json: подписание\n',
      'a.json: принято, хранится\n',
    ])
  })

  it('rewrites its lines in place on a terminal', () => {
    const terminal = screen(true)
    const view = createProgressView(terminal, ['a.json', 'long-name.hl7'])
    view.show(at('a.json', 'signing'))
    terminal.written.length = 0
    view.show(at('long-name.hl7', 'sending'))
    expect(terminal.written).toEqual([
      '\u001b[2A',
      '\u001b[2K  a.json         … подписание\n',
      '\u001b[2K  long-name.hl7  … отправка в реестр\n',
    ])
  })

  it('never wraps a line of a narrow terminal', () => {
    const terminal = screen(true, 20)
    createProgressView(terminal, ['a.json']).show(at('a.json', 'awaiting-acknowledgement'))
    const lines = terminal.written.map((text) => text.replace('\u001b[2K', '').trimEnd())
    for (const line of lines) expect(line.length).toBeLessThan(20)
  })
})

describe('summary', () => {
  it('shows analysis, status, registry id and time, and where to look', () => {
    const text = summaryText([at('a.json', 'retained')], ADDRESSES, '/srv/gonets')
    expect(text).toMatch(/a\.json +Общий \(клинический\) анализ крови.* Принято +РЕГ-17 +2,5 с/)
    expect(text).toContain('http://127.0.0.1:8233/namespaces/default/workflows/submission-7b1d')
    expect(text).toContain('.gonets/demo/a.json.pdf')
  })

  it('never shows the password of the database', () => {
    const text = summaryText([at('a.json', 'retained')], ADDRESSES, '/') + addressesText(ADDRESSES)
    expect(text).not.toContain('never:shown')
    expect(text).toContain('http://127.0.0.1:8090/inbox')
    expect(text).toContain('demo-key')
  })

  it('says why a sample is not kept, and nothing when all are', () => {
    expect(reasonNotRetained([at('a.json', 'retained')])).toBeUndefined()
    const rest = [at('a.json', 'retained'), at('b.json', 'needs-correction')]
    expect(reasonNotRetained(rest)).toBe('b.json: required-field')
    expect(reasonNotRetained([at('c.json', undefined, 'прервано')])).toBe('c.json: прервано')
  })
})
