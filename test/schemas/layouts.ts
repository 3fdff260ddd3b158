import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Obstacle } from '../../connector/mapping/recognise/recognition.ts'

/**
 * Mail servers whose tables somebody else designed: those with a preset, guides and products without one, and one that
 * is nobody's. In each there is grace, whose mailbox was there before Colombier, with an alias and a place in a list.
 */
export interface Layout {
  product: string
  /** `test/schemas/<tables>.sql` */
  tables: string
  /** the database with them, where it is not Colombier's */
  beside?: string
  /** as in `.env` */
  env: Record<string, string>
  /** What the mail server itself asks, from the product's files: `%s` is an address, `%u` and `%d` its halves. */
  asks: {
    /** Dovecot for a login; the first column is the hash */
    password: string
    /** Dovecot for a mail store, Postfix for a recipient: each finds a mailbox that takes mail */
    mailbox: string[]
    /** Postfix for the destinations of an alias; null: it has no table of them */
    alias: string | null
  }
  /** the mail server's row of a mailbox, and what is in it for a new one with 1024 MiB of storage */
  row: { ask: string; made: Record<string, unknown> }
  /** what stands in those questions for what people log in with, where it is not the address */
  user?: string
  /** Puts an address into a list of somebody else's, as its administrator does; team.list, where it is not another. */
  join?: string
  joined?: string
  /** What is left of team.list when grace is gone, as Postfix finds it. */
  left?: string[]
  /** rows that name her address and are not hers */
  strangers?: RegExp
  /** What grace's storage holds in the pages, where the mail server counts it. */
  used?: string
  /** what the database asks for besides the rights that `npm run check` prints */
  right?: string
  /** why it cannot be recognised */
  obstacle?: Obstacle['kind']
  /** rows that are deleted, where the product keeps them */
  gone?: RegExp
  /** columns that the database itself changes with every other */
  moving?: string[]
}

/** The tables, and the rows that are in them from the beginning. */
export function readTables({ tables }: Pick<Layout, 'tables'>): { schema: string; rows: string } {
  const [schema = '', rows = ''] = readFileSync(join(import.meta.dirname, `${tables}.sql`), 'utf8').split('-- rows\n')
  return { schema, rows: `SET timestamp = 1700000000;\n${rows}` }
}

export const ispmail: Layout = {
  product: 'ISPmail',
  tables: 'ispmail',
  env: { MAIL_SCHEMA: 'ispmail' },
  asks: {
    password: "SELECT password FROM virtual_users WHERE email = '%s'",
    mailbox: ["SELECT 1 FROM virtual_users WHERE email = '%s'"],
    alias: "SELECT destination FROM virtual_aliases WHERE source = '%s'",
  },
  row: { ask: "SELECT * FROM virtual_users WHERE email = '%s'", made: { domain_id: 1, quota: 1073741824 } },
  join: "INSERT INTO virtual_aliases VALUES (1000, 1, 'team.list@example.org', '%s')",
  left: ['someone@elsewhere.example', '|"/usr/bin/archive a, b"'],
}

const oldIspmail: Layout = {
  product: 'ISPmail of ten years ago',
  tables: 'ispmail-old',
  env: {
    MAIL_SCHEMA: 'ispmail',
    MAILBOX_QUOTA: '-',
    PASSWORD_PREFIX: 'false',
    PASSWORD_SCHEME: 'sha512-crypt',
    SHA_CRYPT_ROUNDS: '5000',
  },
  asks: ispmail.asks,
  row: { ask: ispmail.row.ask, made: { domain_id: 1 } },
  join: ispmail.join,
  left: ['someone@elsewhere.example'],
}

// DOCUMENTS/DOVECOT-2.4.md and POSTFIX_CONF.txt
export const postfixadmin: Layout = {
  product: 'PostfixAdmin 4.0',
  tables: 'postfixadmin',
  env: { MAIL_SCHEMA: 'postfixadmin' },
  asks: {
    password: "SELECT password, username AS user FROM mailbox WHERE username = '%s' AND active = '1'",
    mailbox: [
      "SELECT CONCAT(quota, 'B') AS quota_storage_size FROM mailbox WHERE username = '%s' AND active = '1'",
      "SELECT CONCAT(domain, '/', maildir) FROM mailbox WHERE username = '%s' AND active = '1'",
    ],
    alias: "SELECT goto FROM alias WHERE address = '%s' AND active = '1'",
  },
  row: {
    ask: "SELECT * FROM mailbox WHERE username = '%s'",
    made: {
      domain: 'example.org',
      local_part: 'ada.lovelace',
      maildir: 'example.org/ada.lovelace/',
      quota: 1073741824,
      active: 1,
    },
  },
  join: `UPDATE alias SET goto = REPLACE(goto, ',|', ',%s,|') WHERE address = 'team.list@example.org'`,
  left: ['someone@elsewhere.example,|"/usr/bin/archive a, b",last@elsewhere.example'],
  used: '700 MB',
}

// samples/dovecot/dovecot-2.4-mariadb.conf and samples/postfix/mysql
export const iredmail: Layout = {
  product: 'iRedMail',
  tables: 'iredmail',
  env: { MAIL_SCHEMA: 'iredmail' },
  asks: {
    password: `SELECT mailbox.password, mailbox.allow_nets FROM mailbox, domain
      WHERE mailbox.username = '%s' AND mailbox.\`enableimapsecured\` = 1 AND mailbox.active = 1
        AND mailbox.domain = domain.domain AND domain.active = 1`,
    mailbox: [
      ...['imapsecured', 'lmtp', 'doveadm', 'lib-storage'].map(
        (
          service,
        ) => `SELECT LOWER(CONCAT(mailbox.storagebasedirectory, '/', mailbox.storagenode, '/', mailbox.maildir)) AS home
          FROM mailbox, domain WHERE mailbox.username = '%s' AND mailbox.domain = '%d' AND mailbox.\`enable${service}\` = 1
          AND mailbox.domain = domain.domain AND domain.backupmx = 0 AND domain.active = 1 AND mailbox.active = 1`,
      ),
      `SELECT CONCAT(mailbox.storagenode, '/', mailbox.maildir, '/Maildir/') FROM mailbox, domain
        WHERE mailbox.username = '%s' AND mailbox.active = 1 AND mailbox.enabledeliver = 1
        AND domain.domain = mailbox.domain AND domain.active = 1`,
    ],
    alias: `SELECT forwardings.forwarding FROM forwardings, domain WHERE forwardings.address = '%s' AND forwardings.domain = '%d'
      AND forwardings.domain = domain.domain AND forwardings.active = 1 AND domain.backupmx = 0 AND domain.active = 1`,
  },
  row: {
    ask: "SELECT *, `rank` AS position FROM mailbox WHERE username = '%s'",
    made: { domain: 'example.org', quota: 1024, storagenode: 'vmail1', active: 1, position: 'normal', enablesogo: 1 },
  },
  join: `INSERT INTO forwardings (id, address, forwarding, domain, dest_domain, is_alias)
    VALUES (1000, 'navy.office@example.org', '%s', 'example.org', '%d', 1)`,
  joined: 'navy.office@example.org',
  left: ['someone@elsewhere.example'],
  used: '700 MB',
}

