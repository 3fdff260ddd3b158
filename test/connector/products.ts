import type { PostfixConfig } from '../lab/postfix.ts'
import * as layouts from '../schemas/layouts.ts'
import type { Layout } from '../schemas/layouts.ts'

/**
 * Mail hosts as their products configure them, where an encrypted mailbox can be made: the queries of Dovecot 2.4 and
 * the maps of Postfix are those of the products' own files, to which the key password is added.
 */
export interface Product {
  layout: Layout
  /** below which its homes are */
  mailRoot: string
  /** who owns them */
  owner: [uid: number, gid: number]
  passdbQuery: string
  userdbQuery: string
  /** what else its Dovecot has that matters for them */
  dovecot?: string
  /** Whether it remembers log-ins for so long that a lock takes effect with the connector's next pass. */
  cachesLogins?: true
  postfix: PostfixConfig
  /** Whether its Postfix asks if a mailbox is open. */
  looksAtState?: true
  /** what people log in with to ada.lovelace@example.org, where it is not the address: Postfix leads it there */
  logsInAs?: string
  /** the maps to ask what Postfix makes of a domain, a mailbox, an alias */
  ask: { domain: string; mailbox: string; alias: string }
}

/** The passdb query with the expression from which Dovecot makes the key password. */
export const withKeyPassword = (query: string): string =>
  query.replace(/^\s*SELECT\b/i, "SELECT '%{password | sha256 | hexlify}' AS userdb_crypt_user_key_password,")

const byNames = { domain: 'domains.cf', mailbox: 'mailboxes.cf', alias: 'aliases.cf' }
const usual = {
  virtual_mailbox_domains: 'mysql:/etc/postfix/domains.cf',
  virtual_mailbox_maps: 'mysql:/etc/postfix/mailboxes.cf',
  virtual_alias_maps: 'mysql:/etc/postfix/aliases.cf',
}
const proxied = Object.fromEntries(Object.entries(usual).map(([name, map]) => [name, `proxy:${map}`]))
const query = (text: string) => `query = ${text.replace(/\s+/g, ' ')}`
const quota = 'mail_plugins {\n  quota = yes\n}\nquota "User quota" {\n  driver = count\n}'

export const ispmail: Product = {
  layout: layouts.ispmail,
  mailRoot: '/var/vmail',
  owner: [5000, 5000],
  passdbQuery: "SELECT email AS user, password FROM virtual_users WHERE email='%{user}'",
  userdbQuery: `SELECT email AS user, '/var/vmail/%{user|domain}/%{user|username}' AS home, 5000 AS uid, 5000 AS gid,
    CONCAT(quota, 'B') AS quota_storage_size FROM virtual_users WHERE email='%{user}'`,
  dovecot: quota,
  postfix: {
    main: { ...usual, virtual_alias_maps: 'mysql:/etc/postfix/aliases.cf,mysql:/etc/postfix/email2email.cf' },
    maps: {
      'domains.cf': query("SELECT 1 FROM virtual_domains WHERE name='%s'"),
      'mailboxes.cf': query("SELECT 1 FROM virtual_users WHERE email='%s'"),
      'aliases.cf': query("SELECT destination FROM virtual_aliases WHERE source='%s'"),
      'email2email.cf': query("SELECT email FROM virtual_users WHERE email='%s'"),
    },
  },
  ask: byNames,
}

