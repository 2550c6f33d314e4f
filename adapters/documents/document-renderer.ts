import { renderReportPdf } from './pdf/report-pdf.ts'
import { loadTypeface } from './pdf/typeface.ts'
import type { DocumentRenderer } from './port.ts'
import { renderReportXml } from './xml/laboratory-report-xml.ts'

/** Create once a process: reads and parses the fonts. */
export function createDocumentRenderer(): DocumentRenderer {
  const typeface = loadTypeface()
  return {
    render: async (input) => {
      const xml = renderReportXml(input)
      return { xml, pdf: await renderReportPdf(input, xml, typeface) }
    },
  }
}