// server/conf of its installer: what Dovecot asks depends on the service
export const ispconfig: Layout = {
  product: 'ISPConfig 3',
  tables: 'ispconfig',
  env: { MAIL_SCHEMA: 'ispconfig' },
  asks: {
    password: `SELECT password FROM mail_user
      WHERE (login = '%s' OR email = '%s') AND disableimap = 'n' AND server_id = '1'`,
    mailbox: [
      ...['lmtp', 'doveadm', 'deliver'].map(
        (service) => `SELECT maildir AS home FROM mail_user
          WHERE (login = '%s' OR email = '%s') AND \`disable${service}\` = 'n' AND server_id = '1'`,
      ),
      "SELECT maildir FROM mail_user WHERE email = '%s' AND postfix = 'y' AND server_id = 1",
    ],
    alias: "SELECT destination FROM mail_forwarding WHERE source = '%s' AND active = 'y' AND server_id = 1",
  },
  row: {
    ask: "SELECT * FROM mail_user WHERE email = '%s'",
    made: {
      login: 'ada.lovelace@example.org',
      maildir: '/var/vmail/example.org/ada.lovelace',
      quota: 1073741824,
      postfix: 'y',
      access: 'y',
      server_id: 1,
      sys_groupid: 4,
      sys_perm_user: 'riud',
    },
  },
  join: `UPDATE mail_forwarding SET destination = REPLACE(destination, ',last', ',%s,last') WHERE source = 'team.list@example.org'`,
  left: ['someone@elsewhere.example,last@elsewhere.example'],
}

export const leister: Layout = {
  product: 'Thomas Leister’s guide',
  tables: 'leister',
  env: { MAIL_SCHEMA: 'leister' },
  asks: {
    password: "SELECT password FROM accounts WHERE username = '%u' AND domain = '%d' AND enabled = true",
    mailbox: [
      "SELECT CONCAT(quota, 'M') FROM accounts WHERE username = '%u' AND domain = '%d' AND sendonly = false",
      "SELECT 1 FROM accounts WHERE username = '%u' AND domain = '%d' AND enabled = true LIMIT 1",
    ],
    alias: `SELECT CONCAT(destination_username, '@', destination_domain) FROM aliases
      WHERE source_username = '%u' AND source_domain = '%d' AND enabled = true`,
  },
  row: {
    ask: "SELECT * FROM accounts WHERE username = '%u' AND domain = '%d'",
    made: { quota: 1024, enabled: 1, sendonly: 0 },
  },
  join: "INSERT INTO aliases VALUES (1000, 'team.list', 'example.org', '%u', '%d', 1)",
  left: ['someone@elsewhere.example', 'grace.hopper@elsewhere.example'],
  strangers: /"grace.hopper","destination_domain":"(?:elsewhere.example|example.net)"/,
}

export const vimbadmin: Layout = {
  product: 'ViMbAdmin 3',
  tables: 'vimbadmin',
  env: { MAIL_SCHEMA: 'vimbadmin' },
  asks: {
    password: `SELECT mailbox.password FROM mailbox LEFT JOIN domain ON domain.id = mailbox.Domain_id
      WHERE mailbox.username = '%s' AND mailbox.active = 1 AND domain.active = 1
        AND (mailbox.access_restriction = 'ALL' OR LOCATE('imap', mailbox.access_restriction) > 0)`,
    mailbox: [
      "SELECT homedir AS home, maildir AS mail, uid, gid FROM mailbox WHERE username = '%s' AND active = '1' AND uid > 0",
      "SELECT maildir FROM mailbox WHERE username = '%s' AND active = '1'",
    ],
    alias: "SELECT goto FROM alias WHERE address = '%s' AND active = '1'",
  },
  row: {
    ask: "SELECT * FROM mailbox WHERE username = '%s'",
    made: {
      Domain_id: 1,
      local_part: 'ada.lovelace',
      quota: 1073741824,
      homedir: '/srv/vmail/example.org/ada.lovelace',
    },
  },
  join: `UPDATE alias SET goto = REPLACE(goto, ',last', ',%s,last') WHERE address = 'team.list@example.org'`,
  left: ['someone@elsewhere.example,last@elsewhere.example'],
  used: '700 MB',
}

export const froxlor: Layout = {
  product: 'Froxlor',
  tables: 'froxlor',
  env: { MAIL_SCHEMA: 'froxlor' },
  asks: {
    password: "SELECT password_enc FROM mail_users WHERE (username = '%s' OR email = '%s') AND imap = 1",
    mailbox: [
      "SELECT CONCAT(homedir, maildir) AS home FROM mail_users WHERE (username = '%s' OR email = '%s')",
      "SELECT CONCAT(homedir, maildir) FROM mail_users WHERE email = '%s'",
    ],
    alias: `SELECT destination FROM mail_virtual AS v, panel_customers AS c WHERE c.customerid = v.customerid
      AND c.deactivated = 0 AND v.email = '%s' AND TRIM(v.destination) <> ''`,
  },
  row: {
    ask: "SELECT *, (SELECT popaccountid FROM mail_virtual WHERE email_full = '%s') = id AS linked FROM mail_users WHERE email = '%s'",
    made: { domainid: 1, customerid: 7, quota: 1024, postfix: 'Y', imap: 1, pop3: 1, linked: 1 },
  },
  join: `UPDATE mail_virtual SET destination = REPLACE(destination, '  last', ' %s  last') WHERE email = 'team.list@example.org'`,
  left: ['someone@elsewhere.example  last@elsewhere.example'],
  used: '700 MB',
}

const vexim: Layout = {
  product: 'Vexim 2',
  tables: 'vexim',
  env: {
    MAILBOX_TABLE: 'users',
    MAILBOX_ID: 'user_id',
    MAILBOX_ADDRESS: 'localpart@domain_id',
    MAILBOX_PASSWORD: 'crypt',
    MAILBOX_QUOTA_UNIT: 'MiB',
    MAILBOX_OPEN: 'enabled=1',
    MAILBOX_LOCKED: 'enabled=0',
    MAILBOX_WHERE: "type='local'",
    MAILBOX_INSERT:
      "username='{address}', uid=90, gid=90, smtp='/var/vmail/{domain}/{local}/Maildir', pop='/var/vmail/{domain}/{local}'",
    DOMAIN_TABLE: 'domains',
    DOMAIN_ID: 'domain_id',
    DOMAIN_NAME: 'domain',
    DOMAIN_WHERE: "type='local', enabled=1",
    ALIAS_TABLE: 'users',
    ALIAS_ADDRESS: 'localpart@domain_id',
    ALIAS_DESTINATION: 'smtp',
    ALIAS_LIST: 'comma',
    ALIAS_WHERE: "type='alias'",
    ALIAS_INSERT: "username='{address}', uid=90, gid=90, pop='{destination}'",
    COMPANION_DELETE: 'blocklists: user_id={mailbox_id}',
  },
  asks: {
    password: `SELECT users.crypt FROM users, domains WHERE users.username = '%s' AND users.type = 'local' AND users.enabled = 1
      AND domains.domain_id = users.domain_id AND domains.enabled = 1`,
    mailbox: [
      "SELECT pop AS home, uid, gid FROM users WHERE username = '%s' AND type = 'local'",
      `SELECT smtp FROM users, domains WHERE localpart = '%u' AND domain = '%d' AND domains.enabled = 1 AND users.enabled = 1
        AND users.domain_id = domains.domain_id AND users.type = 'local'`,
    ],
    alias: `SELECT smtp FROM users, domains WHERE localpart = '%u' AND domain = '%d' AND users.type = 'alias' AND users.enabled = 1
      AND users.domain_id = domains.domain_id`,
  },
  row: {
    ask: "SELECT * FROM users WHERE username = '%s'",
    made: {
      domain_id: 2,
      localpart: 'ada.lovelace',
      type: 'local',
      quota: 1024,
      pop: '/var/vmail/example.org/ada.lovelace',
    },
  },
  join: `UPDATE users SET smtp = REPLACE(smtp, ',last', ',%s,last') WHERE username = 'team.list@example.org'`,
  left: ['someone@elsewhere.example,last@elsewhere.example'],
}

