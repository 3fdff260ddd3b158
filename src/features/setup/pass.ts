import type { MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { sealData, unsealData } from 'iron-session'
import type { BaseConfig } from '../../config.ts'
import { findSetting, SETUP_TOKEN } from '../../db/settings.ts'
import type { AppContext, AppEnv, BaseDeps } from '../../http/context.ts'
import { seeOther } from '../../http/render.tsx'

/** The sealed cookie of whoever has entered the token. It says for which token, so that a newer one ends it. */
const cookieName = ({ secure }: BaseConfig): string => (secure ? '__Host-colombier-setup' : 'colombier-setup')

export async function givePass(c: AppContext, config: BaseConfig, tokenDigest: string): Promise<void> {
  const [password = ''] = config.sessionSecrets
  const sealed = await sealData({ tokenDigest }, { password, ttl: config.sessionLife.hours * 3600 })
  setCookie(c, cookieName(config), sealed, { path: '/', httpOnly: true, secure: config.secure, sameSite: 'Lax' })
}

export const takePass = (c: AppContext, config: BaseConfig) =>
  deleteCookie(c, cookieName(config), { path: '/', secure: config.secure })

/** The digest of the token that was entered in this browser; null without one, or when it is no longer the token. */
export async function findPass(c: AppContext, { pool, config }: BaseDeps): Promise<string | null> {
  const sealed = getCookie(c, cookieName(config))
  if (sealed === undefined) return null

  const [password = ''] = config.sessionSecrets
  const { tokenDigest } = await unsealData<{ tokenDigest?: string }>(sealed, { password })
  return tokenDigest !== undefined && tokenDigest === (await findSetting(pool, SETUP_TOKEN)) ? tokenDigest : null
}

/** Leads whoever has not entered the token to where it is entered. */
export const passNeeded = (deps: BaseDeps): MiddlewareHandler<AppEnv> => {
  return async (c, next) => ((await findPass(c, deps)) === null ? seeOther(c, '/setup') : next())
}
