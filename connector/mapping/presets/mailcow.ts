import type { Preset } from './preset.ts'

/**
 * mailcow. Mailboxes come and go by its own interface, which does more than rows can say: here are passwords, aliases
 * and locks. A mailbox is locked by its password: the connector tries the active column on new mailboxes, of which it
 * has none here. Resources such as meeting rooms are left alone. An alias is not shown in SOGo before mailcow next
 * writes its list of them.
 */
export const mailcow: Preset = {
  MAIL_ACTIONS: 'password, aliases, lock',
  MAILBOX_TABLE: 'mailbox',
  MAILBOX_ADDRESS: 'username',
  MAILBOX_DOMAIN: 'domain',
  MAILBOX_WHERE: "kind=''",
  DOMAIN_TABLE: 'domain',
  DOMAIN_ID: 'domain',
  DOMAIN_NAME: 'domain',
  DOMAIN_WHERE: 'active=1, backupmx=0',
  ALIAS_TABLE: 'alias',
  ALIAS_ADDRESS: 'address',
  ALIAS_DESTINATION: 'goto',
  ALIAS_LIST: 'comma',
  ALIAS_DOMAIN: 'domain',
  ALIAS_INSERT: 'active=1',
  USAGE_TABLE: 'quota2',
}