export const howtoforge: Layout = {
  product: 'HowtoForge’s tutorials',
  tables: 'howtoforge',
  env: {
    MAILBOX_TABLE: 'users',
    MAILBOX_DOMAIN: '-',
    MAILBOX_OPEN: '-',
    MAILBOX_LOCKED: '-',
    DOMAIN_TABLE: 'domains',
    DOMAIN_ID: 'domain',
    DOMAIN_NAME: 'domain',
    ALIAS_TABLE: 'forwardings',
    ALIAS_LIST: 'comma-space',
    ALIAS_DOMAIN: '-',
  },
  asks: {
    password: "SELECT password FROM users WHERE email = '%s'",
    mailbox: [
      "SELECT CONCAT(SUBSTRING_INDEX(email, '@', -1), '/', SUBSTRING_INDEX(email, '@', 1), '/') FROM users WHERE email = '%s'",
    ],
    alias: "SELECT destination FROM forwardings WHERE source = '%s'",
  },
  row: { ask: "SELECT * FROM users WHERE email = '%s'", made: { quota: 1073741824 } },
  join: `UPDATE forwardings SET destination = REPLACE(destination, ', last', ', %s, last') WHERE source = 'team.list@example.org'`,
  left: ['someone@elsewhere.example, last@elsewhere.example'],
}

const flurdy: Layout = {
  product: 'flurdy’s guide',
  tables: 'flurdy',
  env: {
    MAILBOX_TABLE: 'users',
    MAILBOX_ADDRESS: 'id',
    MAILBOX_PASSWORD: 'crypt',
    MAILBOX_DOMAIN: '-',
    MAILBOX_QUOTA_UNIT: 'text',
    MAILBOX_QUOTA_UNLIMITED: '',
    MAILBOX_OPEN: 'enabled=1',
    MAILBOX_LOCKED: 'enabled=0',
    MAILBOX_INSERT: "name='{local}', maildir='{local}/', clear=''",
    DOMAIN_TABLE: 'domains',
    DOMAIN_ID: 'pkid',
    DOMAIN_NAME: 'domain',
    DOMAIN_WHERE: 'enabled=1',
    ALIAS_TABLE: 'aliases',
    ALIAS_ADDRESS: 'mail',
    ALIAS_LIST: 'comma',
    ALIAS_DOMAIN: '-',
    ALIAS_INSERT: 'enabled=1',
    COMPANION_INSERT: "aliases: mail='{address}', destination='{address}', enabled=1",
  },
  asks: {
    password: "SELECT crypt FROM users WHERE id = '%s' AND enabled = 1",
    mailbox: ["SELECT maildir FROM users WHERE id = '%s' AND enabled = 1"],
    alias: "SELECT destination FROM aliases WHERE mail = '%s' AND enabled = 1",
  },
  row: {
    ask: "SELECT * FROM users WHERE id = '%s'",
    made: { name: 'ada.lovelace', maildir: 'ada.lovelace/', quota: '1G', enabled: 1, clear: '' },
  },
  join: `UPDATE aliases SET destination = REPLACE(destination, ',last', ',%s,last') WHERE mail = 'team.list@example.org'`,
  left: ['someone@elsewhere.example,last@elsewhere.example'],
}

const userli: Layout = {
  product: 'Userli',
  tables: 'userli',
  env: {
    MAILBOX_ID: 'id',
    MAILBOX_QUOTA_UNIT: 'MiB',
    MAILBOX_QUOTA_UNLIMITED: 'NULL',
    MAILBOX_OPEN: '-',
    MAILBOX_LOCKED: '-',
    MAILBOX_WHERE: 'deleted=0',
    MAILBOX_INSERT: `roles='["ROLE_USER"]', password_version=2, totp_backup_codes='[]', creation_time={now}, updated_time={now}`,
    MAILBOX_ON_PASSWORD: 'updated_time={now}',
    ALIAS_WHERE: 'deleted=0',
    ALIAS_INSERT: 'user_id={mailbox_id}, creation_time={now}, updated_time={now}',
    MAILBOX_DELETE: "deleted=1, password=''",
    ALIAS_DELETE: 'deleted=1, user_id=NULL, destination=NULL',
  },
  asks: {
    password: "SELECT password FROM virtual_users WHERE email = '%s' AND deleted = 0",
    mailbox: ["SELECT 1 FROM virtual_users WHERE email = '%s' AND deleted = 0"],
    alias: "SELECT destination FROM virtual_aliases WHERE source = '%s' AND deleted = 0",
  },
  row: {
    ask: `SELECT *, (SELECT COUNT(*) FROM virtual_aliases WHERE user_id = virtual_users.id) AS aliases
      FROM virtual_users WHERE email = '%s'`,
    made: { domain_id: 1, quota: 1024, roles: ['ROLE_USER'], deleted: 0, aliases: 0 },
  },
  join: `INSERT INTO virtual_aliases (id, domain_id, source, destination, creation_time, updated_time)
    VALUES (1000, 1, 'team.list@example.org', '%s', NOW(), NOW())`,
  left: ['someone@elsewhere.example'],
  gone: /"deleted":"1"/,
}

const localParts: Layout = {
  product: 'a server with local parts',
  tables: 'local-parts',
  env: {
    MAILBOX_TABLE: 'mail_user',
    MAILBOX_ADDRESS: 'email_username@domain_id',
    MAILBOX_QUOTA: '-',
    MAILBOX_OPEN: '-',
    MAILBOX_LOCKED: '-',
    MAILBOX_INSERT: 'mailbox_id={uuid}',
    DOMAIN_TABLE: 'mail_vdom',
    DOMAIN_NAME: 'domain',
    ALIAS_TABLE: 'mail_alias',
    ALIAS_ADDRESS: 'source@domain_id',
  },
  asks: {
    password: `SELECT mail_user.password FROM mail_user JOIN mail_vdom ON mail_vdom.id = mail_user.domain_id
      WHERE email_username = '%u' AND domain = '%d'`,
    mailbox: [
      `SELECT CONCAT('/mail-storage/', mailbox_id) FROM mail_user JOIN mail_vdom ON mail_vdom.id = mail_user.domain_id
        WHERE email_username = '%u' AND domain = '%d'`,
    ],
    alias: `SELECT destination FROM mail_alias JOIN mail_vdom ON mail_vdom.id = mail_alias.domain_id
      WHERE source = '%u' AND domain = '%d'`,
  },
  row: {
    ask: "SELECT *, CHAR_LENGTH(mailbox_id) AS length FROM mail_user WHERE email_username = '%u'",
    made: { domain_id: 1, length: 36 },
  },
  join: "INSERT INTO mail_alias VALUES (1000, 1, 'team.list', '%s')",
  left: ['someone@elsewhere.example'],
}

const gentoo: Layout = {
  product: 'Gentoo’s guide',
  tables: 'gentoo',
  env: {
    MAILBOX_TABLE: 'users',
    MAILBOX_PASSWORD: 'crypt',
    MAILBOX_DOMAIN: '-',
    MAILBOX_QUOTA_UNIT: '{bytes}S',
    MAILBOX_QUOTA_UNLIMITED: '',
    MAILBOX_OPEN: "postfix='y'",
    MAILBOX_LOCKED: "postfix='n'",
    MAILBOX_INSERT: "name='', homedir='/home/vmail', maildir='/home/vmail/{domain}/{local}/.maildir/'",
    DOMAIN_TABLE: 'transport',
    DOMAIN_NAME: 'domain',
    DOMAIN_WHERE: "destination='virtual:'",
    ALIAS_TABLE: 'virtual',
    ALIAS_ADDRESS: 'email',
    ALIAS_DOMAIN: '-',
  },
  asks: {
    password: "SELECT crypt FROM users WHERE email = '%s'",
    mailbox: ["SELECT maildir FROM users WHERE email = '%s' AND postfix = 'y'"],
    alias: "SELECT destination FROM `virtual` WHERE email = '%s'",
  },
  row: {
    ask: "SELECT * FROM users WHERE email = '%s'",
    made: { quota: '1073741824S', postfix: 'y', maildir: '/home/vmail/example.org/ada.lovelace/.maildir/' },
  },
  join: "INSERT INTO `virtual` VALUES (1000, 'team.list@example.org', '%s')",
  left: ['someone@elsewhere.example', 'last@elsewhere.example'],
}

