// Dovecot 2.4's configuration for the test mail host.

export interface DovecotSettings {
  passdbQuery: string
  userdbQuery: string
  extraConfig: string
  /** what comes before the passdb */
  firstConfig: string
  ports: { imap: number; lmtp: number; database: number }
  database: { user: string; password: string; name: string }
}

export function dovecotConfig({
  passdbQuery,
  userdbQuery,
  extraConfig,
  firstConfig,
  ports,
  database,
}: DovecotSettings): string {
  return `dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
protocols = imap lmtp
listen = 127.0.0.1
log_path = /var/log/dovecot.log
auth_verbose = yes
# Wrong passwords are answered at once: the tests try many.
auth_failure_delay = 0
ssl = no
auth_allow_cleartext = yes
mail_fsync = never

mail_driver = maildir
mail_path = ~/Maildir
mail_uid = 5000
mail_gid = 5000
first_valid_uid = 5000
namespace inbox {
  inbox = yes
  separator = /
}

mail_plugins {
  mail_crypt = yes
}
mail_attribute {
  dict file {
    path = %{home}/dovecot-attributes
  }
}
crypt_user_key_curve = secp521r1
crypt_user_key_require_encrypted = yes

sql_driver = mysql
mysql 127.0.0.1 {
  port = ${ports.database}
  user = ${database.user}
  password = ${database.password}
  dbname = ${database.name}
}
${firstConfig}
passdb sql {
  query = ${quoted(passdbQuery)}
}
userdb sql {
  query = ${quoted(userdbQuery)}
}

service imap-login {
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    port = ${ports.lmtp}
  }
}
${extraConfig}
`
}

const quoted = (value: string): string => `"${value.replace(/\s*\n\s*/g, ' ').replace(/["\\]/g, '\\$&')}"`
