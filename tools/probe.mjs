// Health check of a container: exit 0 when the address answers with success within three seconds, 1 otherwise.
const [, , address] = process.argv
try {
  const answer = await fetch(address, { signal: AbortSignal.timeout(3_000) })
  if (!answer.ok) console.error(answer.status, await answer.text())
  process.exitCode = answer.ok ? 0 : 1
} catch (error) {
  console.error(error.cause?.code ?? error.name)
  process.exitCode = 1
}