const dovecotManual: Layout = {
  product: 'Dovecot’s manual',
  tables: 'dovecot-manual',
  env: {
    MAILBOX_TABLE: 'users',
    MAILBOX_ADDRESS: 'username@domain',
    MAILBOX_QUOTA: '-',
    MAILBOX_OPEN: "active='Y'",
    MAILBOX_LOCKED: "active='N'",
    MAILBOX_INSERT: "home='/var/vmail/{domain}/{local}', uid=1000, gid=1000",
    DOMAIN_TABLE: '-',
    DOMAINS: 'example.org, example.net',
    ALIAS_TABLE: '-',
    LOCK: 'active',
  },
  asks: {
    password: "SELECT password FROM users WHERE username = '%u' AND domain = '%d' AND active = 'Y'",
    mailbox: ["SELECT home, uid, gid FROM users WHERE username = '%u' AND domain = '%d'"],
    alias: null,
  },
  row: {
    ask: "SELECT * FROM users WHERE username = '%u' AND domain = '%d'",
    made: { home: '/var/vmail/example.org/ada.lovelace', active: 'Y' },
  },
  strangers: /"domain":"elsewhere.example"/,
}

const hostile: Layout = {
  product: 'nobody’s server, with names that all need quoting',
  tables: 'hostile',
  beside: 'the mail',
  env: {
    MAILBOX_TABLE: '`the mail`.`Boîtes aux-lettres`',
    MAILBOX_ID: '`key`',
    MAILBOX_ADDRESS: '`e-mail`',
    MAILBOX_PASSWORD: '`pass word`',
    MAILBOX_DOMAIN: '`group`',
    MAILBOX_QUOTA: "`quota'd`",
    MAILBOX_QUOTA_UNIT: 'text',
    MAILBOX_QUOTA_UNLIMITED: 'NULL',
    MAILBOX_OPEN: "`no login`='N', `état`=1, `let in`={1}",
    MAILBOX_LOCKED: "`no login`='Y', `état`=2, `let in`={0}",
    MAILBOX_WHERE: "`kind of-row`='box'",
    MAILBOX_INSERT: "`where`='/mail/{domain}/{local}', `Créée`={unix}, `key`={uuid}",
    DOMAIN_TABLE: '`the mail`.`select`',
    DOMAIN_ID: '`key`',
    DOMAIN_NAME: '`Name.It`',
    DOMAIN_WHERE: "`in use?`='oui'",
    ALIAS_TABLE: '`the mail`.`order-by`',
    ALIAS_ADDRESS: '`from`',
    ALIAS_DESTINATION: '`to who`',
    ALIAS_LIST: 'newline',
    ALIAS_DOMAIN: '`group`',
    ALIAS_WHERE: "`is alias`='y', `gone`={0}",
    ALIAS_INSERT: '`made.at`={now}',
    USAGE_TABLE: '`the mail`.`Boîtes aux-lettres`',
    USAGE_ADDRESS: '`e-mail`',
    USAGE_BYTES: '`used (bytes)`',
    LOCK: 'active',
  },
  asks: {
    password:
      "SELECT `pass word` FROM `the mail`.`Boîtes aux-lettres` WHERE `e-mail` = '%s' AND `no login` = 'N' AND `état` = 1 AND `let in`",
    mailbox: ["SELECT `where` FROM `the mail`.`Boîtes aux-lettres` WHERE `e-mail` = '%s'"],
    alias: "SELECT `to who` FROM `the mail`.`order-by` WHERE `from` = '%s' AND `is alias` = 'y'",
  },
  row: {
    ask: "SELECT * FROM `the mail`.`Boîtes aux-lettres` WHERE `e-mail` = '%s'",
    made: {
      group: '18446744073709551614',
      "quota'd": '1G',
      where: '/mail/example.org/ada.lovelace',
      'kind of-row': 'box',
    },
  },
  join: "UPDATE `the mail`.`order-by` SET `to who` = CONCAT('%s\n', `to who`) WHERE `from` = 'team.list@example.org'",
  left: ['someone@elsewhere.example\n"| /bin/archive ""a, b"""\r\n:include:/etc/mail/team'],
  strangers: /not.an.alias/,
  used: '700 MB',
}

// Its Postfix reads files that are made of these tables; the questions are what ends up in them.
const imscp: Layout = {
  product: 'i-MSCP',
  tables: 'i-mscp',
  env: {
    MAILBOX_TABLE: 'mail_users',
    MAILBOX_ADDRESS: 'mail_addr',
    MAILBOX_PASSWORD: 'mail_pass',
    MAILBOX_OPEN: "po_active='yes'",
    MAILBOX_LOCKED: "po_active='no'",
    MAILBOX_WHERE: "mail_type IN ('normal_mail', 'normal_mail,normal_forward')",
    MAILBOX_INSERT: "mail_type='normal_mail', mail_acc='{local}', mail_forward='_no_', sub_id=0, status='ok'",
    DOMAIN_TABLE: 'domain',
    DOMAIN_ID: 'domain_id',
    DOMAIN_NAME: 'domain_name',
    DOMAIN_WHERE: "domain_status='ok'",
    ALIAS_TABLE: 'mail_users',
    ALIAS_ADDRESS: 'mail_addr',
    ALIAS_DESTINATION: 'mail_forward',
    ALIAS_LIST: 'comma',
    ALIAS_WHERE: "mail_type='normal_forward'",
    ALIAS_INSERT: "mail_acc='{local}', mail_pass='_no_', sub_id=0, status='ok', po_active='no'",
  },
  asks: {
    password: "SELECT mail_pass FROM mail_users WHERE mail_addr = '%s' AND po_active = 'yes' AND status = 'ok'",
    mailbox: [
      "SELECT CONCAT(quota, 'B') FROM mail_users WHERE mail_addr = '%s' AND status = 'ok' AND mail_pass <> '_no_'",
    ],
    alias: "SELECT mail_forward FROM mail_users WHERE mail_addr = '%s' AND mail_forward <> '_no_' AND status = 'ok'",
  },
  row: {
    ask: "SELECT * FROM mail_users WHERE mail_addr = '%s'",
    made: { domain_id: 1, mail_acc: 'ada.lovelace', mail_type: 'normal_mail', quota: 1073741824, po_active: 'yes' },
  },
  join: `UPDATE mail_users SET mail_forward = REPLACE(mail_forward, ',last', ',%s,last') WHERE mail_addr = 'team.list@example.org'`,
  left: ['someone@elsewhere.example,last@elsewhere.example'],
}

