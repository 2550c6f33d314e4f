/**
 * The canonical laboratory report: what every input format is parsed into and every document is built from.
 * The zod schema in adapters/formats/report-schema.ts describes the same shape at the HTTP edge and is checked
 * against these types by the compiler. Numbers are decimal strings as the laboratory wrote them (dot as separator);
 * times are ISO 8601 with offset and keep the laboratory's own zone.
 */
export interface Report {
  readonly source: Source
  /**
   * `preliminary` results are recorded and wait; only `final` and `corrected` travel. `cancelled`: the laboratory takes
   * the result back, and what was sent of it is withdrawn.
   */
  readonly status: 'preliminary' | 'final' | 'corrected' | 'cancelled'
  readonly patient: Patient
  readonly order?: Order | undefined
  /** Who performed the analysis. */
  readonly performer?: Practitioner | undefined
  /** Who ordered it, or answers for the patient: is told of rejections and of consent withdrawal. */
  readonly responsibleDoctor?: Practitioner | undefined
  readonly specimen?: Specimen | undefined
  readonly analysis: Analysis
  readonly observations: readonly Observation[]
  /** When the result was obtained (HL7 OBR-22, else OBR-7). ISO 8601 with offset. */
  readonly performedAt: string
  readonly notes: readonly string[]
}

/** Identifies the result in the laboratory system: with organisation and analysis it is the key of promise P2. */
export interface Source {
  readonly system: string
  readonly resultId: string
  /** Version given by the laboratory system; absent where its format or system gives none. */
  readonly version?: number | undefined
}

export interface Patient {
  readonly familyName: string
  /** Absent for people of one name and for newborns who have none yet. */
  readonly givenName?: string | undefined
  /** The person has no given name besides the family name: said by the laboratory, not guessed. */
  readonly singleName?: boolean | undefined
  readonly patronymic?: string | undefined
  /**
   * YYYY-MM-DD. Absent when an HL7 v2 message gave none, or only a year: recorded with a warning, and stopped by the
   * checklist before sending. The JSON format refuses a report without it.
   */
  readonly birthDate?: string | undefined
  readonly sex: 'male' | 'female' | 'other' | 'unknown'
  /** 11 digits without separators. */
  readonly snils?: string | undefined
  /** Number of the compulsory insurance policy (ЕНП), 16 digits. */
  readonly policy?: string | undefined
  /** Number under which `localIdSystem` knows the person, verbatim. */
  readonly localId?: string | undefined
  /** Who assigned `localId` (PID-3.4, FHIR `Identifier.system`). Absent: the source system of the result. */
  readonly localIdSystem?: string | undefined
  readonly phone?: string | undefined
  readonly email?: string | undefined
}

export interface Practitioner {
  readonly familyName: string
  readonly givenName?: string | undefined
  readonly patronymic?: string | undefined
  readonly localId?: string | undefined
  readonly snils?: string | undefined
  readonly position?: string | undefined
  readonly email?: string | undefined
}

export interface Order {
  readonly placerNumber?: string | undefined
  readonly fillerNumber?: string | undefined
  readonly orderedAt?: string | undefined
  /** How soon the result is wanted, in the words of FHIR's request-priority. Absent: routine. */
  readonly priority?: 'routine' | 'urgent' | 'asap' | 'stat' | undefined
}

export interface Specimen {
  readonly id?: string | undefined
  readonly type?: Coding | undefined
  readonly collectedAt?: string | undefined
  readonly receivedAt?: string | undefined
}

/** `codeSystem`: `fsli`, `nmu`, `LN` (LOINC), `local`, or whatever the laboratory system named. */
export interface Coding {
  readonly code: string
  readonly codeSystem: string
  readonly name: string
}

export interface Analysis extends Coding {
  /** Code of the medical service (НМУ, order 804н), where the laboratory names it. */
  readonly serviceCode?: string | undefined
}

export interface Observation extends Coding {
  /** Second coding of the same test, as HL7 CE-4..6. */
  readonly alternative?: Coding | undefined
  readonly value?: ObservationValue | undefined
  readonly referenceRange?: ReferenceRange | undefined
  /** HL7 table 0078: N L H LL HH A AA … */
  readonly interpretation?: string | undefined
  readonly performedAt?: string | undefined
  readonly status: 'preliminary' | 'final' | 'corrected' | 'cancelled'
  /** The panel (OBR group) the test was reported in, where there are several. */
  readonly panel?: Coding | undefined
  readonly notes: readonly string[]
}

export type ObservationValue =
  | {
      readonly kind: 'quantity'
      readonly value: string
      readonly comparator?: '<' | '<=' | '>' | '>=' | undefined
      readonly unit?: Unit | undefined
    }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'coded'; readonly coding: Coding }
  | {
      readonly kind: 'ratio'
      readonly numerator: string
      readonly denominator: string
      readonly separator: string
      readonly unit?: Unit | undefined
    }
  | {
      readonly kind: 'range'
      readonly low: string
      readonly high: string
      readonly unit?: Unit | undefined
    }
  | {
      readonly kind: 'file'
      readonly mediaType: string
      readonly title?: string | undefined
      readonly dataBase64: string
    }

/** As the laboratory wrote it; the mapping to NSI 1358 happens when the document is assembled. */
export interface Unit {
  readonly code: string
  readonly codeSystem?: string | undefined
}

export interface ReferenceRange {
  readonly low?: string | undefined
  readonly high?: string | undefined
  /** The range as the laboratory wrote it, always kept when it was text. */
  readonly text?: string | undefined
}