const ofPostfixadmin: PostfixConfig = {
  main: {
    ...proxied,
    virtual_mailbox_maps: `
      proxy:mysql:/etc/postfix/mailboxes.cf,
      proxy:mysql:/etc/postfix/alias_domain_mailboxes.cf`,
    virtual_alias_maps: `
      proxy:mysql:/etc/postfix/aliases.cf,
      proxy:mysql:/etc/postfix/alias_domains.cf`,
  },
  maps: {
    'domains.cf': query("SELECT domain FROM domain WHERE domain='%s' AND active = '1'"),
    'mailboxes.cf': query("SELECT CONCAT(domain,'/',maildir) FROM mailbox WHERE username='%s' AND active = '1'"),
    'aliases.cf': query("SELECT goto FROM alias WHERE address='%s' AND active = '1'"),
    'alias_domains.cf': query(`SELECT goto FROM alias,alias_domain WHERE alias_domain.alias_domain = '%d'
      AND alias.address = CONCAT('%u', '@', alias_domain.target_domain) AND alias.active = 1`),
    'alias_domain_mailboxes.cf': query(`SELECT CONCAT(mailbox.domain,'/',maildir) FROM mailbox,alias_domain
      WHERE alias_domain.alias_domain = '%d' AND mailbox.username = CONCAT('%u', '@', alias_domain.target_domain)
      AND mailbox.active = 1`),
  },
}

export const postfixadmin: Product = {
  layout: layouts.postfixadmin,
  mailRoot: '/var/vmail',
  owner: [150, 12],
  passdbQuery: "SELECT username AS user, password FROM mailbox WHERE username = '%{user}' AND active = '1'",
  userdbQuery: `SELECT '/var/vmail/%{user | domain}/%{user | username}' AS home, 150 AS uid, 12 AS gid,
    CONCAT(quota, 'B') AS quota_storage_size FROM mailbox WHERE username = '%{user}' AND active = '1'`,
  dovecot: quota,
  postfix: ofPostfixadmin,
  looksAtState: true,
  ask: byNames,
}

// Its guide is for Dovecot 2.3: the quota has another name here. Every home ends in a slash.
const postfixadmin33: Product = {
  ...postfixadmin,
  layout: layouts.postfixadmin33,
  mailRoot: '/var/mail/vmail',
  owner: [1001, 1001],
  userdbQuery: `SELECT CONCAT('/var/mail/vmail/', maildir) AS home, 1001 AS uid, 1001 AS gid,
    CONCAT(quota, 'B') AS quota_storage_size FROM mailbox WHERE username = '%{user}' AND active='1'`,
}

// Every home ends in a slash.
const iredmail: Product = {
  layout: layouts.iredmail,
  mailRoot: '/var/vmail/vmail1',
  owner: [2000, 2000],
  passdbQuery: `SELECT mailbox.password, mailbox.allow_nets FROM mailbox,domain
    WHERE mailbox.username='%{user | lower}' AND mailbox.\`enable%{protocol | lower}%{secured | lower}\`=1
    AND mailbox.active=1 AND mailbox.domain=domain.domain AND domain.active=1`,
  userdbQuery: `SELECT LOWER('%{user | lower}') AS master_user,
    LOWER(CONCAT(mailbox.storagebasedirectory, '/', mailbox.storagenode, '/', mailbox.maildir)) AS home,
    COALESCE(NULLIF(mailbox.mailboxformat, ''), 'maildir') AS mail_driver,
    CONCAT('~/', COALESCE(NULLIF(mailbox.mailboxfolder, ''), 'Maildir')) AS mail_path,
    mailbox.quota * 1048576 AS quota_storage_size FROM mailbox,domain
    WHERE mailbox.username='%{user | lower}' AND mailbox.domain='%{user | domain | lower}'
    AND mailbox.\`enable%{protocol | lower}%{secured | lower}\`=1 AND mailbox.domain=domain.domain
    AND domain.backupmx=0 AND domain.active=1 AND mailbox.active=1`,
  dovecot: `${quota}
mail_uid = 2000
mail_gid = 2000
mail_driver = %{userdb:mail_driver | default("maildir") | lower}
mail_path = %{userdb:mail_path | default("~/Maildir")}`,
  postfix: {
    main: {
      ...proxied,
      virtual_alias_maps: 'proxy:mysql:/etc/postfix/aliases.cf\n  proxy:mysql:/etc/postfix/domain_aliases.cf',
    },
    maps: {
      'domains.cf': query("SELECT domain FROM domain WHERE domain='%s' AND backupmx=0 AND active=1"),
      'mailboxes.cf': query(`SELECT CONCAT(mailbox.storagenode, '/', mailbox.maildir, '/Maildir/') FROM mailbox,domain
        WHERE mailbox.username='%s' AND mailbox.active=1 AND mailbox.enabledeliver=1 AND domain.domain = mailbox.domain
        AND domain.active=1`),
      'aliases.cf': query(`SELECT forwardings.forwarding FROM forwardings,domain WHERE forwardings.address='%s'
        AND forwardings.domain='%d' AND forwardings.domain=domain.domain AND forwardings.active=1 AND domain.backupmx=0
        AND domain.active=1`),
      'domain_aliases.cf': query(`SELECT forwardings.forwarding FROM forwardings,alias_domain,domain
        WHERE alias_domain.alias_domain='%d' AND forwardings.address=CONCAT('%u', '@', alias_domain.target_domain)
        AND alias_domain.target_domain=domain.domain AND forwardings.active=1 AND alias_domain.active=1 AND domain.backupmx=0`),
    },
  },
  looksAtState: true,
  ask: byNames,
}