const bytes: Layout = {
  product: 'a server whose texts are bytes',
  tables: 'bytes',
  env: {
    MAILBOX_TABLE: 'mailboxes',
    MAILBOX_ID: 'id',
    MAILBOX_DOMAIN: 'name:domain',
    MAILBOX_QUOTA_UNIT: 'text',
    MAILBOX_QUOTA_UNLIMITED: '',
    MAILBOX_OPEN: 'enabled=1',
    MAILBOX_LOCKED: 'enabled=0',
    MAILBOX_WHERE: 'deleted_at IS NULL',
    MAILBOX_INSERT: "id={uuid}, expires_at='2099-12-31'",
    DOMAIN_TABLE: 'domains',
    DOMAIN_WHERE: 'deleted_at IS NULL',
    ALIAS_TABLE: 'aliases',
    ALIAS_ADDRESS: 'email',
    ALIAS_LIST: 'newline',
    ALIAS_DOMAIN: '-',
    ALIAS_WHERE: 'deleted_at IS NULL',
    ALIAS_INSERT: 'id={uuid}, enabled=1',
    MAILBOX_DELETE: 'deleted_at={now}, enabled=0',
    ALIAS_DELETE: 'deleted_at={now}',
    COMPANION_INSERT: "limits: mailbox_id={mailbox_id}, email='{address}', quota={quota}",
    COMPANION_DELETE: 'limits: mailbox_id={mailbox_id}',
    USAGE_TABLE: 'limits',
    USAGE_ADDRESS: 'email',
    USAGE_BYTES: 'used_bytes',
    LOCK: 'active',
  },
  asks: {
    password: `SELECT CAST(password AS CHAR) FROM mailboxes
      WHERE LOWER(CONVERT(email USING utf8mb4)) = '%s' AND enabled AND deleted_at IS NULL AND expires_at > NOW()`,
    mailbox: ["SELECT 1 FROM mailboxes WHERE LOWER(CONVERT(email USING utf8mb4)) = '%s' AND deleted_at IS NULL"],
    alias: "SELECT CAST(destination AS CHAR) FROM aliases WHERE email = '%s' AND enabled AND deleted_at IS NULL",
  },
  row: {
    ask: `SELECT CHAR_LENGTH(id) AS length, CAST(domain AS CHAR) AS domain, CAST(quota AS CHAR) AS quota, enabled,
      (SELECT quota FROM limits WHERE mailbox_id = mailboxes.id) AS \`limit\` FROM mailboxes WHERE email = '%s'`,
    made: { length: 36, domain: 'example.org', quota: '1G', enabled: 1, limit: '1G' },
  },
  join: `UPDATE aliases SET destination = REPLACE(destination, '\nlast', '\n%s\nlast') WHERE email = 'team.list@example.org'`,
  left: ['someone@elsewhere.example\nlast@elsewhere.example'],
  used: '700 MB',
  gone: /"deleted_at":"\d/,
}

// Dovecot's own page on vpopmail
const vpopmail: Layout = {
  product: 'vpopmail',
  tables: 'vpopmail',
  env: {
    MAILBOX_TABLE: 'vpopmail',
    MAILBOX_ADDRESS: 'pw_name@pw_domain',
    MAILBOX_PASSWORD: 'pw_passwd',
    MAILBOX_QUOTA: 'pw_shell',
    MAILBOX_QUOTA_UNIT: '{bytes}S',
    MAILBOX_QUOTA_UNLIMITED: 'NOQUOTA',
    MAILBOX_OPEN: 'pw_gid & 8=0',
    MAILBOX_LOCKED: 'pw_gid & 8=8',
    MAILBOX_INSERT: "pw_uid=0, pw_gid=0, pw_gecos='{local}', pw_dir='/home/vpopmail/domains/{domain}/{local}'",
    DOMAIN_TABLE: 'dir_control',
    DOMAIN_ID: 'domain',
    DOMAIN_NAME: 'domain',
    DOMAIN_WHERE: "domain<>'dom_0'",
    ALIAS_TABLE: 'valias',
    ALIAS_ADDRESS: 'alias@domain',
    ALIAS_DESTINATION: 'valias_line',
    ALIAS_WHERE: 'valias_type=1',
    // Its lines begin with an ampersand.
    MAIL_ACTIONS: 'create, delete, password, lock',
    COMPANION_DELETE: "lastauth: user='{local}', domain='{domain}'",
    PASSWORD_PREFIX: 'false',
    LOCK: 'active',
    PASSWORD_SCHEME: 'sha512-crypt',
    SHA_CRYPT_ROUNDS: '5000',
  },
  asks: {
    password: `SELECT pw_passwd FROM vpopmail LEFT JOIN aliasdomains a ON a.alias = '%d'
      WHERE pw_name = '%u' AND (pw_domain = '%d' OR pw_domain = a.domain) AND NOT pw_gid & 8`,
    mailbox: [
      "SELECT pw_dir AS home, CONCAT('*:bytes=', REPLACE(SUBSTRING_INDEX(pw_shell, 'S', 1), 'NOQUOTA', '0')) FROM vpopmail WHERE pw_name = '%u' AND pw_domain = '%d'",
    ],
    alias: null,
  },
  row: {
    ask: "SELECT * FROM vpopmail WHERE pw_name = '%u' AND pw_domain = '%d'",
    made: {
      pw_dir: '/home/vpopmail/domains/example.org/ada.lovelace',
      pw_shell: '1073741824S',
      pw_uid: 0,
      pw_gid: 0,
      my_uid: 89,
    },
  },
  left: [],
  strangers: /^valias /,
}

const tine: Layout = {
  product: 'tine Groupware',
  tables: 'tine',
  beside: 'tine_postfix',
  env: {
    MAILBOX_TABLE: 'dovecot_users',
    MAILBOX_ID: 'userid',
    MAILBOX_ADDRESS: 'username',
    MAILBOX_DOMAIN: 'domain',
    MAILBOX_QUOTA: 'quota_bytes',
    MAILBOX_QUOTA_UNIT: 'MiB',
    MAILBOX_OPEN: '-',
    MAILBOX_LOCKED: '-',
    MAILBOX_INSERT:
      "userid={uuid}, loginname='{address}', uid='999', gid='999', home='/var/spool/mail/{domain}/{local}'",
    DOMAIN_TABLE: 'tine_postfix.smtp_virtual_domains',
    DOMAIN_ID: 'domain',
    DOMAIN_NAME: 'domain',
    ALIAS_TABLE: 'tine_postfix.smtp_destinations',
    ALIAS_DOMAIN: '-',
    ALIAS_INSERT: 'userid={mailbox_id}',
    COMPANION_INSERT:
      "tine_postfix.smtp_users: userid={mailbox_id}, client_idnr='tine', username='{address}', passwd='', email='{address}'; tine_postfix.smtp_destinations: userid={mailbox_id}, source='{address}', destination='{address}'",
    COMPANION_DELETE: 'tine_postfix.smtp_users: userid={mailbox_id}',
    USAGE_TABLE: 'dovecot_usage',
    USAGE_BYTES: 'storage',
    PASSWORD_SCHEME: 'bcrypt',
    BCRYPT_COST: '10',
  },
  asks: {
    password: "SELECT password FROM dovecot_users WHERE dovecot_users.username = '%s'",
    mailbox: [
      "SELECT home, uid, gid, CONCAT('*:bytes=', CAST(quota_bytes AS CHAR), 'M') FROM dovecot_users WHERE dovecot_users.username = '%s'",
      "SELECT 1 FROM tine_postfix.smtp_users WHERE username = '%s' AND forward_only = 0",
    ],
    alias: "SELECT destination FROM tine_postfix.smtp_destinations WHERE source = '%s'",
  },
  row: {
    ask: `SELECT *, (SELECT COUNT(*) FROM tine_postfix.smtp_users s JOIN tine_postfix.smtp_destinations d ON d.userid = s.userid WHERE s.userid = dovecot_users.userid AND d.source = s.email) AS linked
      FROM dovecot_users WHERE username = '%s'`,
    made: { domain: 'example.org', quota_bytes: 1024, linked: 1, home: '/var/spool/mail/example.org/ada.lovelace' },
  },
  join: `INSERT INTO tine_postfix.smtp_destinations VALUES ('c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3', 'team.list@example.org', '%s', 1)`,
  left: ['someone@elsewhere.example'],
  used: '700 MB',
}

