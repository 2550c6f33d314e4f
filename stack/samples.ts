import { readdir, readFile } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { z } from 'zod'

/** One file, sent byte for byte as it is. */
export interface Message {
  readonly file: string
  readonly contentType: string
  readonly bytes: Buffer
}
/** One laboratory result, as one or more systems would send it: files that differ in their extension alone. */
export interface Sample {
  /** Common name of the files, with their formats: `cbc (hl7, json)`. */
  readonly name: string
  readonly messages: readonly Message[]
  /** Patient as the JSON file names him or her: consents are registered with it. */
  readonly patient: SamplePatient | undefined
}
export type SamplePatient = Readonly<Record<string, unknown>>

const JSON_TYPE = 'application/json'
/** The encoding of an HL7 v2 message stands inside it (MSH-18). */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.json': JSON_TYPE,
  '.hl7': 'application/hl7-v2',
}
const withPatient = z.object({ patient: z.record(z.string(), z.unknown()) })

/** The results of a folder, in order of their names. */
export async function readSamples(folder: string): Promise<Sample[]> {
  const byName = new Map<string, Message[]>()
  for (const file of (await readdir(folder)).sort()) {
    const { name, ext } = parse(file)
    const contentType = CONTENT_TYPES[ext]
    if (contentType === undefined) continue
    const message = { file, contentType, bytes: await readFile(join(folder, file)) }
    byName.set(name, [...(byName.get(name) ?? []), message])
  }
  return [...byName].map(([name, messages]) => toSample(name, messages))
}

function toSample(name: string, messages: readonly Message[]): Sample {
  const formats = messages.map(({ file }) => parse(file).ext.slice(1))
  const json = messages.find(({ contentType }) => contentType === JSON_TYPE)
  const patient = json && withPatient.parse(JSON.parse(json.bytes.toString('utf8'))).patient
  return { name: `${name} (${formats.join(', ')})`, messages, patient }
}