const ispconfig: Product = {
  layout: layouts.ispconfig,
  mailRoot: '/var/vmail',
  owner: [5000, 5000],
  passdbQuery: `SELECT password FROM mail_user WHERE (login = '%{user}' OR email = '%{user}')
    AND \`disable%{protocol | lower}\` = 'n' AND server_id = '1'`,
  userdbQuery: `SELECT email AS user, maildir AS home, 'maildir' AS mail_driver, CONCAT(maildir, '/Maildir') AS mail_path, uid, gid,
    CONCAT(quota, 'B') AS quota_storage_size FROM mail_user WHERE (login = '%{user}' OR email = '%{user}')
    AND \`disable%{protocol | lower}\` = 'n' AND server_id = '1'`,
  dovecot: quota,
  postfix: {
    main: {
      ...proxied,
      virtual_alias_maps: 'proxy:mysql:/etc/postfix/aliases.cf, proxy:mysql:/etc/postfix/email2email.cf',
    },
    maps: {
      'domains.cf': query("select domain from mail_domain where domain = '%s' and active = 'y' and server_id = 1"),
      'mailboxes.cf':
        query(`select CONCAT(SUBSTRING_INDEX(email,'@',-1),'/',SUBSTRING_INDEX(email,'@',1),'/') from mail_user
        where login = '%s' and postfix = 'y' and disabledeliver = 'n' and server_id = 1`),
      'aliases.cf': query(`SELECT u.email as target FROM mail_forwarding as s
          INNER JOIN mail_user as u ON (u.email = CONCAT('%u@', SUBSTRING_INDEX(s.destination,'@',-1)))
          WHERE s.source = '@%d' AND s.type = 'aliasdomain' AND s.active = 'y' AND u.disabledeliver = 'n' AND s.server_id = 1
        UNION SELECT s.destination as target FROM mail_forwarding as s
          WHERE s.source = '%s' AND s.type IN ('alias', 'forward') and s.active = 'y' AND s.server_id = 1
        UNION SELECT s.destination as target FROM mail_forwarding as s
          WHERE s.source = '@%d' AND s.type IN ('catchall') and s.active = 'y' AND s.server_id = 1`),
      'email2email.cf': query(`select email from mail_user where email = '%s' and postfix = 'y' and disabledeliver = 'n'
        and server_id = 1`),
    },
  },
  ask: byNames,
}