export const ehcp: Layout = {
  product: 'EHCP',
  tables: 'ehcp',
  env: {
    MAILBOX_TABLE: 'emailusers',
    MAILBOX_DOMAIN: 'name:domainname',
    MAILBOX_OPEN: '-',
    MAILBOX_LOCKED: '-',
    MAILBOX_INSERT:
      "mailusername='{local}', beforeat='{local}', status='active', reseller='{domain.reseller}', panelusername='{domain.panelusername}'",
    DOMAIN_TABLE: 'domains',
    DOMAIN_NAME: 'domainname',
    ALIAS_TABLE: 'forwardings',
    ALIAS_LIST: 'comma',
    ALIAS_DOMAIN: 'name:domainname',
    ALIAS_INSERT: "reseller='{domain.reseller}', panelusername='{domain.panelusername}'",
    QUOTA_MAX: '2147483647',
  },
  asks: {
    password: "SELECT password FROM emailusers WHERE email = '%s'",
    mailbox: [
      "SELECT CONCAT(SUBSTRING_INDEX(email, '@', -1), '/', SUBSTRING_INDEX(email, '@', 1), '/') FROM emailusers WHERE email = '%s'",
      "SELECT quota FROM emailusers WHERE email = '%s'",
    ],
    alias: "SELECT destination FROM forwardings WHERE source = '%s'",
  },
  row: {
    ask: "SELECT * FROM emailusers WHERE email = '%s'",
    made: {
      domainname: 'example.org',
      mailusername: 'ada.lovelace',
      panelusername: 'navy',
      reseller: 'admin',
      quota: 1073741824,
    },
  },
  join: `UPDATE forwardings SET destination = REPLACE(destination, ',last', ',%s,last') WHERE source = 'team.list@example.org'`,
  left: ['someone@elsewhere.example,last@elsewhere.example'],
}

const courier: Layout = {
  product: 'Courier’s tables',
  tables: 'courier',
  env: {
    MAILBOX_TABLE: 'users',
    MAILBOX_ADDRESS: 'address',
    MAILBOX_PASSWORD: 'crypt',
    MAILBOX_DOMAIN: 'name:domain',
    MAILBOX_OPEN: 'imapok=1',
    MAILBOX_LOCKED: 'imapok=0',
    MAILBOX_INSERT:
      "id='{address}', name='{local}', uid=1001, gid=1001, home='/var/spool/virtual', maildir='{domain}/{local}/'",
    MAILBOX_ON_PASSWORD: "clear=''",
    DOMAIN_TABLE: 'transport',
    DOMAIN_ID: 'domain',
    DOMAIN_NAME: 'domain',
    DOMAIN_WHERE: "transport='virtual:'",
    ALIAS_TABLE: 'virtual',
    ALIAS_ADDRESS: 'address',
    ALIAS_DESTINATION: 'goto',
    ALIAS_LIST: 'comma',
    ALIAS_DOMAIN: '-',
  },
  asks: {
    password: "SELECT crypt FROM users WHERE id = '%s' AND imapok = 1",
    mailbox: ["SELECT home, maildir FROM users WHERE address = '%s'", "SELECT uid FROM users WHERE address = '%s'"],
    alias: "SELECT goto FROM `virtual` WHERE address = '%s'",
  },
  row: {
    ask: "SELECT * FROM users WHERE address = '%s'",
    made: { id: 'ada.lovelace@example.org', domain: 'example.org', uid: 1001, clear: '', quota: 1073741824 },
  },
  join: "UPDATE `virtual` SET goto = REPLACE(goto, ',last', ',%s,last') WHERE address = 'team.list@example.org'",
  left: ['someone@elsewhere.example,last@elsewhere.example'],
}

const exim: Layout = {
  product: 'a guide to Exim',
  tables: 'exim',
  env: {
    MAILBOX_TABLE: 'mailboxes',
    MAILBOX_ADDRESS: 'localpart@domain',
    MAILBOX_QUOTA_UNIT: 'MiB',
    MAILBOX_OPEN: "enabled='yes'",
    MAILBOX_LOCKED: "enabled='no'",
    DOMAIN_TABLE: 'domains',
    DOMAIN_ID: 'domain',
    DOMAIN_NAME: 'domain',
    DOMAIN_WHERE: "type='local'",
    ALIAS_TABLE: 'aliases',
    ALIAS_ADDRESS: 'localpart@domain',
    ALIAS_DESTINATION: 'goto',
    ALIAS_LIST: 'newline',
  },
  asks: {
    password: "SELECT password FROM mailboxes WHERE localpart = '%u' AND domain = '%d' AND enabled = 'yes'",
    mailbox: ["SELECT 1 FROM mailboxes WHERE localpart = '%u' AND domain = '%d' AND enabled = 'yes'"],
    alias: "SELECT goto FROM aliases WHERE localpart = '%u' AND domain = '%d'",
  },
  row: {
    ask: "SELECT * FROM mailboxes WHERE localpart = '%u' AND domain = '%d'",
    made: { quota: 1024, enabled: 'yes' },
  },
  join: `UPDATE aliases SET goto = REPLACE(goto, '\nlast', '\n%s\nlast') WHERE localpart = 'team.list'`,
  left: ['someone@elsewhere.example, third@elsewhere.example\nlast@elsewhere.example'],
}

export const dovecot24: Layout = {
  product: 'Dovecot 2.4’s documentation, by bytes',
  tables: 'dovecot-2.4',
  env: {
    MAILBOX_TABLE: 'users',
    MAILBOX_ADDRESS: 'userid@domain',
    MAILBOX_QUOTA: '-',
    MAILBOX_OPEN: "active='Y'",
    MAILBOX_LOCKED: "active='N'",
    MAILBOX_INSERT: "home='/srv/mail/{domain}/{local}', uid=5000, gid=5000",
    DOMAIN_TABLE: 'domains',
    DOMAIN_ID: 'domain',
    DOMAIN_NAME: 'domain',
    ALIAS_TABLE: 'aliases',
    ALIAS_DOMAIN: 'domain',
    LOCK: 'active',
  },
  asks: {
    password: "SELECT password FROM users WHERE userid = '%u' AND domain = '%d' AND active = 'Y'",
    mailbox: ["SELECT home, uid, gid FROM users WHERE userid = '%u' AND domain = '%d'"],
    alias: "SELECT destination FROM aliases WHERE source = '%s'",
  },
  row: {
    ask: "SELECT * FROM users WHERE userid = '%u' AND domain = '%d'",
    made: { home: '/srv/mail/example.org/ada.lovelace', active: 'Y' },
  },
  join: "INSERT INTO aliases VALUES (1000, 'example.org', 'team.list@example.org', '%s')",
  left: ['someone@elsewhere.example'],
}

// DOCUMENTS/DOVECOT.txt of that version
export const postfixadmin33: Layout = {
  ...postfixadmin,
  product: 'PostfixAdmin 3.3, as Debian packages it',
  tables: 'postfixadmin-3.3',
  asks: {
    ...postfixadmin.asks,
    mailbox: [
      "SELECT CONCAT('/var/mail/vmail/', maildir) AS home, 1001 AS uid, 1001 AS gid FROM mailbox WHERE username = '%s' AND active = '1'",
      "SELECT CONCAT(domain, '/', maildir) FROM mailbox WHERE username = '%s' AND active = '1'",
    ],
  },
}

// install/email-configs-one of its installer
export const cyberpanel: Layout = {
  product: 'CyberPanel',
  tables: 'cyberpanel',
  env: { MAIL_SCHEMA: 'cyberpanel' },
  asks: {
    password: "SELECT password FROM e_users WHERE email = '%s'",
    mailbox: [
      "SELECT 'maildir' AS mail_driver, SUBSTRING(mail, 9) AS mail_path FROM e_users WHERE email = '%s'",
      "SELECT CONCAT(SUBSTRING_INDEX(email, '@', -1), '/', SUBSTRING_INDEX(email, '@', 1), '/') FROM e_users WHERE email = '%s'",
    ],
    alias: "SELECT destination FROM e_forwardings WHERE source = '%s'",
  },
  row: {
    ask: `SELECT e_users.*, monthlyLimits FROM e_users JOIN emailPremium_emaillimits ON email_id = email WHERE email = '%s'`,
    made: {
      mail: 'maildir:/home/vmail/example.org/ada.lovelace/Maildir',
      DiskUsage: '0',
      emailOwner_id: 'example.org',
      monthlyLimits: 2000,
    },
  },
  join: "INSERT INTO e_forwardings VALUES (1000, 'team.list@example.org', '%s')",
  left: ['someone@elsewhere.example'],
}

