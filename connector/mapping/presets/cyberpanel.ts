import type { Preset } from './preset.ts'

/**
 * CyberPanel. It has no active column, so a mailbox is locked by its password, and no quota. New ones get the limits of
 * sending that it gives, which go with a mailbox like its log and what it hands to a program. The sizes that its pages
 * show are its own doing.
 */
export const cyberpanel: Preset = {
  MAILBOX_TABLE: 'e_users',
  MAILBOX_DOMAIN: 'emailOwner_id',
  MAILBOX_QUOTA: '-',
  MAILBOX_OPEN: '-',
  MAILBOX_LOCKED: '-',
  MAILBOX_INSERT: "mail='maildir:/home/vmail/{domain}/{local}/Maildir', DiskUsage='0'",
  DOMAIN_TABLE: 'e_domains',
  DOMAIN_ID: 'domain',
  DOMAIN_NAME: 'domain',
  ALIAS_TABLE: 'e_forwardings',
  ALIAS_DOMAIN: '-',
  TAKEN_ADDRESSES: 'mailServer_pipeprograms: source',
  COMPANION_INSERT:
    "emailPremium_emaillimits: email_id='{address}', limitStatus=0, monthlyLimits=2000, monthlyUsed=0, hourlyLimit=50, hourlyUsed=0, emailLogs=0",
  COMPANION_DELETE: [
    "emailPremium_emaillimits: email_id='{address}'",
    "emailPremium_emaillogs: email_id='{address}'",
    "mailServer_pipeprograms: source='{address}'",
  ].join('; '),
}
