import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Report } from '../../domain/report/report.ts'
import { type Mutable, sampleReport } from '../../test/support/laboratory.ts'
import { personOf } from './people.ts'
import { withValue } from './results.ts'
import { PANELS, type Panel, panelsOf, type Story, type Word } from './story.ts'

/** Bytes and type of one POST. */
export interface Message {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

export const STORY_SYSTEM = 'LIS-H/LAB-1'
const START_VERSION = 1
const HL7 = { 'content-type': 'application/hl7-v2' }

/** The word as its system sends it; said again it is the same bytes. `saidAt`: when the laboratory said so. */
export async function toMessage(
  run: string,
  story: Story,
  index: number,
  saidAt: Date,
): Promise<Message> {
  const word = story.words[index]
  if (!word) throw new Error('nobody says that')
  if (story.style === 'hl7')
    return { body: await toHl7(run, story, word, index, saidAt), headers: HL7 }
  const [panel = 'cbc'] = panelsOf({ words: [word] })
  const report = await toReport(run, story, word, panel)
  const { source } = report
  if (story.style === 'versioned') source.version = START_VERSION + index
  const issued = story.style === 'issued' ? { issuedAt: saidAt.toISOString() } : {}
  return { body: JSON.stringify({ ...report, ...issued }), headers: {} }
}

/** What a word says of one panel, as a canonical report. */
export async function toReport(
  run: string,
  story: Story,
  word: Word,
  panel: Panel,
): Promise<Mutable<Report>> {
  const person = personOf(run, story.item, word.person)
  const report = (await sampleReport(panel, `${run}-${story.item}`)) as Mutable<Report>
  report.source.system = STORY_SYSTEM
  report.status = word.status
  const { policy: _policy, ...patient } = report.patient
  report.patient = { ...patient, ...person }
  return withValue(report, word.values[panel] ?? '')
}

/** The laboratory says once more what it has said last, with a note: after a refusal, or where no answer comes. */
export async function sayAgain(
  run: string,
  story: Story,
  index: number,
  panel: Panel,
  note: string,
): Promise<Mutable<Report>> {
  const word = story.words[index]
  if (!word) throw new Error('nobody says that')
  const report = await toReport(run, story, { ...word, status: 'corrected' }, panel)
  report.notes = [note]
  return report
}

async function toHl7(
  run: string,
  { item }: Story,
  word: Word,
  index: number,
  saidAt: Date,
): Promise<string> {
  const person = personOf(run, item, word.person)
  const groups: string[] = []
  let order = 0
  for (const panel of PANELS) {
    const value = word.values[panel]
    if (value === undefined) continue
    order += 1
    groups.push(...(await toGroup(run, item, { panel, value, order, status: word.status })))
  }
  const name = `${person.familyName}^${person.givenName}^${person.patronymic}^^^^L`
  const ids = `${person.localId}^^^LIS-H^MR~${person.snils}^^^1.2.643.100.3&1.2.643.100.3&ISO^SNILS`
  return [
    `MSH|^~\\&|LIS-H|LAB-1|GONETS||${toHl7Time(saidAt)}||ORU^R01^ORU_R01|${run}-${item}-${index}|P|2.5.1|||AL|NE|RUS|UNICODE UTF-8`,
    `PID|1||${ids}||${name}||${person.birthDate.replaceAll('-', '')}|F|||||^NET^Internet^${person.email}`,
    ...groups,
    '',
  ].join('\r')
}

const LETTERS = { final: 'F', corrected: 'C', cancelled: 'X' } as const

async function toGroup(
  run: string,
  item: number,
  {
    panel,
    value,
    order,
    status,
  }: { panel: Panel; value: string; order: number; status: Word['status'] },
): Promise<string[]> {
  const lines = (await sampleLines(panel)).slice(2)
  let told = false
  return lines.map((line) => {
    const fields = line.split('|')
    if (fields[0] === 'ORC') fields[3] = `${run}-${item}`
    if (fields[0] === 'OBR') {
      fields[1] = String(order)
      fields[3] = `${run}-${item}`
      fields[25] = LETTERS[status]
    }
    if (fields[0] === 'OBX' && !told) {
      told = true
      fields[5] = value
      // What the mark says follows from the value.
      fields[8] = ''
    }
    return fields.join('|')
  })
}

async function sampleLines(panel: Panel): Promise<string[]> {
  const bytes = await readFile(join(import.meta.dirname, '../../samples', `${panel}.hl7`))
  const charset = panel === 'biochemistry' ? 'windows-1251' : 'utf-8'
  const text = new TextDecoder(charset).decode(bytes)
  return text.split(/[\r\n]+/).filter((line) => line !== '')
}

/** Milliseconds and all, in Moscow's time. */
function toHl7Time(at: Date): string {
  const moscow = new Date(at.getTime() + 3 * 3_600_000).toISOString()
  return `${moscow.slice(0, 23).replace(/[-:T]/g, '')}+0300`
}