// target/mda and target/mta of its repository
export const jeboehm: Layout = {
  product: 'the docker-mailserver of jeboehm',
  tables: 'jeboehm',
  env: { MAIL_SCHEMA: 'jeboehm' },
  asks: {
    password: `SELECT password FROM mail_users JOIN mail_domains ON mail_users.domain_id = mail_domains.id
      WHERE mail_users.name = '%u' AND mail_domains.name = '%d' AND enabled = 1`,
    mailbox: [
      `SELECT CONCAT(quota, 'M') FROM mail_users JOIN mail_domains ON mail_users.domain_id = mail_domains.id
        WHERE mail_users.name = '%u' AND mail_domains.name = '%d'`,
      `SELECT 1 FROM mail_users JOIN mail_domains ON mail_users.domain_id = mail_domains.id
        WHERE mail_users.name = LOWER('%u') AND mail_domains.name = LOWER('%d') AND enabled = true`,
    ],
    alias: `SELECT destination FROM mail_aliases JOIN mail_domains ON mail_aliases.domain_id = mail_domains.id
      WHERE CONCAT(mail_aliases.name, '@', mail_domains.name) = LOWER('%s')`,
  },
  row: {
    ask: "SELECT * FROM mail_users WHERE name = '%u'",
    made: { domain_id: 1, quota: 1024, enabled: 1, admin: 0, send_only: 0 },
  },
  join: "INSERT INTO mail_aliases VALUES (1000, 1, 'team.list', '%s')",
  left: ['someone@elsewhere.example'],
}

// the Debian package of its mail server
export const groupoffice: Layout = {
  product: 'Group-Office',
  tables: 'groupoffice',
  env: { MAIL_SCHEMA: 'groupoffice' },
  asks: {
    password: "SELECT password FROM community_maildomains_mailbox WHERE username = '%s' AND active = '1'",
    mailbox: [
      `SELECT CONCAT('/var/mail/vhosts/', homedir) AS home, CONCAT('/var/mail/vhosts/', maildir) AS mail_path
        FROM community_maildomains_mailbox WHERE username = '%s' AND active = '1'`,
      "SELECT maildir FROM community_maildomains_mailbox WHERE username = '%s' and active = '1'",
    ],
    alias: "SELECT goto FROM community_maildomains_alias WHERE address = '%s' and active = '1'",
  },
  row: {
    ask: "SELECT * FROM community_maildomains_mailbox WHERE username = '%s'",
    made: {
      domainId: 1,
      quota: 1073741824,
      homedir: 'example.org/ada.lovelace',
      maildir: 'example.org/ada.lovelace/Maildir',
      smtpAllowed: 1,
      createdBy: 3,
      active: 1,
    },
  },
  join: `UPDATE community_maildomains_alias SET goto = REPLACE(goto, ',last', ',%s,last') WHERE address = 'team.list@example.org'`,
  left: ['someone@elsewhere.example,last@elsewhere.example'],
  used: '700 MB',
}

const framework: Layout = {
  product: 'a server whose ids are raw bytes, with flags in bits and ends by a date',
  tables: 'framework',
  env: {
    MAILBOX_TABLE: 'mailboxes',
    MAILBOX_ID: 'bytes:id',
    MAILBOX_QUOTA_UNLIMITED: 'NULL',
    MAILBOX_OPEN: 'flags & 4=0',
    MAILBOX_LOCKED: 'flags & 4=4',
    MAILBOX_WHERE: 'deleted_at IS NULL, expires_at IS NULL OR expires_at>{now}',
    MAILBOX_INSERT: 'id={ulid:bytes}, flags=1, created_at={now}',
    MAILBOX_DELETE: "deleted_at={now}, password=''",
    DOMAIN_TABLE: 'domains',
    DOMAIN_ID: 'bytes:id',
    DOMAIN_WHERE: "deleted_at IS NULL, transport LIKE 'lmtp:%'",
    ALIAS_TABLE: 'aliases',
    ALIAS_WHERE: 'deleted_at IS NULL, expires_at IS NULL OR expires_at>{now}',
    ALIAS_INSERT: 'id={ulid}, owner_id={mailbox_id}',
    ALIAS_DELETE: 'deleted_at={now}, owner_id=NULL',
    COMPANION_INSERT: 'limits: id={uuid:bytes}, mailbox_id={mailbox_id}',
    COMPANION_DELETE: 'limits: mailbox_id={mailbox_id}',
    LOCK: 'active',
  },
  asks: {
    password: `SELECT password FROM mailboxes WHERE email = '%s' AND deleted_at IS NULL AND NOT flags & 4
      AND (expires_at IS NULL OR expires_at > NOW())`,
    mailbox: [
      `SELECT CONCAT(quota, 'B') FROM mailboxes JOIN domains ON domains.id = mailboxes.domain_id
        WHERE email = '%s' AND name = '%d' AND mailboxes.deleted_at IS NULL AND transport LIKE 'lmtp:%'`,
    ],
    alias: `SELECT destination FROM aliases WHERE source = '%s' AND deleted_at IS NULL
      AND (expires_at IS NULL OR expires_at > NOW())`,
  },
  row: {
    ask: `SELECT HEX(domain_id) AS domain, LENGTH(id) AS bytes, quota, flags,
      (SELECT COUNT(*) FROM limits WHERE mailbox_id = mailboxes.id) AS limited FROM mailboxes WHERE email = '%s'`,
    made: { domain: '018CC251F4000A0000000000000000FF', bytes: 16, quota: 1073741824, flags: 1, limited: 1 },
  },
  join: `INSERT INTO aliases (id, domain_id, source, destination)
    SELECT '01HK153X0100000000000000B1', id, 'team.list@example.org', '%s' FROM domains WHERE name = 'example.org'`,
  left: ['someone@elsewhere.example'],
  gone: /"deleted_at":"\d/,
}

const attributes: Layout = {
  product: 'a server whose passwords and limits are in tables of their own',
  tables: 'attributes',
  obstacle: 'passwordElsewhere',
  env: {
    MAILBOX_TABLE: 'accounts',
    MAILBOX_ID: 'id',
    MAILBOX_PASSWORD: "credentials: hash, account_id={mailbox_id}, service='mail'",
    MAILBOX_QUOTA: "attributes: value, owner={address}, name='quota'",
    MAILBOX_QUOTA_UNIT: 'MiB',
    DOMAIN_TABLE: 'domains',
    ALIAS_TABLE: 'aliases',
    COMPANION_INSERT:
      "credentials: account_id={mailbox_id}, service='mail', hash={password}; attributes: owner={address}, name='quota', value={quota}",
    COMPANION_DELETE: 'credentials: account_id={mailbox_id}; attributes: owner={address}',
  },
  asks: {
    password: `SELECT hash FROM accounts JOIN credentials ON account_id = id WHERE email = '%s' AND service = 'mail' AND active`,
    mailbox: [
      "SELECT CONCAT(value, 'M') FROM attributes WHERE owner = '%s' AND name = 'quota'",
      "SELECT 1 FROM accounts WHERE email = '%s' AND active = 1",
    ],
    alias: "SELECT destination FROM aliases WHERE source = '%s'",
  },
  row: {
    ask: `SELECT accounts.*, value, (SELECT COUNT(*) FROM credentials WHERE account_id = id) AS hashes
      FROM accounts JOIN attributes ON owner = email AND name = 'quota' WHERE email = '%s'`,
    made: { domain_id: 1, active: 1, value: '1024', hashes: 1 },
  },
  join: "INSERT INTO aliases VALUES (1000, 1, 'team.list@example.org', '%s')",
  left: ['someone@elsewhere.example'],
}

