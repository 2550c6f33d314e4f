import type { EvidenceInput } from '../port.ts'

interface ReadmeInput {
  readonly input: EvidenceInput
  /** Names as they stand in the archive. */
  readonly names: readonly string[]
  /** When the signatures were made. */
  readonly signedAt: Date
}

/** README.txt: what the archive proves and how to check it with programs that have nothing to do with this one. */
export function evidenceReadme({ input, names, signedAt }: ReadmeInput): string {
  const pdfs = names.filter((name) => name.toLowerCase().endsWith('.pdf'))
  const authority = names.find((name) => name.toLowerCase().endsWith('.pem'))
  const pairs = signedPairs(names)
  return [
    ...introduction(input),
    ...integrity(),
    ...signatures(pairs, authority, signedAt),
    ...pdfSignatures(pdfs),
    ...contents(names),
  ].join('\n')
}

/** Each detached signature with the file it belongs to: `x.p7s` signs `x` if there is one, otherwise the only XML. */
function signedPairs(names: readonly string[]): { signature: string; content: string }[] {
  const xml = names.find((name) => name.toLowerCase().endsWith('.xml'))
  return names
    .filter((name) => /\.(p7s|sig)$/i.test(name))
    .flatMap((signature) => {
      const stem = signature.replace(/\.[^.]+$/, '')
      const content = names.includes(stem) ? stem : xml
      return content === undefined ? [] : [{ signature, content }]
    })
}

function introduction({ submissionId, documentId, createdAt, facts }: EvidenceInput): string[] {
  return [
    'ДОКАЗАТЕЛЬСТВА ПЕРЕДАЧИ РЕЗУЛЬТАТА ЛАБОРАТОРНОГО ИССЛЕДОВАНИЯ',
    '',
    `Отправка:  ${submissionId}`,
    `Документ:  ${documentId}`,
    `Собрано:   ${createdAt}`,
    '',
    'Архив проверяется без сети и без программы, которая его создала.',
    'Архив содержит персональные данные и сведения, составляющие врачебную тайну.',
    '',
    ...(facts.registeredDigest === null ? REGISTERED_FROM_OTHER_BYTES : []),
  ]
}

const REGISTERED_FROM_OTHER_BYTES = [
  'ВНИМАНИЕ: номер регистрации относится к документу с тем же идентификатором, сформированному раньше.',
  'Его файлы утрачены и в архив не входят. Документ в архиве сформирован заново и реестром не получен:',
  'архив доказывает, что результат зарегистрирован, но не содержание зарегистрированного файла.',
  '',
]

function integrity(): string[] {
  return [
    '1. ФАЙЛЫ НЕ ИЗМЕНЕНЫ',
    '',
    'Распакуйте архив и выполните в его папке:',
    '',
    '    sha256sum -c sha256sums.txt',
    '',
    'Каждая строка ответа должна заканчиваться словом OK (или ЦЕЛ).',
    'Windows: certutil -hashfile ИМЯ_ФАЙЛА SHA256, сравните с sha256sums.txt.',
    '',
  ]
}

function signatures(
  pairs: readonly { signature: string; content: string }[],
  authority: string | undefined,
  signedAt: Date,
): string[] {
  if (pairs.length === 0) return []
  const seconds = Math.floor(signedAt.getTime() / 1000)
  const ca = authority ?? 'ca.pem'
  return [
    '2. ЭЛЕКТРОННАЯ ПОДПИСЬ ВЕРНА (OpenSSL 3.0 или новее)',
    '',
    ...pairs.map(
      ({ signature, content }) =>
        `    openssl cms -verify -cades -binary -inform DER -in ${signature} -content ${content} -CAfile ${ca} -purpose any -attime ${seconds} -out /dev/null`,
    ),
    '',
    'Ожидаемый ответ: CAdES Verification successful.',
    `-attime ${seconds} означает момент подписания (${signedAt.toISOString()}): сертификат проверяется`,
    'на этот момент, даже если срок его действия с тех пор истёк.',
    authority === undefined
      ? 'ca.pem — сертификаты удостоверяющего центра: получите их у самого центра.'
      : `${authority} приложен для удобства. Для независимой проверки получите сертификат у удостоверяющего центра.`,
    'Кем подписано:',
    '',
    ...pairs.map(
      ({ signature }) =>
        `    openssl pkcs7 -inform DER -in ${signature} -print_certs -noout -nameopt utf8,sep_multiline`,
    ),
    '',
  ]
}

function pdfSignatures(pdfs: readonly string[]): string[] {
  if (pdfs.length === 0) return []
  return [
    '3. PDF: ПОДПИСЬ И ВЛОЖЕННЫЙ XML (poppler-utils)',
    '',
    ...pdfs.flatMap((name) => [`    pdfsig ${name}`, `    pdfdetach -list ${name}`]),
    '',
    'Подпись также показывают Adobe Acrobat Reader и КриптоАРМ.',
    '',
  ]
}

function contents(names: readonly string[]): string[] {
  return [
    'СОСТАВ АРХИВА',
    '',
    ...names.map((name) => `    ${name}`),
    '    timeline.json     что и когда происходило с отправкой',
    '    manifest.json     состав, размеры, типы и SHA-256 файлов, сведения об отправке',
    '    sha256sums.txt    контрольные суммы в формате sha256sum',
    '    README.txt        этот текст',
    '',
  ]
}
