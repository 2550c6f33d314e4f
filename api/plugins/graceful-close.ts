import type { Api } from '../api.ts'
import type { WaitRoom } from '../wait-room.ts'

/**
 * Closing answers what is under way and then lets go of the connections. Node closes those that are idle at that moment;
 * one that was busy would stay open for its whole keep-alive time, and with it the process.
 */
export function registerGracefulClose(app: Api, waitRoom: WaitRoom): void {
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
    waitRoom.close()
  })
  app.addHook('onResponse', async (request) => {
    const { socket } = request.raw
    // An injected request has no real socket.
    if (closing && 'destroySoon' in socket) socket.destroySoon()
  })
}