// Every home ends in a slash, and mail is in the home itself.
const froxlor: Product = {
  layout: layouts.froxlor,
  mailRoot: '/var/customers/mail',
  owner: [2000, 2000],
  passdbQuery: `SELECT username AS user, password_enc AS password, CONCAT(homedir, maildir) AS userdb_home, uid AS userdb_uid,
    gid AS userdb_gid, "maildir" as userdb_mail_driver, CONCAT(homedir, maildir) AS userdb_mail_path,
    CONCAT(quota, 'M') as userdb_quota_storage_size FROM mail_users WHERE (username = '%{user}' OR email = '%{user}')
    AND ((imap = 1 AND '%{protocol | lower}' = 'imap') OR (pop3 = 1 AND '%{protocol | lower}' = 'pop3')
    OR ((postfix = 'Y' AND '%{protocol | lower}' = 'smtp') OR (postfix = 'Y' AND '%{protocol | lower}' = 'sieve')))`,
  userdbQuery: `SELECT CONCAT(homedir, maildir) AS home, "maildir" as mail_driver, CONCAT(homedir, maildir) AS mail_path, uid, gid,
    CONCAT(quota, 'M') as quota_storage_size FROM mail_users WHERE (username = '%{user}' OR email = '%{user}')`,
  dovecot: quota,
  postfix: {
    main: usual,
    maps: {
      'domains.cf': query(
        "SELECT domain FROM panel_domains WHERE domain = '%s' AND isemaildomain = '1' AND deactivated = 0",
      ),
      'mailboxes.cf': `expansion_limit = 1\n${query("SELECT CONCAT(homedir,maildir) FROM mail_users WHERE email = '%s'")}`,
      'aliases.cf':
        query(`SELECT destination FROM mail_virtual AS v, panel_customers AS c WHERE c.customerid = v.customerid
        AND c.deactivated = 0 AND v.email = '%s' AND trim(v.destination) <> ''`),
    },
  },
  ask: byNames,
}

// Its guide is for Dovecot 2.3, which takes the format and the path of a mailbox as one text.
const vimbadmin: Product = {
  layout: layouts.vimbadmin,
  mailRoot: '/srv/vmail',
  owner: [2000, 2000],
  passdbQuery: `SELECT mailbox.username AS user, mailbox.password FROM mailbox LEFT JOIN domain ON domain.id = mailbox.Domain_id
    WHERE mailbox.username = '%{user}' AND mailbox.active = 1 AND domain.active = 1
    AND (mailbox.access_restriction = 'ALL' OR LOCATE('%{protocol}', mailbox.access_restriction) > 0)`,
  userdbQuery: `SELECT homedir AS home, 'maildir' AS mail_driver, 'fs' AS mailbox_list_layout,
    SUBSTRING_INDEX(SUBSTRING(maildir, 9), ':', 1) AS mail_path, uid, gid
    FROM mailbox WHERE username = '%{user}' AND active = '1' AND uid > 0`,
  postfix: {
    main: usual,
    maps: {
      'domains.cf': query("SELECT domain FROM domain WHERE domain = '%s' AND backupmx = '0' AND active = '1'"),
      'mailboxes.cf': query("SELECT maildir FROM mailbox WHERE username = '%s' AND active = '1'"),
      'aliases.cf': query("SELECT goto FROM alias WHERE address = '%s' AND active = '1'"),
    },
  },
  looksAtState: true,
  ask: byNames,
}

const cyberpanel: Product = {
  layout: layouts.cyberpanel,
  mailRoot: '/home/vmail',
  owner: [5000, 5000],
  passdbQuery: "SELECT email AS user, password FROM e_users WHERE email = '%{user}'",
  userdbQuery: `SELECT 5000 AS uid, 5000 AS gid, 'maildir' AS mail_driver, SUBSTRING(mail, 9) AS mail_path,
    CONCAT('/home/vmail/', SUBSTRING_INDEX(email, '@', -1), '/', SUBSTRING_INDEX(email, '@', 1)) AS home
    FROM e_users WHERE email = '%{user}'`,
  dovecot: 'namespace inbox {\n  separator = .\n  prefix = INBOX.\n}',
  postfix: {
    main: { ...proxied, virtual_alias_maps: 'proxy:mysql:/etc/postfix/aliases.cf, mysql:/etc/postfix/email2email.cf' },
    maps: {
      'domains.cf': query("SELECT domain FROM e_domains WHERE domain='%s'"),
      'mailboxes.cf':
        query(`SELECT CONCAT(SUBSTRING_INDEX(email,'@',-1),'/',SUBSTRING_INDEX(email,'@',1),'/') FROM e_users
        WHERE email='%s'`),
      'aliases.cf': query("SELECT destination FROM e_forwardings WHERE source='%s'"),
      'email2email.cf': query("SELECT email FROM e_users WHERE email='%s'"),
    },
  },
  ask: byNames,
}

