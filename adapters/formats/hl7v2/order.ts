import type {
  Analysis,
  Observation,
  Order,
  Practitioner,
  Specimen,
} from '../../../domain/report/report.ts'
import { createFindings } from '../findings.ts'
import { toCodedElement } from './coded-element.ts'
import { type ReadContext, readTime } from './hl7-time.ts'
import type { MessageStructure } from './message-structure.ts'
import type { OrderGroup } from './order-group.ts'
import { readInterpreter, readPractitioner } from './practitioner.ts'
import { readPriority } from './priority.ts'
import type { SegmentReader } from './segment-reader.ts'

/** OBR-4. The alternative code, when it is of НМУ, names the service. */
export function readAnalysis(obr: SegmentReader, { findings }: ReadContext): Analysis | undefined {
  const element = toCodedElement(obr.field(4))
  if (!element) {
    findings.error('code-missing', obr.at(4), 'нет кода исследования')
    return undefined
  }
  const service = element.alternative?.codeSystem === 'nmu' ? element.alternative.code : undefined
  return { ...element.coding, serviceCode: service }
}

/** Number of one order group: OBR-3, else OBR-2. */
export function ownNumber(obr: SegmentReader): string | undefined {
  return obr.field(3).component(1) || obr.field(2).component(1) || undefined
}

/**
 * For groups without a number: the first one in the message, else the message's own number, under which a second sending
 * of the result is not recognised.
 */
export function readResultId({ msh, groups }: MessageStructure, { findings }: ReadContext): string {
  const own = groups.map(({ obr }) => ownNumber(obr)).find(isPresent)
  if (own !== undefined) return own
  const fallback = msh.field(10).component(1)
  if (fallback === '') {
    findings.error('result-id-missing', 'OBR[1]-3', 'нет номера, отличающего результат от других')
  } else {
    const detail = 'номера результата нет, принят номер сообщения: повтор не будет узнан'
    findings.warning('result-id-from-message', 'OBR[1]-3', detail)
  }
  return fallback
}

export function readOrder(group: OrderGroup, context: ReadContext): Order | undefined {
  const { obr, orc } = group
  const number = (field: number) =>
    obr.field(field).component(1) || orc?.field(field).component(1) || undefined
  const order: Order = {
    placerNumber: number(2),
    fillerNumber: number(3),
    orderedAt: readTime(obr, 6, context),
    priority: readPriority(group),
  }
  return isBlank(order) ? undefined : order
}

/**
 * SPM of the first group that has one, else what OBR says of the specimen. `lone`: the one of the message, for groups that
 * name none; its own group tells what is wrong with it.
 */
export function readSpecimen(
  groups: readonly OrderGroup[],
  lone: SegmentReader | undefined,
  context: ReadContext,
): Specimen | undefined {
  const specimens = groups.flatMap((group) => group.specimens)
  const [own] = specimens
  const obr = groups[0]?.obr
  const source = obr && readSpecimenSource(obr)
  const ids = new Set(specimens.map((segment) => segment.field(2).text))
  if (own && ids.size > 1) {
    const detail = 'у исследования несколько образцов, в отчёт принят первый'
    context.findings.warning('several-specimens', own.at(2), detail)
  }
  const spm = own ?? (source ? undefined : lone)
  const told = own ? context : quiet(context)
  const identity = spm?.field(2)
  const specimen: Specimen = {
    id: identity?.subcomponent(2, 1) || identity?.subcomponent(1, 1) || undefined,
    type: spm ? toCodedElement(spm.field(4))?.coding : source,
    collectedAt: (spm && readTime(spm, 17, told)) ?? (obr && readTime(obr, 7, context)),
    receivedAt: (spm && readTime(spm, 18, told)) ?? (obr && readTime(obr, 14, context)),
  }
  return isBlank(specimen) ? undefined : specimen
}

/** The specimen of all results of the message, if there is only one: which of several would be a guess. */
export function readLoneSpecimen(groups: readonly OrderGroup[]): SegmentReader | undefined {
  const specimens = groups.flatMap((group) => group.specimens)
  const different = new Set(
    specimens.map((spm) => JSON.stringify([2, 4].map((n) => spm.field(n).text))),
  )
  return different.size === 1 ? specimens[0] : undefined
}

/** For what is read a second time: it is not told a second time. */
export const quiet = (context: ReadContext): ReadContext => ({
  ...context,
  findings: createFindings(),
})

/** OBR-15: the first component is a coded element whose parts are subcomponents. */
function readSpecimenSource(obr: SegmentReader): Specimen['type'] {
  const source = obr.field(15)
  return toCodedElement({ ...source, component: (number) => source.subcomponent(1, number) })
    ?.coding
}

/** OBR-22 of the first group that states it. */
export function readReportedAt(
  groups: readonly OrderGroup[],
  context: ReadContext,
): string | undefined {
  return groups.map(({ obr }) => readTime(obr, 22, context)).find(isPresent)
}

/** When the result was obtained: OBR-22, else OBR-7, else the times of its observations. */
export function readPerformedAt(
  groups: readonly OrderGroup[],
  observations: readonly Observation[],
  context: ReadContext,
): string | undefined {
  const [first] = groups
  const stated = readReportedAt(groups, context)
  const observedAt = observations.map(({ performedAt }) => performedAt).find(isPresent)
  return stated ?? (first && readTime(first.obr, 7, context)) ?? observedAt
}

export function readPerformer(
  groups: readonly OrderGroup[],
  { findings }: ReadContext,
): Practitioner | undefined {
  for (const { obr, observations } of groups) {
    const person =
      readInterpreter(obr, findings) ??
      observations.map(({ obx }) => readPractitioner(obx, 16, findings)).find(isPresent)
    if (person) return person
  }
  return undefined
}

export function readResponsibleDoctor(
  groups: readonly OrderGroup[],
  { findings }: ReadContext,
): Practitioner | undefined {
  return groups
    .map(
      ({ obr, orc }) =>
        readPractitioner(obr, 16, findings, 17) ?? (orc && readPractitioner(orc, 12, findings, 14)),
    )
    .find(isPresent)
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined
}

function isBlank(record: object): boolean {
  return Object.values(record).every((value) => value === undefined)
}
