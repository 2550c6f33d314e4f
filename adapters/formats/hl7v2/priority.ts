import type { Order } from '../../../domain/report/report.ts'
import type { OrderGroup } from './order-group.ts'

/** HL7 tables 0485 and 0027. Anything else (preoperative, timing critical, as needed …) says nothing of the result. */
const PRIORITIES: Readonly<Record<string, Order['priority']>> = {
  S: 'stat',
  A: 'asap',
  T: 'urgent',
  R: 'routine',
}

/** TQ1-9, else OBR-27.6 and ORC-7.6 of older versions, else OBR-5, which the oldest used: the first that is known. */
export function readPriority({ obr, orc, timings }: OrderGroup): Order['priority'] {
  const codes = [
    ...timings.map((timing) => timing.field(9).component(1)),
    obr.field(27).component(6),
    orc?.field(7).component(6) ?? '',
    obr.field(5).component(1),
  ]
  return codes.map((code) => PRIORITIES[code.toUpperCase()]).find((known) => known !== undefined)
}
