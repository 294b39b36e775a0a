import { developmentTokens } from '../../auth/development-tokens.js'
import { MlsClient } from '../../client.js'
import { openSqliteStore } from '../sqlite-store.js'
import type { Settings } from './settings.js'

/** The device of these settings, up to date. */
export async function openChat(settings: Settings): Promise<MlsClient> {
  const client = await MlsClient.open({
    service: settings.service,
    auth: developmentTokens(settings.did, settings.secret),
    store: openSqliteStore(settings.storeFile),
    storeKey: settings.storeKey,
    deviceName: 'terminal',
  })
  try {
    await client.sync()
    return client
  } catch (error) {
    await client.close()
    throw error
  }
}
