import type { ArtefactKind } from '../../../adapters/storage/port.ts'

interface ArtefactFile {
  readonly kind: ArtefactKind
  /** Last part of the address, and name of the link. */
  readonly name: string
  /** Russian, for the interface description. */
  readonly meaning: string
}

/** What can be downloaded of a submission. */
export const ARTEFACT_FILES: readonly ArtefactFile[] = [
  { kind: 'document-pdf', name: 'document.pdf', meaning: 'Подписанный документ PDF/A' },
  { kind: 'document-xml', name: 'document.xml', meaning: 'Документ XML: то, что подписано' },
  {
    kind: 'signature',
    name: 'signature.p7s',
    meaning: 'Отсоединённая подпись организации (CAdES)',
  },
  { kind: 'receipt', name: 'receipt', meaning: 'Квитанция реестра о приёме' },
  { kind: 'answer', name: 'answer', meaning: 'Ответ реестра как он получен' },
  { kind: 'evidence', name: 'evidence.zip', meaning: 'Пакет доказательств для проверки без сети' },
  { kind: 'source', name: 'source', meaning: 'Исходное сообщение лаборатории' },
  {
    kind: 'destruction-certificate',
    name: 'destruction-certificate',
    meaning: 'Акт об уничтожении по окончании хранения',
  },
]
