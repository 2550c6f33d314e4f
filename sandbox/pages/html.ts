/** A page without scripts or outside parts; `body` is markup, everything foreign in it has gone through `escapeHtml`. */
export function toPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="ru">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><strong>Гонец</strong> · песочница <nav><a href="/">Обзор</a> <a href="/inbox">Почта</a> <a href="/faults">Сбои</a></nav></header>
<main><h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char)
}

/** Moscow time, the way people here read it. */
export function toTime(iso: string): string {
  return new Intl.DateTimeFormat('ru-RU', {
    timeZone: 'Europe/Moscow',
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(new Date(iso))
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: #1a5fb4 }
@media (prefers-color-scheme: dark) { :root { --accent: #78aeed } }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif }
header { padding: .75rem 1.5rem; border-bottom: 1px solid var(--line) }
nav { display: inline-block; margin-left: 1.5rem }
nav a { margin-right: 1rem }
a { color: var(--accent) }
main { max-width: 72rem; margin: 0 auto; padding: 0 1.5rem 3rem }
h1 { font-size: 1.5rem }
h2 { font-size: 1.15rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top }
.wide { overflow-x: auto }
code { font-size: .85em; overflow-wrap: anywhere }
article { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; overflow: hidden }
article > div { padding: .6rem 1rem; background: var(--soft); font-size: .9rem }
article h2 { margin: 0; font-size: 1.05rem }
article pre { margin: 0; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit }
.numbers { display: flex; flex-wrap: wrap; gap: 1rem; padding: 0; list-style: none }
.numbers li { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem 1rem }
.numbers b { display: block; font-size: 1.4rem }
`