const jeboehm: Product = {
  layout: layouts.jeboehm,
  mailRoot: '/srv/vmail',
  owner: [5000, 5000],
  passdbQuery: `SELECT mail_users.name AS user, mail_domains.name AS domain, password
    FROM mail_users JOIN mail_domains ON mail_users.domain_id = mail_domains.id
    WHERE mail_users.name = '%{user|username}' AND mail_domains.name = '%{user|domain}' AND enabled = 1
    AND NOT (send_only = 1 AND "%{protocol}" in ('imap', 'pop3'));`,
  userdbQuery: `SELECT concat(quota, 'M') AS quota_storage_size
    FROM mail_users JOIN mail_domains ON mail_users.domain_id = mail_domains.id
    WHERE mail_users.name = '%{user|username}' AND mail_domains.name = '%{user|domain}';`,
  dovecot: `${quota}
mail_home = /srv/vmail/%{user|domain}/%{user|username}
mail_path = /srv/vmail/%{user|domain}/%{user|username}/Maildir`,
  postfix: {
    main: { ...usual, virtual_alias_maps: 'mysql:/etc/postfix/aliases.cf,mysql:/etc/postfix/email2email.cf' },
    maps: {
      'domains.cf': query("SELECT 1 FROM mail_domains WHERE name = lower('%s')"),
      'mailboxes.cf': query(`SELECT 1 FROM mail_users JOIN mail_domains ON mail_users.domain_id = mail_domains.id
        WHERE mail_users.name = lower('%u') AND mail_domains.name = lower('%d') AND enabled = true`),
      'aliases.cf':
        query(`SELECT destination FROM mail_aliases JOIN mail_domains ON mail_aliases.domain_id = mail_domains.id
        WHERE CONCAT(mail_aliases.name, '@', mail_domains.name) = lower('%s')`),
      'email2email.cf': query(`SELECT CONCAT(mail_users.name, '@', mail_domains.name) AS email
        FROM mail_users JOIN mail_domains ON mail_users.domain_id = mail_domains.id
        WHERE CONCAT(mail_users.name, '@', mail_domains.name) = lower('%s')`),
    },
  },
  looksAtState: true,
  ask: byNames,
}