const byId: Layout = {
  product: 'a server whose aliases lead to mailboxes by their id',
  tables: 'by-id',
  env: {
    MAILBOX_TABLE: 'users',
    MAILBOX_ID: 'user_idnr',
    MAILBOX_ADDRESS: 'userid',
    MAILBOX_PASSWORD: 'passwd',
    MAILBOX_DOMAIN: '-',
    MAILBOX_QUOTA: 'maxmail_size',
    MAILBOX_OPEN: '-',
    MAILBOX_LOCKED: '-',
    DOMAIN_TABLE: 'domains',
    ALIAS_TABLE: 'aliases',
    ALIAS_ADDRESS: 'alias',
    ALIAS_DESTINATION: 'id:deliver_to',
    ALIAS_DOMAIN: '-',
  },
  asks: {
    password: "SELECT passwd FROM users WHERE userid = '%s'",
    mailbox: ["SELECT CONCAT(maxmail_size, 'B') FROM users WHERE userid = '%s'"],
    alias: `SELECT LOWER(COALESCE(userid, deliver_to)) FROM aliases
      LEFT JOIN users ON CAST(user_idnr AS CHAR) = CONVERT(deliver_to USING utf8mb4) WHERE alias = '%s' AND deliver_to <> '8'`,
  },
  row: { ask: "SELECT * FROM users WHERE userid = '%s'", made: { maxmail_size: 1073741824 } },
  join: `INSERT INTO aliases (alias_idnr, alias, deliver_to)
    SELECT 1000, 'team.list@example.org', user_idnr FROM users WHERE userid = '%s'`,
  left: ['someone@elsewhere.example', '7up@elsewhere.example'],
}

const recipients: Layout = {
  product: 'a server whose aliases have their destinations in a table of their own',
  tables: 'recipients',
  env: {
    MAILBOX_TABLE: 'users',
    MAILBOX_QUOTA_UNIT: 'MiB',
    DOMAIN_TABLE: 'domains',
    ALIAS_TABLE: 'aliases',
    ALIAS_ID: 'id',
    ALIAS_ADDRESS: 'address',
    ALIAS_DESTINATION: 'alias_recipients: address, alias_id={alias_id}',
    ALIAS_INSERT: 'enabled=1',
  },
  asks: {
    password: "SELECT password FROM users WHERE email = '%s' AND active = 1",
    mailbox: ["SELECT CONCAT(quota, 'M') FROM users WHERE email = '%s'"],
    alias: `SELECT LOWER(r.address) FROM alias_recipients AS r INNER JOIN aliases AS a ON r.alias_id = a.id
      WHERE a.enabled = 1 AND a.address = '%s'`,
  },
  row: { ask: "SELECT * FROM users WHERE email = '%s'", made: { domain_id: 1, quota: 1024, active: 1 } },
  join: `INSERT INTO alias_recipients SELECT 1000, id, '%s' FROM aliases WHERE address = 'team.list@example.org'`,
  left: ['someone@elsewhere.example'],
}

/** Its people log in with a name. */
export const logins: Layout = {
  product: 'a server whose people log in with a name',
  tables: 'logins',
  env: {
    MAILBOX_TABLE: 'accounts',
    MAILBOX_ID: 'mbox',
    MAILBOX_LOGIN: 'mbox',
    MAILBOX_ADDRESS: 'canonical',
    MAILBOX_DOMAIN: '-',
    MAILBOX_QUOTA_UNIT: 'MiB',
    MAILBOX_INSERT: "mbox='{local}_{domain}'",
    DOMAIN_TABLE: 'domains',
    DOMAIN_NAME: 'domain',
    ALIAS_TABLE: 'virtual',
    ALIAS_ADDRESS: 'address',
    ALIAS_DESTINATION: 'id:dest',
    ALIAS_DOMAIN: '-',
    COMPANION_INSERT: "virtual: address='{address}', dest={login}",
    COMPANION_DELETE: 'quota_used: username={login}',
    USAGE_TABLE: 'quota_used',
    USAGE_ADDRESS: 'login:username',
  },
  asks: {
    password: "SELECT password FROM accounts WHERE mbox = CONCAT('%u', '_', '%d') AND active = 1",
    mailbox: [
      "SELECT CONCAT(quota, 'M') FROM accounts WHERE mbox = CONCAT('%u', '_', '%d')",
      "SELECT dest FROM `virtual` JOIN accounts ON mbox = CONVERT(dest USING latin1) WHERE address = '%s'",
    ],
    alias: `SELECT LOWER(COALESCE(canonical, dest)) FROM \`virtual\`
      LEFT JOIN accounts ON mbox = CONVERT(dest USING latin1) WHERE address = '%s' AND address <> COALESCE(canonical, '')`,
  },
  user: "CONCAT('%u', '_', '%d')",
  row: {
    ask: "SELECT * FROM accounts WHERE canonical = '%s'",
    made: { mbox: 'ada.lovelace_example.org', person: '', quota: 1024, active: 1 },
  },
  join: "INSERT INTO `virtual` SELECT 'team.list@example.org', mbox, 1 FROM accounts WHERE canonical = '%s'",
  left: ['someone@elsewhere.example'],
  used: '700 MB',
}

/** where mailboxes are made and deleted, too */
export const layouts: Layout[] = [
  ispmail,
  oldIspmail,
  postfixadmin,
  postfixadmin33,
  iredmail,
  ispconfig,
  leister,
  vimbadmin,
  froxlor,
  cyberpanel,
  jeboehm,
  groupoffice,
  vexim,
  howtoforge,
  flurdy,
  userli,
  localParts,
  gentoo,
  dovecotManual,
  imscp,
  bytes,
  hostile,
  vpopmail,
  tine,
  ehcp,
  courier,
  exim,
  dovecot24,
  framework,
  attributes,
  byId,
  recipients,
  logins,
]

// data/conf of its Dovecot and Postfix containers
export const mailcow: Layout = {
  product: 'mailcow',
  tables: 'mailcow',
  env: { MAIL_SCHEMA: 'mailcow' },
  asks: {
    password: "SELECT password FROM mailbox WHERE username = '%s' AND active = '1'",
    mailbox: ["SELECT mailbox_path_prefix FROM mailbox WHERE username = '%s' AND (active = '1' OR active = '2')"],
    alias: "SELECT goto FROM alias WHERE address = '%s' AND active = '1'",
  },
  row: { ask: "SELECT * FROM mailbox WHERE username = '%s'", made: {} },
  join: `UPDATE alias SET goto = REPLACE(goto, ',last', ',%s,last') WHERE address = 'team.list@example.org'`,
  used: '700 MB',
  moving: ['modified'],
}

export const modoboa: Layout = {
  product: 'Modoboa',
  tables: 'modoboa',
  env: { MAIL_SCHEMA: 'modoboa' },
  right: 'SELECT (id) ON admin_mailbox',
  asks: {
    password: "SELECT password FROM core_user WHERE email = '%s' AND is_active = 1",
    mailbox: [
      `SELECT CONCAT(mb.quota, 'M') FROM admin_mailbox mb INNER JOIN admin_domain dom ON mb.domain_id = dom.id
        INNER JOIN core_user u ON u.id = mb.user_id WHERE mb.is_send_only = 0 AND mb.address = '%u' AND dom.name = '%d'`,
    ],
    alias: `SELECT alr.address FROM modoboa_admin_aliasrecipient AS alr INNER JOIN admin_alias AS al ON alr.alias_id = al.id
      WHERE al.enabled = 1 AND al.address = '%s' AND (al.expire_at IS NULL OR al.expire_at > NOW())`,
  },
  row: { ask: "SELECT * FROM core_user WHERE email = '%s'", made: {} },
  used: '700 MB',
}

/** where mailboxes come and go by the product's own hand */
export const limitedLayouts: Layout[] = [mailcow, modoboa]
