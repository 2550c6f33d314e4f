/** The analyses, by code, that a document made after the template covers: each of them needs the patient's yes. */
export function analysesOf(template: { readonly code: string }): readonly string[] {
  return [template.code]
}