// Its maps are written as Postfix once wanted them. What it finds out about searching is left out: the plugin is not
// here.
const groupoffice: Product = {
  layout: layouts.groupoffice,
  mailRoot: '/var/mail/vhosts',
  owner: [150, 8],
  passdbQuery: `SELECT username AS user, password, CONCAT('/var/mail/vhosts/', homedir) AS userdb_home,
    CONCAT('/var/mail/vhosts/', maildir) AS userdb_mail_path, 150 AS userdb_uid, 8 AS userdb_gid,
    CONCAT(quota, 'B') AS userdb_quota_storage_size, 'Trash Spam' as 'userdb_namespace/inbox/mailbox',
    autoExpunge as 'userdb_namespace/inbox/mailbox/Trash/autoexpunge',
    autoExpunge as 'userdb_namespace/inbox/mailbox/Spam/autoexpunge'
    FROM community_maildomains_mailbox
    WHERE username = '%{user}' AND active = '1' AND ('%{protocol | lower}' != 'smtp' OR smtpAllowed=1)`,
  userdbQuery: `SELECT CONCAT('/var/mail/vhosts/', homedir) AS home, CONCAT('/var/mail/vhosts/', maildir) AS mail_path,
    150 AS uid, 8 AS gid, CONCAT(quota, 'B') AS quota_storage_size, 'Trash Spam' as 'namespace/inbox/mailbox',
    autoExpunge as 'namespace/inbox/mailbox/Trash/autoexpunge',
    autoExpunge as 'namespace/inbox/mailbox/Spam/autoexpunge'
    FROM community_maildomains_mailbox WHERE username = '%{user}' AND active = '1'`,
  dovecot: `${quota}
namespace inbox {
  mailbox Spam {
    auto = subscribe
    special_use = \\Junk
  }
  mailbox Trash {
    auto = subscribe
    special_use = \\Trash
  }
}
auth_cache_size = 10MB
auth_cache_ttl = 1 hour
auth_cache_negative_ttl = 1 hour`,
  cachesLogins: true,
  postfix: {
    main: {
      virtual_mailbox_domains: 'proxy:mysql:$config_directory/domains.cf',
      virtual_mailbox_maps: 'proxy:mysql:$config_directory/mailboxes.cf',
      virtual_alias_maps: 'proxy:mysql:$config_directory/aliases.cf',
    },
    maps: {
      'domains.cf': `table = community_maildomains_domain
select_field = domain
where_field = domain
additional_conditions = and backupmx = '0' and active = '1'`,
      'mailboxes.cf': `table = community_maildomains_mailbox
select_field = maildir
where_field = username
additional_conditions = and active = '1'`,
      'aliases.cf': `table = community_maildomains_alias
select_field = goto
where_field = address
additional_conditions = and active = '1'`,
    },
  },
  looksAtState: true,
  ask: byNames,
}

const leister: Product = {
  layout: layouts.leister,
  mailRoot: '/var/vmail/mailboxes',
  owner: [5000, 5000],
  passdbQuery: `SELECT username AS user, domain, password FROM accounts
    WHERE username = '%{user | username}' AND domain = '%{user | domain}' and enabled = true;`,
  userdbQuery: `SELECT concat(quota, 'M') AS quota_storage_size FROM accounts
    WHERE username = '%{user | username}' AND domain = '%{user | domain}' AND sendonly = false;`,
  dovecot: `${quota}
mail_home = /var/vmail/mailboxes/%{user | domain}/%{user | username}
mail_path = ~/mail`,
  postfix: {
    main: usual,
    maps: {
      'domains.cf': query("SELECT domain FROM domains WHERE domain='%s'"),
      'mailboxes.cf': query(
        "select 1 as found from accounts where username = '%u' and domain = '%d' and enabled = true LIMIT 1;",
      ),
      'aliases.cf': query(`select concat(destination_username, '@', destination_domain) as destinations from aliases
        where source_username = '%u' and source_domain = '%d' and enabled = true;`),
    },
  },
  looksAtState: true,
  ask: byNames,
}

// Its Dovecot hands a log-in to its pages, which ask for this.
const mailcow: Product = {
  layout: layouts.mailcow,
  mailRoot: '/var/vmail',
  owner: [5000, 5000],
  passdbQuery: `SELECT password FROM mailbox WHERE username = '%{user}' AND active = '1'
    AND domain IN (SELECT domain FROM domain WHERE domain = '%{user | domain}' AND active = '1')
    AND IFNULL(JSON_UNQUOTE(JSON_VALUE(attributes, '$.force_pw_update')), 0) != '1'`,
  userdbQuery: `SELECT 'maildir' AS mail_driver, CONCAT(mailbox_path_prefix, '%{user | domain}/%{user | username}/') AS mail_path,
    5000 AS uid, 5000 AS gid, CONCAT(quota, 'B') AS quota_storage_size
    FROM mailbox WHERE username = '%{user}' AND (active = '1' OR active = '2')`,
  dovecot: `${quota}\nmail_home = /var/vmail/%{user | domain}/%{user | username}`,
  postfix: {
    main: proxied,
    maps: {
      'domains.cf': query("SELECT domain FROM domain WHERE domain='%s' AND active = '1' AND backupmx = '0'"),
      'mailboxes.cf':
        query(`SELECT CONCAT(JSON_UNQUOTE(JSON_VALUE(attributes, '$.mailbox_format')), mailbox_path_prefix, '%d/%u/')
        FROM mailbox WHERE username='%s' AND (active = '1' OR active = '2')`),
      'aliases.cf': query("SELECT goto FROM alias WHERE address='%s' AND (active='1' OR active='2');"),
    },
  },
  ask: byNames,
}

