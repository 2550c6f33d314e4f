import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { z } from 'zod'

/** One file of the samples folder, sent byte for byte as it is. */
export interface Sample {
  readonly file: string
  readonly contentType: string
  readonly bytes: Buffer
  /** Patient as the file names him or her, where the format lets us see it without a parser. */
  readonly patient: SamplePatient | undefined
}
export type SamplePatient = Readonly<Record<string, unknown>>

/** The encoding of an HL7 v2 message stands inside it (MSH-18). */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.hl7': 'application/hl7-v2',
}
const withPatient = z.object({ patient: z.record(z.string(), z.unknown()) })

/** Samples in order of their names. */
export async function readSamples(folder: string): Promise<Sample[]> {
  const names = (await readdir(folder)).filter((name) => extname(name) in CONTENT_TYPES).sort()
  return Promise.all(names.map((name) => readSample(folder, name)))
}

async function readSample(folder: string, file: string): Promise<Sample> {
  const bytes = await readFile(join(folder, file))
  const contentType = CONTENT_TYPES[extname(file)] ?? ''
  const isJson = contentType === 'application/json'
  const patient = isJson ? withPatient.parse(JSON.parse(bytes.toString('utf8'))).patient : undefined
  return { file, contentType, bytes, patient }
}

/** The patients of the samples, each once, in order of first appearance. */
export function patientsOf(samples: readonly Sample[]): SamplePatient[] {
  const known = new Map<string, SamplePatient>()
  for (const { patient } of samples) {
    if (!patient) continue
    const key = JSON.stringify([patient.familyName, patient.givenName, patient.birthDate])
    if (!known.has(key)) known.set(key, patient)
  }
  return [...known.values()]
}