// Postfix knows its mailboxes by the aliases of their own.
const modoboa: Product = {
  layout: layouts.modoboa,
  mailRoot: '/srv/vmail',
  owner: [5000, 5000],
  passdbQuery: `SELECT email AS user, password FROM core_user u INNER JOIN admin_mailbox mb ON u.id=mb.user_id
    INNER JOIN admin_domain dom ON mb.domain_id=dom.id WHERE (mb.is_send_only=0 OR '%{protocol}' NOT IN ('imap', 'pop3'))
    AND u.email='%{user}' AND u.is_active=1 AND dom.enabled=1`,
  userdbQuery: `SELECT '/srv/vmail/%{user|domain}/%{user|username}' AS home, 5000 as uid, 5000 as gid,
    CONCAT(mb.quota, 'M') AS quota_storage_size FROM admin_mailbox mb INNER JOIN admin_domain dom ON mb.domain_id=dom.id
    INNER JOIN core_user u ON u.id=mb.user_id WHERE (mb.is_send_only=0 OR '%{protocol}' NOT IN ('imap', 'pop3', 'lmtp'))
    AND mb.address='%{user|username}' AND dom.name='%{user|domain}'`,
  dovecot: quota,
  postfix: {
    main: {
      virtual_mailbox_domains: usual.virtual_mailbox_domains,
      virtual_alias_maps: usual.virtual_alias_maps,
    },
    maps: {
      'domains.cf': query("SELECT name FROM admin_domain WHERE name='%s' AND type='domain' AND enabled=1"),
      'aliases.cf': query(`SELECT alr.address FROM modoboa_admin_aliasrecipient AS alr
        INNER JOIN admin_alias AS al ON alr.alias_id=al.id WHERE al.enabled=1 AND al.address='%s'
        AND (al.expire_at IS NULL OR al.expire_at>now())`),
    },
  },
  ask: { ...byNames, mailbox: 'aliases.cf' },
}

// Postfix leads each address to the name that Dovecot knows.
const logins: Product = {
  layout: layouts.logins,
  mailRoot: '/var/spool/names',
  owner: [5000, 5000],
  logsInAs: 'ada.lovelace_example.org',
  passdbQuery: "SELECT mbox AS user, password FROM accounts WHERE mbox = '%{user}' AND active = 1",
  userdbQuery: `SELECT CONCAT('/var/spool/names/', mbox) AS home, 5000 AS uid, 5000 AS gid,
    CONCAT(quota, 'M') AS quota_storage_size FROM accounts WHERE mbox = '%{user}'`,
  dovecot: quota,
  postfix: {
    main: usual,
    maps: {
      'domains.cf': query("SELECT 1 FROM domains WHERE domain = '%s'"),
      'mailboxes.cf': query("SELECT 1 FROM accounts WHERE canonical = '%s'"),
      'aliases.cf': query("SELECT dest FROM `virtual` WHERE address = '%s' AND active = 1"),
    },
  },
  ask: byNames,
}

/** Presets of products that make and delete mailboxes themselves. */
export const limitedProducts: Product[] = [mailcow, modoboa]

/**
 * Every preset that makes mailboxes, and a server whose people log in with a name; the default one is that of every
 * other test here.
 */
export const products: Product[] = [
  ispmail,
  postfixadmin,
  postfixadmin33,
  iredmail,
  ispconfig,
  froxlor,
  vimbadmin,
  cyberpanel,
  jeboehm,
  groupoffice,
  leister,
  logins,
]
