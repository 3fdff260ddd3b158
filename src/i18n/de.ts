/*
 * account             Konto                     mailbox             Postfach, Postfächer
 * sign in / out       anmelden / abmelden       alias               Alias, Aliasse
 * request an account  ein Konto anfragen        request             Anfrage
 * approve / deny      genehmigen / ablehnen     moderators          Moderation
 * administrator       Admin; wer hilft: die Administration
 * user (role)         Mitglied                  owner               die Person oder das Konto, dem es gehört
 * grant / withdraw    zuweisen / entziehen      give to an account  einem Konto zuordnen
 * lock / unlock       sperren / entsperren      revoke              widerrufen
 * e-mail, mail        E-Mail, E-Mails           mail program        E-Mail-Programm
 * password            Passwort                  set a password      ein Passwort festlegen
 * app password        App-Passwort              recovery code       Wiederherstellungscode
 * start anew          neu beginnen, Neubeginn   cancel              abbrechen
 * request (a link, a deletion)  anfordern       history             Verlauf
 * task                Auftrag                   connector           Connector
 * mail server / host  Mailserver                web app             Web-App
 * settings            Einstellungen             setup               Einrichtung
 * storage, quota      Speicherplatz             limit               Limit
 * key, re-encrypt     Schlüssel, neu verschlüsseln
 * folder on a server  Verzeichnis               session             Sitzung
 * second factor       zweiter Faktor            backup code         Backup-Code, Backup-Codes
 * authenticator app   Authenticator-App         passkey             Passkey, Passkeys
 */
import type { Messages } from './en.ts'
import { createFormat } from './format.ts'

const format = createFormat('de')

export const de: Messages = {
  format,
  common: {
    appName: 'Colombier',
    skipToContent: 'Zum Inhalt springen',
    mainNavigation: 'Hauptmenü',
    signOut: 'Abmelden',
    mailboxes: 'Postfächer',
    accounts: 'Konten',
    domains: 'Domains',
    history: 'Verlauf',
    tasks: 'Aufträge',
    profile: 'Profil',
    requests: 'Anfragen',
    language: 'Sprache',
    languageName: 'Deutsch',
    zone: (zone) => `Zeitzone: ${zone}`,
    tagline: 'Ihre Postfächer in Ihrer Hand.',
    cancel: 'Abbrechen',
  },
  fields: {
    required: 'Füllen Sie dieses Feld aus.',
    invalid: 'Dieser Wert ist hier nicht möglich.',
    email: 'Geben Sie eine E-Mail-Adresse ein, z.\u00a0B. ada@example.org.',
    tooLong: 'Das ist zu lang.',
    passwordShort: 'Verwenden Sie mindestens 12 Zeichen.',
    passwordLong: 'Verwenden Sie höchstens 256 Zeichen.',
    passwordCharacters: 'Ein Passwort darf keine Zeilenumbrüche oder anderen Steuerzeichen enthalten.',
    passwordCommon: 'Dieses Passwort ist zu verbreitet. Wählen Sie ein anderes.',
    passwordBreached:
      'Dieses Passwort wurde anderswo gestohlen und steht auf Listen, die bei Angriffen durchprobiert werden. Wählen Sie ein anderes.',
    passwordAddress: 'Dieses Passwort ähnelt Ihrer Adresse zu sehr. Wählen Sie ein anderes.',
    passwordsDiffer: 'Die Passwörter stimmen nicht überein.',
    passwordSame: 'Wählen Sie ein anderes Passwort als das aktuelle.',
    localPartShort: 'Verwenden Sie mindestens 6 Zeichen.',
    aliasShort: 'Verwenden Sie mindestens 8 Zeichen.',
    localPartLong: 'Verwenden Sie höchstens 64 Zeichen.',
    localPartAt: 'Geben Sie nur den Teil vor dem @ ein; die Domain wählen Sie daneben.',
    localPartSeparator:
      'Dieses Zeichen ist in Adressen hier nicht erlaubt: Für den Mailserver hat es eine besondere Bedeutung.',
    localPartCharacters: 'Verwenden Sie nur a bis z, 0 bis 9, Punkt, Bindestrich und Unterstrich.',
    localPartDots: 'Kein Punkt oder Bindestrich am Anfang, kein Punkt am Ende, nie zwei Punkte hintereinander.',
    localPartReserved: 'Dieser Name ist der Verwaltung der Domain vorbehalten.',
    wholeNumber: 'Geben Sie eine ganze Zahl ein.',
    role: 'Wählen Sie eine der Rollen.',
    limitRange: 'Geben Sie eine ganze Zahl bis 10.000 ein oder lassen Sie das Feld leer.',
    reasonShort: 'Schreiben Sie etwas mehr: mindestens 10 Zeichen.',
    textCharacters: 'Der Text enthält Zeichen, die hier nicht erlaubt sind.',
    mailboxLimit: 'Geben Sie eine ganze Zahl bis 10.000 ein oder lassen Sie das Feld leer.',
    countRange: 'Diese Zahl ist zu groß.',
    size: 'Geben Sie eine Größe ein, z.\u00a0B. 500 MB oder 10 GB.',
    quotaOrder: 'Dieser Wert darf nicht unter dem Vorschlag für neue Postfächer liegen.',
    host: 'Geben Sie den Namen oder die Adresse eines Rechners ein, ohne Pfad.',
    sender: 'Geben Sie eine Adresse ein oder Name und Adresse, z.\u00a0B. Colombier <colombier@example.org>.',
    quotes: 'Werte mit allen drei Arten von Anführungszeichen lassen sich in den Einstellungen nicht speichern.',
    path: 'Geben Sie einen vollständigen Pfad ein, z.\u00a0B. /etc/colombier/web.key.',
    publicKey: 'Geben Sie die 43 Zeichen ein, die keygen ausgegeben hat.',
    clientServer: 'Geben Sie einen Server ein, z.\u00a0B. mail.example.org oder imap://mail.example.org:143.',
    webAddress: 'Geben Sie eine Adresse ein, z.\u00a0B. https://webmail.example.org.',
  },
  signIn: {
    title: 'Anmelden',
    intro: 'Verwalten Sie Ihre verschlüsselten Postfächer und Aliasse.',
    email: 'E-Mail-Adresse',
    password: 'Passwort',
    forgotten: 'Passwort vergessen?',
    submit: 'Anmelden',
    noAccount: 'Noch kein Konto?',
    register: 'Konto anfragen',
    wrong: 'E-Mail-Adresse oder Passwort falsch.',
    ended: 'Ihre Sitzung ist abgelaufen. Melden Sie sich an, um fortzufahren.',
    signedOut: 'Sie sind abgemeldet.',
    waits: 'Ihr Passwort stimmt, aber Ihre Anfrage liegt noch bei der Moderation. Die Antwort erhalten Sie per E-Mail.',
  },
  proof: {
    title: 'Identität bestätigen',
    intro: 'Geben Sie Ihr Passwort noch einmal ein, um fortzufahren.',
    submit: 'Bestätigen',
  },
  secondFactor: {
    title: 'Zweiter Schritt der Anmeldung',
    codeIntro: 'Geben Sie den Code aus Ihrer Authenticator-App ein.',
    code: 'Code aus der App',
    backupIntro: 'Geben Sie einen Ihrer Backup-Codes ein. Jeder gilt nur einmal.',
    backupCode: 'Backup-Code',
    useBackupCode: 'Backup-Code verwenden',
    useCode: 'Authenticator-App verwenden',
    notMe: 'Mit einem anderen Konto anmelden',
    wrong: 'Dieser Code ist falsch oder wurde schon verwendet.',
    heading: 'Zweiter Faktor',
    intro: 'Mit einem zweiten Faktor genügt Ihr Passwort allein nicht mehr für die Anmeldung.',
    app: 'Authenticator-App',
    addApp: 'Authenticator-App einrichten',
    addedAt: 'Hinzugefügt:',
    lastUsed: 'Zuletzt verwendet:',
    remove: 'App entfernen',
    backupCodes: 'Backup-Codes',
    codesLeft: (count) => `Noch ${format.count(count, { one: 'Code', other: 'Codes' })}. Jeder gilt nur einmal.`,
    renewCodes: 'Neue Backup-Codes erstellen',
    invitation: {
      title: 'Zweiten Faktor hinzufügen',
      needed: 'Für Ihr Konto ist ein zweiter Faktor nötig. Richten Sie ihn ein, um fortzufahren.',
      until: (day) => `Ab dem ${day} ist für Ihr Konto ein zweiter Faktor nötig.`,
      later: 'Später',
    },
    enrolment: {
      title: 'Authenticator-App einrichten',
      scan: 'Scannen Sie diesen QR-Code mit einer Authenticator-App.',
      picture: 'QR-Code mit dem Schlüssel für Ihre Authenticator-App',
      orType: 'Oder geben Sie diesen Schlüssel in der App ein:',
      openApp: 'Authenticator-App auf diesem Gerät öffnen',
      codeHint: 'Die App zeigt sechs Ziffern, die alle 30 Sekunden wechseln.',
      submit: 'Code bestätigen',
    },
    codes: {
      title: 'Ihre Backup-Codes',
      intro:
        'Wenn Sie Ihren zweiten Faktor verlieren, können Sie sich mit einem dieser Codes anmelden. Jeder gilt nur einmal.',
      keep: 'Bewahren Sie sie an einem sicheren Ort auf. Sie werden nicht noch einmal angezeigt.',
      goOn: 'Ich habe sie gesichert',
    },
  },
  passkeys: {
    title: 'Passkeys',
    intro:
      'Mit einem Passkey melden Sie sich so an, wie Sie Ihr Gerät entsperren: mit Fingerabdruck, Gesicht oder PIN.',
    name: 'Name',
    nameHint: 'Damit Sie ihn wiedererkennen, etwa „Handy“.',
    add: 'Passkey hinzufügen',
    remove: 'Entfernen',
    removeNamed: (name) => `Passkey ${name} entfernen`,
    signIn: 'Mit Passkey anmelden',
    use: 'Passkey verwenden',
    wrong: 'Der Passkey wurde nicht angenommen. Versuchen Sie es noch einmal.',
    failed: 'Es wurde kein Passkey verwendet. Versuchen Sie es noch einmal oder wählen Sie einen anderen Weg.',
    needsScripts: 'Passkeys funktionieren nur mit JavaScript.',
    password: 'Mit Passwort anmelden',
  },
  security: {
    title: 'Sicherheit',
    back: 'Zurück zum Profil',
    done: {
      added: 'Ihr zweiter Faktor wurde hinzugefügt.',
      passkey: 'Der Passkey wurde hinzugefügt.',
      passkeyRemoved: 'Der Passkey wurde entfernt, und Sie sind überall sonst abgemeldet.',
      failed: 'Der Passkey konnte nicht hinzugefügt werden. Versuchen Sie es noch einmal.',
      removed: 'Die Authenticator-App wurde entfernt, und Sie sind überall sonst abgemeldet.',
      sessions: 'Sie sind überall sonst abgemeldet.',
      session: 'Sie sind dort abgemeldet.',
    },
    history: {
      title: 'Aktivitäten in Ihrem Konto',
      intro: 'Die letzten 90 Tage, einschließlich gescheiterter Versuche.',
      what: 'Ereignis',
      when: 'Wann',
      events: {
        signedIn: 'Angemeldet',
        signInFailed: 'Anmeldung gescheitert: falsches Passwort',
        secondStepAsked: 'Passwort eingegeben, zweiter Schritt verlangt',
        codeFailed: 'Anmeldung gescheitert: falscher Code',
        factorAdded: 'Zweiter Faktor hinzugefügt',
        factorRemoved: 'Zweiter Faktor entfernt',
        factorTakenAway: 'Zweiter Faktor durch die Administration entfernt',
        backupCodeUsed: 'Backup-Code verwendet',
        backupCodesMade: 'Neue Backup-Codes',
        passwordChanged: 'Passwort geändert',
        emailChanged: 'E-Mail-Adresse geändert',
        sessionsEnded: 'Andere Geräte abgemeldet',
      },
    },
  },
  setup: {
    title: 'Willkommen bei Colombier',
    intro:
      'Sieben kurze Schritte, und Colombier ist bereit. Das Token beweist, dass Sie diesen Server gestartet haben.',
    token: 'Einrichtungs-Token',
    tokenHint:
      'Der Server gibt es beim Start aus: journalctl -u colombier | grep token. Nach einem Neustart gilt ein neues.',
    tokenWrong: 'Das ist nicht das aktuelle Einrichtungs-Token.',
    begin: 'Starten',
    stepOf: (step, all) => `Schritt ${step} von ${all}`,
    progress: 'Schritte',
    done: 'erledigt',
    next: 'Weiter',
    steps: {
      language: 'Sprache',
      admin: 'Super-Admin',
      mapping: 'Tabellen',
      limits: 'Limits',
      mail: 'E-Mail-Versand',
      connector: 'Connector',
      summary: 'Übersicht',
    },
    leads: {
      language: 'Ihre Sprache und die Voreinstellung für alle, die diese Website besuchen.',
      admin:
        'Dieses Konto hat hier alle Rechte und kann andere hereinlassen. Erstellt wird es erst im letzten Schritt.',
      mapping:
        'Wo speichert Ihr Mailserver seine Postfächer, Domains und Aliasse? Colombier nutzt diese Tabellen, wie sie sind.',
      limits: 'Was ein Konto haben darf. Für einzelne Konten lassen sich die Limits später ändern.',
      mail: 'Welcher Mailserver versendet die E-Mails von Colombier: Bestätigungen, Hinweise, Links?',
      connector:
        'Der Connector läuft auf dem Mailserver. Die beiden Programme erkennen sich gegenseitig an ihren Schlüsseln.',
      summary:
        'Zum Abschluss werden diese Einstellungen geschrieben und das Super-Admin-Konto erstellt; dann öffnet sich Colombier.',
    },
    language: { label: 'Ihre Sprache' },
    admin: {
      email: 'Ihre E-Mail-Adresse',
      password: 'Passwort',
    },
    mapping: {
      fits: (preset) => `Das sieht nach den Tabellen von ${preset} aus.`,
      preset: 'Tabellenschema',
      presetHint: 'Das Produkt, das die Tabellen angelegt hat. Jedes Feld lässt sich anpassen.',
      show: 'Schema laden',
      parts: { mailboxes: 'Postfächer', domains: 'Domains', aliases: 'Aliasse', more: 'Erweitert' },
      labels: {
        MAILBOX_TABLE: 'Tabelle der Postfächer',
        MAILBOX_ID: 'Spalte mit der ID der Zeile',
        MAILBOX_ADDRESS: 'Spalte mit der Adresse, oder local@domain',
        MAILBOX_LOGIN: 'Spalte mit dem Anmeldenamen; -, wenn das die Adresse ist',
        MAILBOX_PASSWORD: 'Spalte mit dem Passwort-Hash',
        MAILBOX_DOMAIN: 'Spalte für die Domain',
        MAILBOX_QUOTA: 'Spalte mit dem Speicherplatz',
        MAILBOX_QUOTA_UNIT: 'Einheit des Speicherplatzes: B, MiB, text …',
        MAILBOX_QUOTA_UNLIMITED: 'Wert für unbegrenzten Speicherplatz',
        MAILBOX_OPEN: 'Spaltenwerte eines offenen Postfachs',
        MAILBOX_LOCKED: 'Spaltenwerte eines gesperrten Postfachs',
        MAILBOX_WHERE: 'Welche Zeilen Postfächer sind',
        MAILBOX_INSERT: 'Weitere Werte eines neuen Postfachs',
        MAILBOX_ON_PASSWORD: 'Weitere Werte, die sich mit dem Passwort ändern',
        MAILBOX_DELETE: 'Spaltenwerte eines gelöschten Postfachs, wenn seine Zeile bleibt',
        DOMAIN_TABLE: 'Tabelle der Domains',
        DOMAIN_ID: 'Spalte, auf die andere verweisen',
        DOMAIN_NAME: 'Spalte mit dem Namen',
        DOMAIN_WHERE: 'Welche Zeilen Domains mit Postfächern sind',
        DOMAINS: 'Die Domains, falls keine Tabelle sie enthält',
        ALIAS_TABLE: 'Tabelle der Aliasse',
        ALIAS_ID: 'Spalte mit der ID der Zeile',
        ALIAS_ADDRESS: 'Spalte mit der Adresse, oder local@domain',
        ALIAS_DESTINATION: 'Spalte mit dem Ziel',
        ALIAS_LIST: 'Mehrere Ziele: rows, comma, comma-space, space oder newline',
        ALIAS_DOMAIN: 'Spalte für die Domain',
        ALIAS_WHERE: 'Welche Zeilen Aliasse sind',
        ALIAS_INSERT: 'Weitere Werte eines neuen Alias',
        ALIAS_DELETE: 'Spaltenwerte eines gelöschten Alias, wenn seine Zeile bleibt',
        TAKEN_ADDRESSES: 'Andere Tabellen mit vergebenen Adressen',
        COMPANION_INSERT: 'Zeilen, die mit einem Postfach in andere Tabellen eingefügt werden',
        COMPANION_DELETE: 'Zeilen, die mit ihm aus anderen Tabellen gelöscht werden',
        USAGE_TABLE: 'Tabelle mit dem belegten Speicherplatz',
        USAGE_ADDRESS: 'Deren Spalte mit der Adresse',
        USAGE_BYTES: 'Deren Spalte mit den Bytes',
        MAIL_ACTIONS: 'Was hier möglich ist',
        LOCK: 'Wie ein Postfach gesperrt wird: password oder active',
        PASSWORD_PREFIX: 'Hashes mit vorangestelltem {SCHEME}: true oder false',
      },
      recognised: {
        intro: 'Das hat Colombier in Ihrer Datenbank gefunden.',
        guess:
          'Es gibt noch keine Postfächer, aus denen sich etwas ablesen lässt. Die Angaben sind allein aus den Namen erschlossen: Prüfen Sie jede Zeile.',
        absent: (tables) => `Weggelassen, weil nicht vorhanden: ${tables}.`,
        newMailbox: 'Was ein neues Postfach enthielte, verglichen mit einem vorhandenen',
        column: 'Spalte',
        value: 'Wert',
        same: 'gleich',
        other: 'anders',
        varies: 'je Postfach verschieden',
        why: 'Alle Einstellungen und ihre Gründe',
        setting: 'Einstellung',
        reason: 'Grund',
        reasons: {
          query: 'Die Abfragen des Mailservers zeigen es.',
          product: (product) => `So ist es bei ${product}.`,
          key: 'Ein Schlüssel in der Datenbank zeigt es.',
          values: (some, all) => `In ${some} von ${all} Zeilen ist es so.`,
          name: 'Nach dem Namen.',
          absence: 'Nichts dergleichen gefunden.',
        },
        queries: 'Den Mailserver antworten lassen',
        queriesHint:
          'Führen Sie dies auf dem Mailserver im Ordner des Connectors als root aus und fügen Sie die Ausgabe hier ein. Sie enthält keine Passwörter.',
        queriesLabel: 'Ausgabe',
        queriesUse: 'Ausgabe verwenden',
        uncertain: 'Das ist nur eine Vermutung.',
        instead: 'Möglich wäre auch',
        ask: (column, table) =>
          `Colombier kann nicht erkennen, was ${column} von ${table} in einer neuen Zeile enthält. Wählen Sie „Ändern“ und tragen Sie es ein.`,
        askDomains: 'Keine Tabelle führt die Domains auf. Wählen Sie „Ändern“ und tragen Sie sie ein.',
        obstacles: {
          noMailboxes: () => 'Keine Tabelle enthält Adressen und Passwörter von Postfächern.',
          passwordElsewhere: (table) =>
            `${table} enthält Adressen, aber keine Passwörter. Tragen Sie im Feld für das Passwort ein, wo sie stehen: table: column, key={mailbox_id}. Eine View mit beidem geht auch.`,
          loginIsNotAddress: (table) =>
            `Die Anmeldung läuft nicht über die Adresse, die in ${table} steht. Verwenden lässt sich eine View, die beides enthält.`,
          destinationsElsewhere: (table) =>
            `Die Ziele von ${table} stehen in einer anderen Tabelle, und Colombier erkennt nicht, wie sie geschrieben werden. Damit sich Aliasse hier bearbeiten lassen, tragen Sie das Ziel als Tabelle: Spalte, Schlüssel={alias_id} ein.`,
          destinationsById: (table) =>
            `${table} verweist auf Postfächer über deren ID. Damit sich Aliasse hier bearbeiten lassen, tragen Sie das Ziel als id:Spalte ein.`,
          signedDestinations: (table) =>
            `In ${table} steht vor jeder Zieladresse ein Sonderzeichen. Aliasse lassen sich hier deshalb nicht bearbeiten.`,
          narrowPassword: (column) =>
            `${column} ist zu schmal für die Hashes, die Colombier üblicherweise erzeugt. Erweitern Sie die Spalte auf 255 Zeichen oder wählen Sie ein anderes PASSWORD_SCHEME.`,
          untoldRows: (table) =>
            `Einige Zeilen von ${table} sind keine Postfächer, und sie lassen sich an keiner Spalte erkennen.`,
        },
        right: 'Das stimmt',
        change: 'Ändern',
      },
      trial: {
        faults:
          'Colombier hat diese Einstellungen ausprobiert, alles wieder rückgängig gemacht und Folgendes festgestellt:',
        untried: (tables) =>
          `Was in ${tables} geschrieben wird, lässt sich nicht rückgängig machen. Colombier kann diese Einstellungen deshalb nicht ausprobieren.`,
        denied: 'Der Datenbankbenutzer darf das nicht. „npm run check“ zeigt die nötigen Rechte.',
        nothing: 'Die Domains konnten nicht gelesen werden.',
        actions: {
          create: 'Ein Postfach konnte nicht angelegt werden.',
          aliases: 'Ein Alias konnte nicht angelegt, umbenannt oder entfernt werden.',
          password: 'Ein Passwort konnte nicht geändert werden.',
          lock: 'Ein Postfach konnte nicht gesperrt oder entsperrt werden.',
          delete: 'Ein Postfach konnte nicht gelöscht werden.',
        },
        despite: 'Trotzdem fortfahren',
      },
      unreadable: 'Colombier kann das nicht lesen.',
      missing: (name, table) =>
        table === null ? `Es gibt keine Tabelle ${name}.` : `Die Tabelle ${table} hat keine Spalte ${name}.`,
      use: (near) => `${near} verwenden`,
      contradiction: 'Diese Werte widersprechen sich:',
      foreign: (table) => `${table} ist keine Tabelle des Mailservers.`,
      right: 'Alle Tabellen und Spalten gefunden.',
      refused: (code) => `Die Datenbank hat das Lesen verweigert (${code}).`,
      notTold: 'Keine Zeilen angezeigt: Eine dieser Spalten enthält offenbar Geheimnisse.',
      sample: {
        intro: 'Einige Zeilen, wie Colombier sie liest',
        address: 'Adresse',
        quota: 'Speicherplatz',
        state: 'Zustand',
        scheme: 'Hash-Verfahren',
        destinations: 'Ziele',
        noLimit: 'unbegrenzt',
        open: 'offen',
        closed: 'geschlossen',
        noScheme: 'nicht angegeben',
        otherValue: 'etwas anderes',
        none: 'Keine.',
      },
    },
    limits: {
      mailboxes: 'Postfächer pro Konto',
      aliases: 'Aliasse pro Postfach',
      quota: 'Vorgeschlagener Speicherplatz für ein neues Postfach',
      mostQuota: 'Größter wählbarer Speicherplatz',
      deletionHours: 'Frist zum Abbrechen einer Löschung, in Stunden',
      sizeHint: 'Mit Einheit, z.\u00a0B. 500 MB oder 10 GB.',
      units: ['', 'kB', 'MB', 'GB', 'TB'],
    },
    mail: {
      host: 'Mailserver',
      hostHint: 'Sein Name, z.\u00a0B. mail.example.org, oder 127.0.0.1 für diesen Rechner.',
      port: 'Port',
      portHint:
        'Leer lassen für 587, mit TLS von Anfang an für 465. Ein Mailserver auf diesem Rechner lauscht meist auf 25.',
      scheme: 'Verschlüsselung',
      schemes: {
        smtp: 'Wenn der Server sie anbietet (STARTTLS)',
        smtps: 'Von Anfang an (TLS)',
        plain: 'Keine (nur im eigenen Netz)',
      },
      user: 'Benutzername',
      userHint: 'Leer lassen, wenn der Server keinen verlangt.',
      userInClear:
        'Ohne Verschlüsselung wird kein Passwort gesendet: Lassen Sie den Benutzernamen leer, oder wählen Sie eine Verschlüsselung.',
      password: 'Passwort',
      passwordKept: 'Ein Passwort ist gespeichert und wird nicht angezeigt. Leer lassen, um es zu behalten.',
      from: 'Absender',
      fromHint: 'Z.\u00a0B. Colombier <colombier@example.org>.',
      sendTest: 'Test-E-Mail senden',
      sent: (to) => `Der Mailserver hat die E-Mail an ${to} angenommen. Prüfen Sie, ob sie ankommt.`,
      notSent: (category) => `Die E-Mail wurde nicht gesendet (${category}).`,
      answer: 'Antwort des Servers:',
      noRecipient: 'Die Test-E-Mail geht an das Super-Admin-Konto: Geben Sie zuerst dessen Adresse ein.',
      omitHint:
        'Ohne Mailserver kann Colombier keine Anfragen bestätigen lassen und keine Hinweise senden; beides wartet, bis es einen gibt.',
      omit: 'Ohne E-Mail-Versand weiter',
      reasons: {
        unreachable: 'Unter diesem Namen und Port antwortet kein Mailserver.',
        certificate:
          'Das Zertifikat des Servers gilt für einen anderen Namen, ist abgelaufen oder stammt von einer Zertifizierungsstelle, der dieser Rechner nicht vertraut. Geben Sie den Namen ein, der im Zertifikat steht; im eigenen Netz können Sie auf Verschlüsselung verzichten.',
        tls: 'Die verschlüsselte Verbindung ist gescheitert: Der Server erwartet eine andere Verschlüsselung, vielleicht auf einem anderen Port.',
        login: 'Der Server hat Benutzername oder Passwort abgelehnt.',
        sender: 'Der Server hat die Absenderadresse nicht angenommen.',
        recipient: 'Der Server hat die Zieladresse nicht angenommen.',
        other: 'Der Server hat die E-Mail nicht angenommen.',
      },
      testMail: {
        subject: 'Test-E-Mail von Colombier',
        paragraphs: ['Colombier kann E-Mails senden. Diese haben Sie bei der Einrichtung angefordert.'],
      },
    },
    connector: {
      webKey: 'Öffentlicher Schlüssel der Web-App',
      webKeyIn: (file) => `Der private Schlüssel liegt in ${file} und verlässt diesen Rechner nicht.`,
      keyFile: 'Datei für den privaten Schlüssel der Web-App',
      keyFileHint: 'Lesbar für den Systembenutzer der Web-App und für niemanden sonst.',
      makeKey: 'Schlüssel erzeugen',
      keyRefused: (file) =>
        `Die Web-App kann ${file} nicht schreiben. Führen Sie dies als root im Verzeichnis von Colombier aus, für den Systembenutzer der Web-App, und drücken Sie noch einmal auf die Schaltfläche.`,
      faults: {
        unreadable: (file) => `Die Web-App kann ${file} nicht lesen.`,
        open: (file) => `Andere können ${file} lesen. Beschränken Sie den Zugriff: chmod 600 ${file}`,
        noKey: (file) => `${file} enthält keinen privaten Schlüssel.`,
      },
      itsKey: 'Schlüssel des Connectors',
      keygen:
        'Führen Sie dies auf dem Mailserver aus, im Verzeichnis des Connectors. Der Befehl erzeugt das Schlüsselpaar und gibt den öffentlichen Schlüssel aus:',
      publicKey: 'Öffentlicher Schlüssel des Connectors',
      publicKeyHint: 'Die 43 Zeichen, die keygen ausgibt.',
      ownKey: 'Das ist der Schlüssel der Web-App selbst. Geben Sie ein, was keygen auf dem Mailserver ausgegeben hat.',
      mailRoot: 'Verzeichnis der Postfächer auf dem Mailserver',
      mailRootHint: 'Darunter liegen die Verzeichnisse der einzelnen Postfächer.',
      submit: 'Connector-Einstellungen anzeigen',
      env: 'Einstellungen des Connectors',
      envLabel: 'Inhalt von /etc/colombier/connector.env auf dem Mailserver',
      envHint:
        'Tragen Sie das Passwort des Datenbankbenutzers ein, den nur der Connector verwendet. Nur root darf die Datei lesen: chmod 600.',
      grants: 'SQL-Anweisungen für den Datenbankbenutzer des Connectors',
      grantsHint:
        'Führen Sie sie mit Administrationsrechten in der Datenbank aus. Liegt die Datenbank nicht auf dem Mailserver, ersetzen Sie localhost durch dessen Namen.',
    },
    summary: {
      open: 'Noch zu erledigen:',
      fault: 'Mit diesen Einstellungen würde Colombier nicht starten. Die Meldung wäre:',
      outside: (names) =>
        `Für ${format.list(names)} gibt die Umgebung des Programms ${format.plural(names.length, { one: 'einen anderen Wert vor, der', other: 'andere Werte vor, die' })} Vorrang vor der Datei ${format.plural(names.length, { one: 'hat. Ändern Sie ihn', other: 'haben. Ändern Sie sie' })} dort und starten Sie neu.`,
      noFile:
        'Die Web-App wurde ohne Einstellungsdatei gestartet. Fügen Sie diese Zeilen dort ein, wo ihre Einstellungen stehen, starten Sie sie neu und kommen Sie mit dem neuen Token hierher zurück: Ihre Eingaben bleiben erhalten.',
      notWritable: (file) =>
        `Die Web-App kann ${file} nicht ändern. Fügen Sie diese Zeilen dort ein, anstelle der gleichnamigen, und machen Sie dann unten weiter.`,
      lines: 'Zeilen, die geschrieben werden',
      linesByHand: 'Zeilen für die Einstellungen',
      file: (file) => `In ${file}. Die alte Datei bleibt daneben erhalten, mit der Endung .bak.`,
      passwordHint: 'Ersetzen Sie PASSWORD in SMTP_URL durch das Passwort; schreiben Sie %40 für @ und %2F für /.',
      noMail: 'Es gibt noch keinen Mailserver: E-Mails warten, bis einer in den Einstellungen steht.',
      others:
        'Weitere Prozesse der Web-App lesen dieselbe Datei; kopieren Sie sie auf die anderen Rechner und starten Sie die Prozesse dort neu.',
      submit: 'Schreiben und abschließen',
      done: 'Zeilen eingefügt, abschließen',
    },
    programs: {
      title: 'Was in E-Mail-Programme einzugeben ist',
      intro:
        'Jedes Postfach bekommt eine Seite mit diesen Einstellungen, und E-Mail-Programme können sie selbst finden.',
      clientImap: 'IMAP-Server',
      clientSmtp: 'Postausgangsserver',
      clientWebmail: 'Webmail',
      hints: {
        clientImap:
          'Z.\u00a0B. mail.example.org (TLS, Port 993) oder imap://mail.example.org für STARTTLS. Leer lassen, um keine Einstellungen anzubieten.',
        clientSmtp:
          'Z.\u00a0B. mail.example.org (TLS, Port 465) oder smtp://mail.example.org für STARTTLS auf Port 587.',
        clientWebmail: 'Z.\u00a0B. https://webmail.example.org. Leer lassen, wenn es keines gibt.',
      },
    },
  },
  firstSteps: {
    title: 'Erste Schritte',
    intro: 'Colombier läuft. Es fehlt noch der Connector auf dem Mailserver, der die Postfächer anlegt und ändert.',
    install: 'Kopieren Sie ihn aus dem Colombier-Ordner auf den Mailserver:',
    check: 'Prüfen Sie den Mailserver; die Einstellungen des Connectors stehen in /etc/colombier/connector.env:',
    start: 'Wenn keine Zeile fail meldet, starten Sie ihn:',
    waiting: 'Noch hat sich kein Connector gemeldet. Diese Zeile wird von selbst grün.',
    seen: (hosts) => `Der Connector auf ${format.list(hosts)} meldet sich. Sie können jetzt Postfächer anlegen.`,
    then: 'Danach',
    mailbox: 'Erstes Postfach anlegen',
    requests: 'Kontoanfragen lesen',
    accounts: 'Jemandem die Verwaltung einer Domain übertragen',
    tasks: 'Sehen, was der Connector tut',
  },
  registration: {
    title: 'Konto anfragen',
    intro: 'Stellen Sie sich kurz vor. Die Moderation liest jede Anfrage, und Sie erhalten die Antwort per E-Mail.',
    email: 'E-Mail-Adresse',
    emailHint: 'Dorthin senden wir einen Link zur Bestätigung.',
    password: 'Wählen Sie ein Passwort (für die Anmeldung hier; Ihr Postfach bekommt ein eigenes)',
    reason: 'Warum möchten Sie ein Konto?',
    reasonHint: 'In eigenen Worten, 10 bis 2.000 Zeichen.',
    trap: 'Lassen Sie dieses Feld leer',
    submit: 'Anfrage senden',
    haveAccount: 'Sie haben schon ein Konto?',
    tooFast: 'Das ging sehr schnell. Senden Sie das Formular noch einmal.',
    formExpired: 'Das Formular war zu lange offen. Senden Sie es noch einmal.',
    sent: {
      title: 'Prüfen Sie Ihren Posteingang',
      text: 'Wenn für diese Adresse eine Anfrage möglich ist, ist eine E-Mail unterwegs. Öffnen Sie den Link darin, um Ihre Anfrage zu bestätigen.',
      hint: (hours) =>
        `Der Link ist ${format.count(hours, { one: 'Stunde', other: 'Stunden' })} gültig. Nichts angekommen? Sehen Sie im Spam-Ordner nach und prüfen Sie, ob Ihre Adresse richtig geschrieben ist. Wurde eine frühere Anfrage für diese Adresse abgelehnt, kommt keine E-Mail.`,
    },
    confirmation: {
      title: 'Anfrage bestätigen',
      intro:
        'Prüfen Sie Ihre Anfrage, wählen Sie ein Passwort und bestätigen Sie. Die Anfrage stammt nicht von Ihnen? Schließen Sie diese Seite, dann passiert nichts.',
      submit: 'Anfrage bestätigen',
      done: {
        title: 'Vielen Dank',
        text: 'Ihre Adresse ist bestätigt. Die Moderation liest nun Ihre Anfrage; die Antwort erhalten Sie per E-Mail.',
      },
      already: {
        title: 'Bereits bestätigt',
        text: 'Sie haben diese Anfrage schon bestätigt, mit dem Passwort, das Sie dabei gewählt haben. Die Antwort erhalten Sie per E-Mail.',
      },
      account: {
        title: 'Sie haben bereits ein Konto',
        text: 'Zu Ihrer Adresse gibt es bereits ein Konto. Sie können sich anmelden.',
      },
      gone: {
        title: 'Dieser Link ist nicht mehr gültig',
        text: 'Er ist zu alt, oder Sie haben einen anderen Link für Ihre Adresse benutzt. Wenn Sie nach dem Bestätigen nie von uns gehört haben, senden Sie das Formular noch einmal.',
      },
      again: 'Zurück zum Formular',
    },
  },
  moderation: {
    countWords: (waiting) => format.plural(waiting, { one: 'wartet', other: 'warten' }),
    title: 'Kontoanfragen',
    tabs: 'Anfragen',
    waiting: 'Offen',
    decided: 'Entschieden',
    filter: 'E-Mail-Adresse beginnt mit',
    search: 'Anzeigen',
    all: 'Alle anzeigen',
    empty: 'Keine offenen Anfragen. Neue erscheinen hier automatisch.',
    emptyFilter: 'Keine offene Anfrage passt dazu.',
    dropped: (count) =>
      `${format.count(count, { one: 'Anfrage', other: 'Anfragen' })} von Bots in den letzten 7 Tagen verworfen.`,
    emptyDecided: 'Noch keine Entscheidungen.',
    next: 'Nächste Seite',
    first: 'Erste Seite',
    select: (email) => `${email} auswählen`,
    requestedAt: (at) => `Angefragt am ${format.dateTime(at)}`,
    notes: 'Notizen',
    addNote: 'Notiz hinzufügen',
    noteField: 'Notiz für die Moderation',
    saveNote: 'Notiz speichern',
    approve: 'Genehmigen',
    approveLong: 'Anfrage genehmigen',
    options: 'Weitere Optionen',
    usual: (domains) =>
      `„Genehmigen“ weist ${domains} zu, mit dem üblichen Postfach-Limit. Für alles andere gibt es „Weitere Optionen“.`,
    domains: 'Domains zuweisen',
    domainsHint: 'In diesen Domains kann die Person Postfächer erstellen. Wählen Sie mindestens eine.',
    noDomains: 'Sie verwalten keine Domain, die Sie zuweisen könnten. Wenden Sie sich an die Super-Admins.',
    limit: 'Postfach-Limit',
    limitHint: (byDefault) => `Leer lassen für das übliche Limit (${format.number(byDefault)}).`,
    deny: 'Ablehnen',
    denyLong: 'Anfrage ablehnen',
    reopen: 'Wieder öffnen',
    askedAnew: {
      title: 'Anfrage wieder geöffnet',
      text: 'Das Passwort zu dieser Anfrage ist nicht mehr gespeichert. Wir haben der Person einen Link geschickt, um ein neues zu wählen; danach erscheint die Anfrage wieder.',
    },
    message: 'Nachricht an die Person',
    messageHint: 'Wird per E-Mail gesendet. Leer lassen, um ohne Mitteilung abzulehnen.',
    selected: 'Ausgewählte Anfragen',
    selectedCount: (count) => `${format.number(count)} ausgewählt`,
    selectAll: 'Alle auswählen',
    clear: 'Auswahl aufheben',
    approveSelected: 'Auswahl genehmigen',
    denySelected: 'Auswahl ablehnen',
    decisions: {
      approved: (by, at) => `Genehmigt von ${by}, ${format.dateTime(at)}`,
      denied: (by, at) => `Abgelehnt von ${by}, ${format.dateTime(at)}`,
    },
    badges: { approved: 'Genehmigt', denied: 'Abgelehnt' },
    granted: 'Domains',
    told: 'Nachricht',
    silently: 'Ohne Mitteilung an die Person.',
    refusals: {
      none: 'Wählen Sie mindestens eine Domain.',
      foreign: 'Sie können nur Domains zuweisen, die Sie verwalten.',
      unselected: 'Wählen Sie mindestens eine Anfrage aus.',
      account: 'Zu dieser Adresse gibt es inzwischen ein Konto; die Anfrage lässt sich nur noch ablehnen.',
      already: {
        approved: (by, at) => `Bereits genehmigt von ${by}, ${format.dateTime(at)}.`,
        denied: (by, at) => `Bereits abgelehnt von ${by}, ${format.dateTime(at)}.`,
      },
    },
    bulk: {
      approved: (count) => `${format.count(count, { one: 'Anfrage', other: 'Anfragen' })} genehmigt.`,
      denied: (count) => `${format.count(count, { one: 'Anfrage', other: 'Anfragen' })} abgelehnt.`,
    },
  },
  addresses: {
    free: 'ist verfügbar.',
    taken: 'ist bereits vergeben.',
  },
  mailboxes: {
    title: 'Postfächer',
    count: (count, limit) =>
      `${format.number(count)} von ${format.count(limit, { one: 'Postfach', other: 'Postfächern' })}`,
    empty: 'Sie haben noch kein Postfach. Erstellen Sie hier Ihr erstes.',
    noDomain: 'Sie können noch kein Postfach erstellen: Die Administration muss Ihrem Konto erst eine Domain zuweisen.',
    emptyElsewhere: 'Sie haben hier noch kein Postfach.',
    madeElsewhere:
      'Hier lassen sich keine Postfächer erstellen. Wenn Sie schon eines haben, fügen Sie es mit seinem Passwort hinzu.',
    limitReached: (limit) =>
      `Ihr Limit von ${format.count(limit, { one: 'Postfach', other: 'Postfächern' })} ist erreicht. Brauchen Sie mehr? Wenden Sie sich an die Administration.`,
    create: 'Neues Postfach',
    localPart: 'Name',
    localPartHint: '6 bis 64 Zeichen: a bis z, 0 bis 9, Punkt, Bindestrich, Unterstrich.',
    domain: 'Domain',
    quota: 'Speicherplatz',
    quotaHint: (most) => (most === 0 ? 'In Megabyte.' : `In Megabyte, höchstens ${format.number(most)}.`),
    megabytes: 'MB',
    quotaOther: 'Andere Größe',
    quotaField: 'Größe',
    quotaOutOfRange: 'Diese Größe ist für ein Postfach nicht möglich.',
    storage: (used, quota) => {
      if (quota === 'unlimited')
        return used === null ? 'Unbegrenzter Speicherplatz' : `Speicherplatz: ${format.bytes(used)} belegt, unbegrenzt`
      if (used === null) return quota === null ? null : `Speicherplatz: ${format.bytes(quota)}`
      return `Speicherplatz: ${format.bytes(used)}${quota === null ? '' : ` von ${format.bytes(quota)}`} belegt`
    },
    submit: 'Postfach erstellen',
    refusals: {
      limit: 'Ihr Postfach-Limit ist erreicht.',
      taken: 'Diese Adresse ist bereits vergeben.',
      login_taken: 'Dieser Name ergäbe einen Anmeldenamen, der bereits vergeben ist: Wählen Sie einen anderen.',
      yours: 'Sie haben dieses Postfach schon.',
      ending:
        'Diese Adresse ist noch nicht verfügbar: Das frühere Postfach wird gerade entfernt. Versuchen Sie es in einer Minute noch einmal.',
      domain: 'Ihr Konto kann in dieser Domain keine Postfächer erstellen.',
    },
    badges: {
      active: 'Aktiv',
      settingUp: 'Wird erstellt',
      rekeying: 'Passwortwechsel',
      deleting: 'Löschung geplant',
      lockedByAdministrator: 'Gesperrt',
      setUpFailed: 'Fehlgeschlagen',
      closed: 'Geschlossen',
      missing: 'Fehlt',
    },
    states: {
      active: 'Bereit. Sie können sich mit Ihrem E-Mail-Programm anmelden.',
      settingUp: 'Der Mailserver erstellt das Postfach und seinen Schlüssel. Das dauert einen Moment.',
      closed: 'Dieses Postfach wurde auf dem Mailserver geschlossen. Wenden Sie sich an die Administration.',
      missing: 'Auf dem Mailserver gibt es dieses Postfach nicht mehr. Wenden Sie sich an die Administration.',
    },
    rekeying: (until) =>
      `Der Schlüssel Ihrer E-Mails wird für das neue Passwort neu verschlüsselt. So lange ist keine Anmeldung am Postfach möglich; E-Mails kommen weiter an. Spätestens um ${format.time(until)} Uhr ist alles fertig.`,
    deleting: (at) =>
      `Es wird am ${format.dateTime(at)} gelöscht. Bis dahin ist keine Anmeldung am Postfach möglich; E-Mails kommen weiter an.`,
    lockedByAdministrator: (reason) =>
      reason ? `Von der Administration gesperrt: ${reason}` : 'Von der Administration gesperrt.',
    setUpFailed: {
      wrong_key_password:
        'Der Schlüssel des Postfachs ist mit einem anderen Passwort geschützt. Wenden Sie sich an die Administration.',
      wrong_password: 'Das Postfach konnte nicht erstellt werden. Wenden Sie sich an die Administration.',
      no_key: 'Das Postfach konnte nicht erstellt werden. Wenden Sie sich an die Administration.',
      deadline: 'Der Mailserver hat das Postfach nicht rechtzeitig erstellt. Versuchen Sie es noch einmal.',
      mail_host:
        'Der Mailserver konnte das Postfach nicht erstellen. Versuchen Sie es noch einmal; scheitert es wieder, wenden Sie sich an die Administration.',
      unknown_mailbox: 'Der Mailserver kennt diese Adresse nicht. Wenden Sie sich an die Administration.',
      seal: 'Der Mailserver hat den Auftrag abgelehnt, weil er nicht erkennen konnte, ob er von hier kommt. Wenden Sie sich an die Administration.',
      replayed:
        'Der Mailserver hat den Auftrag abgelehnt, weil er ihn schon ausgeführt hatte. Wenden Sie sich an die Administration.',
      changed_elsewhere:
        'Das Postfach konnte nicht erstellt werden: Ein anderes Programm hat es inzwischen auf dem Mailserver geändert. Wenden Sie sich an die Administration.',
      leftover:
        'Auf dem Mailserver liegen dort, wo das Postfach entstehen soll, noch alte E-Mails; sie wurden nicht angetastet. Wenden Sie sich an die Administration.',
      rows_kept: 'Das Postfach konnte nicht erstellt werden. Wenden Sie sich an die Administration.',
      unsafe_home:
        'Das Verzeichnis des Postfachs auf dem Mailserver ist nicht an einem sicheren Ort. Wenden Sie sich an die Administration.',
    },
    changeFailed: {
      wrong_key_password:
        'Das Passwort wurde nicht geändert: Das eingegebene aktuelle Passwort passt nicht zum Schlüssel Ihrer E-Mails, deshalb ließ er sich nicht neu verschlüsseln. Mit dem bisherigen Passwort können Sie sich weiter anmelden. Wenden Sie sich an die Administration.',
      wrong_password:
        'Das Passwort wurde nicht geändert: Das eingegebene aktuelle Passwort passt nicht zum Schlüssel Ihrer E-Mails. Das bisherige Passwort gilt weiter.',
      no_key:
        'Das Passwort wurde nicht geändert: Das aktuelle lässt sich nur am Schlüssel Ihrer E-Mails prüfen, und das Postfach hat noch keinen. Das bisherige Passwort gilt weiter. Wenden Sie sich an die Administration.',
      deadline:
        'Das Passwort wurde nicht geändert: Der Mailserver hat nicht rechtzeitig geantwortet. Das bisherige Passwort gilt weiter.',
      mail_host:
        'Das Passwort wurde nicht geändert: Auf dem Mailserver ist etwas schiefgegangen. Das bisherige Passwort gilt weiter; versuchen Sie es noch einmal.',
      unknown_mailbox:
        'Das Passwort wurde nicht geändert: Der Mailserver kennt dieses Postfach nicht. Wenden Sie sich an die Administration.',
      seal: 'Das Passwort wurde nicht geändert: Der Mailserver konnte nicht erkennen, ob der Auftrag von hier kommt. Das bisherige Passwort gilt weiter. Wenden Sie sich an die Administration.',
      replayed:
        'Das Passwort wurde nicht geändert: Der Mailserver hatte diesen Auftrag schon ausgeführt. Wenden Sie sich an die Administration.',
      changed_elsewhere:
        'Das Passwort wurde hier nicht geändert: Ein anderes Programm hat das Postfach inzwischen auf dem Mailserver geändert, und dessen Änderung gilt. Für E-Mails, die Sie schon haben, brauchen Sie vielleicht ein früheres Passwort. Wenden Sie sich an die Administration.',
      leftover:
        'Das Passwort wurde nicht geändert: Auf dem Mailserver ist etwas schiefgegangen. Das bisherige Passwort gilt weiter. Wenden Sie sich an die Administration.',
      rows_kept: 'Das Passwort wurde nicht geändert. Das bisherige Passwort gilt weiter.',
      unsafe_home: 'Das Passwort wurde nicht geändert. Das bisherige Passwort gilt weiter.',
    },
    deletionFailed: {
      wrong_key_password:
        'Das Postfach wurde nicht gelöscht: Das eingegebene Passwort passt nicht zum Schlüssel Ihrer E-Mails, der Auftrag könnte also von jemand anderem stammen. Wenn ein anderes Programm das Passwort geändert hat, wenden Sie sich an die Administration.',
      wrong_password: 'Das Postfach wurde nicht gelöscht.',
      no_key: 'Das Postfach wurde nicht gelöscht.',
      deadline:
        'Das Postfach wurde nicht gelöscht: Der Mailserver hat tagelang nicht geantwortet. Fordern Sie die Löschung noch einmal an.',
      mail_host:
        'Das Postfach wurde nicht gelöscht: Auf dem Mailserver ist etwas schiefgegangen. Das Postfach ist wie zuvor; versuchen Sie es noch einmal.',
      unknown_mailbox:
        'Das Postfach wurde nicht gelöscht: Der Mailserver kennt es nicht. Wenden Sie sich an die Administration.',
      seal: 'Das Postfach wurde nicht gelöscht: Der Mailserver konnte nicht erkennen, ob der Auftrag von hier kommt. Wenden Sie sich an die Administration.',
      replayed:
        'Das Postfach wurde nicht gelöscht: Der Mailserver hatte diesen Auftrag schon ausgeführt. Wenden Sie sich an die Administration.',
      changed_elsewhere:
        'Das Postfach wurde nicht gelöscht: Ein anderes Programm hat es inzwischen auf dem Mailserver geändert, und diese Änderung gilt. Wenden Sie sich an die Administration.',
      leftover:
        'Das Postfach wurde nicht gelöscht: Auf dem Mailserver ist etwas schiefgegangen. Wenden Sie sich an die Administration.',
      rows_kept:
        'Das Postfach wurde nicht gelöscht: Auf dem Mailserver hängt noch etwas anderes davon ab. Das Postfach ist wie zuvor. Wenden Sie sich an die Administration.',
      unsafe_home:
        'Das Postfach wurde nicht gelöscht: Sein Verzeichnis auf dem Mailserver lässt sich nicht gefahrlos entfernen. Wenden Sie sich an die Administration.',
    },
    unrunnable:
      'Die Programme des Mailservers nehmen diese Adresse nicht an; deshalb können Sie hier weder das Passwort ändern noch das Postfach löschen. Wenden Sie sich an die Administration.',
    setUpAgain: 'Noch einmal versuchen',
    setUpAgainIntro: 'Wählen Sie das Passwort des Postfachs neu: Das erste wurde nicht gespeichert.',
    heldUp:
      'Der Mailserver antwortet seit einer Weile nicht, deshalb dauert es länger. Die Administration weiß Bescheid; es geht weiter, sobald er wieder da ist.',
  },
  password: {
    change: 'Passwort ändern',
    intro:
      'Während der Schlüssel Ihrer E-Mails neu verschlüsselt wird, ist kurz keine Anmeldung am Postfach möglich. Es gehen keine E-Mails verloren.',
    current: 'Aktuelles Passwort',
    next: 'Neues Passwort',
    hint: '12 bis 256 Zeichen. Einige Wörter ohne Zusammenhang sind leicht zu merken und schwer zu erraten.',
    again: 'Passwort wiederholen',
    reveal: 'Passwort anzeigen',
    submit: 'Passwort ändern',
    tooManyBytes: 'Dieses Passwort ist zu lang für diesen Server. Umlaute und Sonderzeichen zählen mehrfach.',
    refusals: {
      wrong_current: 'Das ist nicht das aktuelle Passwort des Postfachs.',
      busy: 'Für dieses Postfach läuft gerade ein anderer Vorgang. Warten Sie, bis er abgeschlossen ist.',
      locked: 'Die Administration hat dieses Postfach gesperrt.',
      gone: 'Auf dem Mailserver gibt es dieses Postfach nicht mehr.',
    },
  },
  newPassword: {
    suggest: 'Passwort vorschlagen',
    copy: 'Kopieren',
    copied: 'Kopiert',
    writeDown:
      'Schreiben Sie es auf oder speichern Sie es in Ihrem Passwort-Manager: Es wird nicht noch einmal angezeigt.',
    decomposed:
      'Dieses Passwort enthält einen Buchstaben mit Umlaut oder Akzent, den andere Geräte vielleicht anders eingeben; dann scheitert die Anmeldung. Wählen Sie besser eines ohne Umlaute und Akzente.',
    strength: 'Stärke:',
    strengths: ['Sehr schwach', 'Schwach', 'Mittel', 'Gut', 'Stark'],
  },
  deletion: {
    title: (address) => `${address} löschen?`,
    open: 'Löschen',
    intro: 'Sie verlieren:',
    losses: (address) => [
      'alle E-Mails im Postfach, in allen Ordnern; nur Ihr Passwort entschlüsselt sie, niemand kann sie zurückholen',
      'alle Aliasse dieses Postfachs: E-Mails an sie werden abgewiesen',
      `die Adresse ${address} selbst: E-Mails an sie werden abgewiesen, und eine Zeit lang kann sie niemand anderes bekommen`,
    ],
    delay: (hours) =>
      `Das Postfach wird sofort geschlossen. Sie haben ${format.count(hours, { one: 'Stunde', other: 'Stunden' })} Zeit, es sich anders zu überlegen; bis dahin kommen E-Mails weiter an.`,
    password: 'Passwort des Postfachs',
    unknownScheme:
      'Colombier kann diese Art von Passwort nicht prüfen. Ändern Sie es zuerst; das neue beweist dann, dass das Postfach Ihnen gehört.',
    submit: 'Postfach löschen',
    keep: 'Postfach behalten',
    cancel: 'Löschung abbrechen',
    tooLate: 'Zu spät: Der Mailserver hat schon begonnen, oder die Löschung wurde bereits abgebrochen.',
  },
  recovery: {
    title: 'Wiederherstellungscode',
    offer: 'Wiederherstellungscode einrichten',
    forgotten: 'Passwort vergessen?',
    intro:
      'Mit einem Wiederherstellungscode können Sie ein neues Passwort festlegen, wenn Sie das Passwort dieses Postfachs verlieren, und behalten Ihre E-Mails. Ohne ihn kann das niemand: Nur Ihr Passwort entschlüsselt Ihre E-Mails.',
    has: 'Dieses Postfach hat einen Wiederherstellungscode. Ein neuer ersetzt ihn.',
    hasNone: 'Dieses Postfach hat noch keinen Wiederherstellungscode.',
    make: 'Wiederherstellungscode erstellen',
    makeAnother: 'Anderen Code erstellen',
    codeOf: (address) => `Der Wiederherstellungscode von ${address}:`,
    keep: 'Drucken Sie ihn aus oder schreiben Sie ihn auf, und bewahren Sie ihn dort auf, wo ihn sonst niemand findet. Er wird nur jetzt angezeigt: Diese Website speichert ihn nicht. Wer den Code und Zugang zu Ihrem Konto hat, kann ein neues Passwort festlegen.',
    part: (count) => `Die letzten ${format.number(count)} Zeichen des Codes`,
    partHint: 'Tippen Sie sie von Ihrem Ausdruck oder Ihrer Notiz ab. Danach gilt der Code.',
    prove: 'Ich habe den Code gesichert',
    wrongPart:
      'So endet der Code nicht. Sehen Sie in Ihrer Notiz nach; ist sie verloren, wählen Sie „Abbrechen“ und erstellen Sie einen anderen Code.',
    proven: 'Der Wiederherstellungscode gilt jetzt. Bewahren Sie ihn sicher auf.',
    replaced:
      'Dieser Code wurde ersetzt oder schon bestätigt. Wenn Sie den gültigen nicht haben, erstellen Sie einen anderen.',
    lost: 'Geben Sie den Wiederherstellungscode dieses Postfachs ein und wählen Sie ein neues Passwort. Ihre E-Mails und App-Passwörter bleiben erhalten.',
    delay: (hours) =>
      `Das neue Passwort gilt erst nach ${format.count(hours, { one: 'Stunde', other: 'Stunden' })}. Bis dahin können Sie es hier verwerfen; dann bleibt alles, wie es war.`,
    noDelay: 'Das neue Passwort gilt in wenigen Augenblicken.',
    code: 'Wiederherstellungscode',
    codeHint: 'Sieben Gruppen aus vier Zeichen. Bindestriche und Großschreibung spielen keine Rolle.',
    wrongCode: 'Das ist nicht der Wiederherstellungscode des Postfachs.',
    without:
      'Kein Code? Dann kann niemand die E-Mails zurückholen. Die Administration kann Ihnen erlauben, mit dem Postfach neu zu beginnen.',
    waiting: (at) =>
      `Mit dem Wiederherstellungscode wurde ein neues Passwort angefordert. Es gilt ab dem ${format.dateTime(at)}. Wenn Sie das nicht waren, verwerfen Sie es.`,
    cancel: 'Neues Passwort verwerfen',
    ended:
      'Der Wiederherstellungscode gilt nicht mehr, oder das Postfach war zu lange gesperrt. Das bisherige Passwort gilt weiter.',
  },
  newStart: {
    title: (address) => `Mit ${address} neu beginnen?`,
    offer: 'Neubeginn anbieten',
    open: 'Ohne die alten E-Mails neu beginnen',
    offerIntro: 'Für den Fall, dass Passwort und Wiederherstellungscode verloren sind. Die Person verliert:',
    losses: [
      'alle E-Mails im Postfach, in allen Ordnern; ohne das alte Passwort kann sie niemand zurückholen',
      'alle App-Passwörter und den Wiederherstellungscode dieses Postfachs',
    ],
    ownerDecides:
      'Es geschieht nichts, bevor die Person, der das Postfach gehört, zustimmt und ein neues Passwort wählt.',
    isOffered: 'Die Person kann neu beginnen, hat es aber noch nicht getan.',
    submitOffer: 'Neubeginn anbieten',
    withdraw: 'Angebot zurückziehen',
    stays: 'Die Adresse und ihre Aliasse bleiben, und E-Mails kommen weiter an.',
    sure: 'Ich weiß, dass alle E-Mails in diesem Postfach verloren gehen.',
    submit: 'E-Mails aufgeben und neu beginnen',
  },
  appPasswords: {
    title: 'App-Passwörter',
    intro:
      'Geben Sie jedem Gerät oder E-Mail-Programm ein eigenes Passwort. Es öffnet Ihre E-Mails und sonst nichts, auch nicht diese Website. Es gilt weiter, wenn Sie das Passwort des Postfachs ändern, und Sie können jedes einzeln widerrufen.',
    count: (count, limit) => `${format.number(count)} von ${format.number(limit)}`,
    required:
      'E-Mail-Programme können sich hier nicht mit dem Passwort des Postfachs anmelden: Jedes braucht ein App-Passwort.',
    notTaken:
      'Der Mailserver nimmt derzeit keine App-Passwörter an. Sie können deshalb keine erstellen, diese hier aber widerrufen.',
    empty: 'Dieses Postfach hat noch kein App-Passwort.',
    name: 'Wofür ist es?',
    nameHint: 'Z.\u00a0B. „Handy“ oder „Laptop“.',
    protocols: 'Erlaubt',
    protocolChoices: {
      imap: 'E-Mails lesen (IMAP)',
      pop3: 'E-Mails abrufen (POP3)',
      sending: 'E-Mails senden',
      sieve: 'Filter verwalten (ManageSieve)',
    },
    lastDay: 'Letzter Tag',
    lastDayHint: 'Leer lassen, wenn es bis zum Widerruf gelten soll.',
    lastDayPast: 'Wählen Sie einen Tag, der noch nicht vorbei ist.',
    password: 'Passwort des Postfachs',
    submit: 'App-Passwort erstellen',
    limitReached: (limit) =>
      `Dieses Postfach hat ${format.number(limit)} App-Passwörter, mehr sind nicht möglich. Widerrufen Sie eines, um ein neues zu erstellen.`,
    unknownScheme:
      'Diese Website kann das Passwort des Postfachs in der Form, in der es der Mailserver speichert, nicht prüfen. Ändern Sie das Passwort zuerst.',
    made: (name) => `Das App-Passwort für „${name}“:`,
    madeHint:
      'Geben Sie es im E-Mail-Programm als Passwort ein, samt Bindestrichen. Es wird nur jetzt angezeigt: Diese Website speichert es nicht.',
    created: (at) => `Erstellt am ${format.dateTime(at)}`,
    until: (day) => `Letzter Tag: ${day}`,
    over: (day) => `Abgelaufen am ${day}`,
    revoke: 'Widerrufen',
    revokeNamed: (name) => `${name} widerrufen`,
    revokeAll: 'Alle widerrufen',
    revoked: 'Das App-Passwort wurde widerrufen. Programme, die es genutzt haben, sind abgemeldet.',
    allRevoked: 'Alle App-Passwörter wurden widerrufen. Programme, die sie genutzt haben, sind abgemeldet.',
    back: 'Zurück',
  },
  locks: {
    title: (address) => `${address} sperren`,
    intro:
      'An einem gesperrten Postfach kann sich niemand anmelden; E-Mails kommen weiter an. Die Person, der es gehört, sieht Ihre Begründung.',
    reason: 'Begründung',
    reasonHint: 'Das liest die Person, der das Postfach gehört.',
    submit: 'Postfach sperren',
    lock: 'Sperren',
    unproven:
      'Was in der Datenbank zur Sperre dieses Postfachs steht, stammt nicht von dieser Website; deshalb wurde nichts geändert. Wer den Server betreut, muss die Ursache klären; npm run sign-locks erkennt den jetzigen Stand an.',
    remove: 'Entsperren',
  },
  aliases: {
    title: 'Aliasse',
    intro:
      'E-Mails an einen Alias landen in diesem Postfach. Verwenden Sie für jeden Shop oder Newsletter einen eigenen und löschen Sie ihn, wenn Spam kommt.',
    count: (count, limit) => `${format.number(count)} von ${format.number(limit)}`,
    empty: 'Dieses Postfach hat noch keinen Alias.',
    find: 'Alias suchen',
    findHint: 'Ein beliebiger Teil der Adresse.',
    findSubmit: 'Suchen',
    matches: (count) => `${format.count(count, { one: 'Alias', other: 'Aliasse' })} gefunden`,
    more: (shown, all) =>
      `Nur die ersten ${format.number(shown)} von ${format.number(all)} werden angezeigt. Die anderen finden Sie über einen Teil ihrer Adresse.`,
    shared: 'Geht auch an andere',
    create: 'Neuer Alias',
    name: 'Name',
    nameHint: '8 bis 64 Zeichen: a bis z, 0 bis 9, Punkt, Bindestrich, Unterstrich.',
    domain: 'Domain',
    suggest: 'Zufälligen Namen vorschlagen',
    submit: 'Alias hinzufügen',
    gone: (address) =>
      `${address} ist kein Alias dieses Postfachs mehr: Er wurde umbenannt oder gelöscht. Das sind die jetzigen Aliasse.`,
    present: (address) => `${address} ist schon ein Alias dieses Postfachs.`,
    added: (address) => `${address} wurde hinzugefügt.`,
    renamed: (address) => `In ${address} umbenannt.`,
    removed: (address) => `${address} wurde gelöscht.`,
    left: (address) => `E-Mails an ${address} kommen nicht mehr in dieses Postfach.`,
    rename: 'Umbenennen',
    renameOf: (address) => `${address} umbenennen`,
    save: 'Speichern',
    remove: 'Löschen',
    removeOf: (address) => `${address} löschen`,
    removalQuestion: (address) =>
      `${address} löschen? E-Mails an diese Adresse werden abgewiesen, und jemand anderes kann sie bekommen.`,
    leave: 'Austragen',
    leaveOf: (address) => `Aus ${address} austragen`,
    leaveQuestion: (address) =>
      `Dieses Postfach aus ${address} austragen? Die E-Mails an den Alias gehen dann nur noch an die anderen.`,
    back: 'Zurück zum Postfach',
    limitReached: (limit) =>
      `Das Limit von ${format.count(limit, { one: 'Alias', other: 'Aliassen' })} für dieses Postfach ist erreicht.`,
    refusals: {
      limit: 'Das Alias-Limit dieses Postfachs ist erreicht.',
      taken: 'Diese Adresse ist bereits vergeben.',
      domain: 'In dieser Domain können Sie keine Aliasse haben.',
      gone: 'Auf dem Mailserver gibt es dieses Postfach nicht mehr. Wenden Sie sich an die Administration.',
      locked:
        'Die Administration hat dieses Postfach gesperrt. Bis es entsperrt ist, können Sie seine Aliasse nicht ändern.',
      deleting: 'Dieses Postfach wird gelöscht. Brechen Sie die Löschung ab, um seine Aliasse zu ändern.',
      shared:
        'Die E-Mails an diesen Alias erhalten auch andere. Sie können Ihr Postfach austragen, den Alias aber nicht umbenennen.',
    },
  },
  lists: {
    show: 'Anzeigen',
    all: 'Alle anzeigen',
    next: 'Nächste Seite',
    first: 'Erste Seite',
    none: 'Keine Treffer.',
    capped: (count) => (count > 1000 ? `${format.number(1000)}+` : format.number(count)),
    never: 'nie',
    ago: format.ago,
  },
  copying: { copy: 'Kopieren', copied: 'Kopiert' },
  mailPrograms: {
    title: 'E-Mail-Programm einrichten',
    open: 'E-Mail-Programm einrichten',
    intro:
      'Viele Programme finden alles selbst: Geben Sie diese Adresse und das Passwort des Postfachs ein. Braucht Ihres mehr Angaben, finden Sie sie hier.',
    introAppPassword:
      'Viele Programme finden alles selbst: Geben Sie diese Adresse und ein App-Passwort ein. Braucht Ihres mehr Angaben, finden Sie sie hier.',
    imap: 'Posteingang (IMAP)',
    pop3: 'Posteingang (POP3)',
    smtp: 'Postausgang (SMTP)',
    server: 'Server',
    port: 'Port',
    security: 'Sicherheit',
    securities: { tls: 'SSL/TLS', starttls: 'STARTTLS' },
    user: 'Benutzername',
    ownUser: 'der Name, mit dem Sie sich anmelden',
    password:
      'Das Passwort ist immer das des Postfachs. Fragt das Programm nach der Authentifizierung, wählen Sie „Passwort, normal“.',
    passwordOrApp:
      'Das Passwort ist das des Postfachs oder ein App-Passwort, das dafür erstellt wurde. Fragt das Programm nach der Authentifizierung, wählen Sie „Passwort, normal“.',
    appPassword:
      'Das Passwort ist ein App-Passwort, das Sie beim Postfach erstellen. Das Passwort des Postfachs selbst funktioniert in E-Mail-Programmen nicht. Fragt das Programm nach der Authentifizierung, wählen Sie „Passwort, normal“.',
    webmail: 'Webmail öffnen',
    apple: 'iPhone, iPad oder Mac',
    appleHint: 'Installieren Sie dieses Profil: Es enthält alle Einstellungen, Sie geben nur noch das Passwort ein.',
    appleProfile: 'Profil herunterladen',
    profile: {
      name: (address) => `E-Mails von ${address}`,
      description:
        'Richtet dieses Postfach in Apple Mail ein. Das Passwort geben Sie bei der Installation des Profils ein.',
    },
    phone: 'Auf dem Handy',
    phoneHint: 'Richten Sie die Kamera des Handys auf diesen Code, um die Seite dort zu öffnen.',
    phoneCode: 'QR-Code mit der Adresse dieser Seite',
    back: 'Zurück zu den Postfächern',
    address: 'Adresse des Postfachs',
    show: 'Einstellungen anzeigen',
    notServed: 'Für Adressen dieser Domain gibt es hier keine Einstellungen.',
  },
  contact: {
    title: 'Administration kontaktieren',
    intro:
      'Ihre Nachricht geht per E-Mail an die Admins Ihrer Domain, mit der E-Mail-Adresse Ihres Kontos für die Antwort.',
    about: 'Betrifft das Postfach',
    message: 'Ihre Nachricht',
    messageHint: 'Was Sie getan haben und was dann passiert ist. Senden Sie niemals ein Passwort.',
    submit: 'Nachricht senden',
    nobody: 'Es gibt sonst niemanden mit Admin-Rechten, der antworten könnte.',
    write: 'Schreiben Sie an',
    sent: {
      title: 'Ihre Nachricht ist unterwegs',
      text: 'Die Antwort kommt an die E-Mail-Adresse Ihres Kontos.',
    },
    back: 'Zurück zu den Postfächern',
  },
  roles: { user: 'Mitglied', admin: 'Admin', super_admin: 'Super-Admin' },
  domainField: {
    hint: 'Geben Sie die Domain ein; passende werden vorgeschlagen.',
    others: 'Weitere Domains, eine pro Zeile',
  },
  accounts: {
    title: 'Konten',
    search: 'E-Mail-Adresse beginnt mit',
    email: 'Konto',
    role: 'Rolle',
    inactive: 'Deaktiviert',
    mailboxes: 'Postfächer',
    ofLimit: (count, limit) => `${count} von ${format.number(limit)}`,
    domains: 'Domains',
    noDomains: 'keine',
    domain: 'Domain',
    domainsOf: (email) => `Domains von ${email}`,
    allDomains: 'alle Domains',
    allDomainsOf: (email) => `Alle Domains von ${email}`,
    manyDomains: 'Dieses Konto hat zu viele Domains, um sie hier anzuzeigen.',
    oneByOne: 'Domains einzeln zuweisen oder entziehen',
    grant: 'Domain zuweisen',
    withdraw: 'Entziehen',
    withdrawOf: (domain) => `${domain} entziehen`,
    backTo: (email) => `Zurück zu ${email}`,
    lastSignIn: 'Letzte Anmeldung',
    actions: 'Aktionen',
    edit: 'Bearbeiten',
    editOf: (email) => `Rechte von ${email} bearbeiten`,
    endSessions: 'Überall abmelden',
    removeFactor: 'Zweiten Faktor entfernen',
    removeFactorQuestion: (email) =>
      `Zweiten Faktor von ${email} entfernen? Danach genügt für die Anmeldung das Passwort allein. Vergewissern Sie sich zuerst, dass Sie es wirklich mit dieser Person zu tun haben.`,
    factorRemoved: 'Der zweite Faktor wurde entfernt und die Person überall abgemeldet.',
    endSessionsQuestion: (email) =>
      `${email} überall abmelden? Eine neue Anmeldung bleibt möglich; ändern Sie die Rechte, um das zu verhindern.`,
    sessionsEnded: (count) => `${format.count(count, { one: 'Sitzung', other: 'Sitzungen' })} beendet.`,
    limit: 'Postfach-Limit',
    limitHint: (byDefault) => `Leer lassen für das übliche Limit (${format.number(byDefault)}).`,
    activeLabel: 'Darf sich anmelden',
    domainUnknown: (domains) =>
      `${format.list(domains)} ${format.plural(domains.length, { one: 'ist keine Domain', other: 'sind keine Domains' })} dieses Servers. Prüfen Sie die Schreibweise.`,
    domainsHint: 'Eine pro Zeile. Admins verwalten diese Domains; Mitglieder können darin Postfächer erstellen.',
    endsSessions: 'Wer ein Recht verliert, wird überall abgemeldet.',
    save: 'Speichern',
    lastSuperAdmin: 'Das ist das letzte aktive Super-Admin-Konto. Geben Sie diese Rolle zuerst einem anderen Konto.',
  },
  profile: {
    title: 'Profil',
    security: 'Zweiter Faktor und Sicherheit',
    signedInAs: 'Angemeldet als',
    change: 'Ändern',
    wrongCurrent: 'Das ist nicht das aktuelle Passwort Ihres Kontos.',
    current: 'Aktuelles Passwort Ihres Kontos',
    done: {
      password: 'Ihr Passwort wurde geändert, und Sie sind überall sonst abgemeldet.',
      email:
        'Wir haben einen Bestätigungslink an die neue Adresse gesendet (es sei denn, sie gehört zu einem anderen Konto). Öffnen Sie ihn, um die Adresse zu verwenden.',
    },
    password: {
      title: 'Passwort des Kontos',
      intro: 'Damit melden Sie sich hier an. Ihre Postfächer haben eigene Passwörter, die sich nicht ändern.',
      submit: 'Passwort ändern',
    },
    email: {
      title: 'E-Mail-Adresse',
      intro:
        'Mit dieser Adresse melden Sie sich an, und dorthin gehen unsere Hinweise. An eine neue senden wir zuerst einen Bestätigungslink.',
      next: 'Neue E-Mail-Adresse',
      submit: 'Adresse ändern',
      same: 'Das ist schon Ihre Adresse.',
    },
    language: { title: 'Sprache', label: 'Sprache der Seiten und E-Mails', submit: 'Sprache verwenden' },
    sessions: {
      title: 'Angemeldete Geräte',
      waits: 'Wartet auf den zweiten Schritt',
      here: 'Dieser Browser',
      since: 'Seit',
      lastSeen: 'Zuletzt verwendet',
      network: 'Netzwerk',
      browser: 'Browser',
      actions: 'Aktionen',
      unknownBrowser: 'Unbekannt',
      on: (browser, system) => `${browser} unter ${system}`,
      end: 'Abmelden',
      endOf: (browser, since) => `${browser} abmelden, angemeldet seit ${since}`,
      endOthers: 'Überall sonst abmelden',
    },
    deletion: {
      title: 'Konto löschen',
      intro: 'Sie werden abgemeldet und können sich nicht mehr anmelden. Das lässt sich nicht rückgängig machen.',
      hasMailboxes:
        'Ihr Konto hat Postfächer. Löschen Sie zuerst diese; ist das letzte entfernt, können Sie auch das Konto löschen.',
      lastSuperAdmin:
        'Ihr Konto ist das letzte aktive Super-Admin-Konto. Geben Sie diese Rolle zuerst einem anderen Konto.',
      submit: 'Konto löschen',
      done: { title: 'Ihr Konto wurde gelöscht', text: 'Sie sind abgemeldet.' },
    },
  },
  emailConfirmation: {
    title: 'Neue E-Mail-Adresse bestätigen',
    intro: (address) => `Ab jetzt melden Sie sich mit ${address} an und erhalten dort unsere Hinweise.`,
    submit: 'Adresse verwenden',
    used: {
      title: 'Bereits erledigt',
      text: 'Sie haben diesen Link schon benutzt: Die Adresse Ihres Kontos ist geändert.',
    },
    done: { title: 'Ihre Adresse wurde geändert', text: 'Melden Sie sich ab jetzt mit der neuen Adresse an.' },
    gone: {
      title: 'Dieser Link ist nicht mehr gültig',
      text: 'Er ist zu alt oder durch einen neueren ersetzt. Fordern Sie in Ihrem Profil einen anderen an.',
    },
    taken: {
      title: 'Diese Adresse gehört zu einem anderen Konto',
      text: 'Inzwischen gibt es ein anderes Konto mit dieser Adresse. Ihr Konto behält die bisherige.',
    },
  },
  passwordReset: {
    title: 'Neues Passwort festlegen',
    intro:
      'Geben Sie die E-Mail-Adresse Ihres Kontos ein. Wir senden Ihnen einen Link, um ein neues Passwort festzulegen.',
    mailboxNote:
      'Das gilt für Ihr Konto hier. Haben Sie das Passwort eines Postfachs verloren, melden Sie sich an und verwenden Sie dessen Wiederherstellungscode.',
    submit: 'Link senden',
    sent: (minutes) => ({
      title: 'Prüfen Sie Ihren Posteingang',
      text: `Wenn es zu dieser Adresse ein Konto gibt, ist eine E-Mail unterwegs. Der Link darin ist ${format.count(minutes, { one: 'Minute', other: 'Minuten' })} gültig und funktioniert nur einmal.`,
    }),
    choose: (address) => `Wählen Sie ein neues Passwort für Ihr Konto ${address}.`,
    save: 'Passwort festlegen',
    done: {
      title: 'Ihr Passwort wurde geändert',
      text: 'Sie wurden überall abgemeldet. Melden Sie sich mit dem neuen Passwort an.',
    },
    used: {
      title: 'Bereits erledigt',
      text: 'Mit diesem Link wurde schon ein Passwort festgelegt. Melden Sie sich damit an, oder fordern Sie einen anderen Link an, wenn Sie das nicht waren.',
    },
    gone: { title: 'Dieser Link ist nicht mehr gültig', text: 'Er ist zu alt oder durch einen neueren ersetzt.' },
    again: 'Anderen Link anfordern',
  },
  domains: {
    title: 'Domains',
    search: 'Domain beginnt mit',
    none: 'Sie verwalten noch keine Domain.',
    domain: 'Domain',
    mailboxes: 'Postfächer',
    holders: 'Verwaltet von',
    nobody: 'den Super-Admins',
    accounts: 'Konten',
    accountsCount: (count) => `zugewiesen an ${count}`,
    accountsOf: (count, shown) => `zugewiesen an ${shown} ${format.plural(count, { one: 'Konto', other: 'Konten' })}`,
    searchMailbox: 'Adresse beginnt mit',
    mailboxCount: (count) =>
      `${count > 1000 ? `${format.number(1000)}+` : format.number(count)} ${format.plural(count, { one: 'Postfach', other: 'Postfächer' })}`,
    empty: 'Keine Postfächer in dieser Domain.',
    address: 'Postfach',
    state: 'Zustand',
    owner: 'Gehört zu',
    unrunnable: 'Hier nicht verwaltbar: doveadm nimmt die Adresse nicht an',
    unowned: 'Ohne Konto',
    aliases: 'Aliasse (Domain)',
    aliasesUnknown: 'zu viele zum Zählen',
    quota: 'Speicherplatz',
    noQuota: 'unbegrenzt',
    actions: 'Aktionen',
    filter: 'Postfächer anzeigen',
    all: 'Alle',
    onlyUnowned: 'Ohne Konto',
    noUnowned: 'Bisher keines ohne Konto.',
    seek: 'Weitersuchen',
    give: 'Konto zuordnen',
    giveTo: (address) => `${address} einem Konto zuordnen`,
    giveHint: 'E-Mail-Adresse des Kontos. Sein Postfach-Limit darf dabei überschritten werden.',
    giveSubmit: 'Zuordnen',
    refusals: {
      account: 'Kein aktives Konto hat diese Adresse.',
      owned: 'Dieses Postfach gehört inzwischen zu einem Konto.',
    },
  },
  claim: {
    title: 'Vorhandenes Postfach hinzufügen',
    open: 'Vorhandenes Postfach hinzufügen',
    intro:
      'Wenn Ihr Postfach älter ist als Ihr Konto, geben Sie sein Passwort ein, um es hier zu verwalten. In Ihrem E-Mail-Programm ändert sich nichts.',
    address: 'Adresse des Postfachs',
    password: 'Passwort des Postfachs',
    submit: 'Postfach hinzufügen',
    refusals: {
      wrong: 'E-Mail-Adresse oder Passwort falsch, oder das Postfach gehört schon zu einem Konto.',
      unknown_scheme:
        'Colombier kann das Passwort dieses Postfachs nicht prüfen. Bitten Sie die Administration, es Ihrem Konto zuzuordnen.',
      limit: 'Ihr Postfach-Limit ist erreicht.',
      reserved: 'Diese Adresse ist nach einer Löschung noch reserviert. Wenden Sie sich an die Administration.',
    },
  },
  audit: {
    title: 'Verlauf',
    of: (address) => `Verlauf von ${address}`,
    back: 'Zurück zu den Postfächern',
    link: 'Verlauf',
    mailbox: 'Postfach',
    mailboxOrDomain: 'Postfach oder Domain',
    action: 'Ereignis',
    anyAction: 'Alle Ereignisse',
    when: 'Wann',
    who: 'Wer',
    what: 'Was',
    details: 'Details',
    network: 'Netzwerk',
    colombier: 'Colombier',
    you: 'Sie',
    administrator: 'Administration',
    empty: 'Keine passenden Einträge.',
    actions: {
      'registration.confirmed': 'Kontoanfrage bestätigt',
      'registration.approved': 'Kontoanfrage genehmigt',
      'registration.denied': 'Kontoanfrage abgelehnt',
      'registration.reopened': 'Kontoanfrage wieder geöffnet',
      'registration.noted': 'Notiz zu Kontoanfrage hinzugefügt',
      'mailbox.requested': 'Postfach angefordert',
      'mailbox.setup_requested': 'Erstellung erneut versucht',
      'mailbox.created': 'Postfach erstellt',
      'mailbox.creation_failed': 'Erstellung des Postfachs fehlgeschlagen',
      'password.change_requested': 'Passwortänderung angefordert',
      'password.changed': 'Passwort geändert',
      'password.change_failed': 'Passwortänderung fehlgeschlagen',
      'app_password.made': 'App-Passwort erstellt',
      'app_password.revoked': 'App-Passwort widerrufen',
      'app_password.all_revoked': 'Alle App-Passwörter widerrufen',
      'recovery_code.made': 'Wiederherstellungscode erstellt',
      'recovery.requested': 'Wiederherstellung angefordert',
      'recovery.cancelled': 'Wiederherstellung verworfen',
      'recovery.ended': 'Wiederherstellung gescheitert',
      'mailbox.new_start_offered': 'Neubeginn angeboten',
      'mailbox.new_start_withdrawn': 'Neubeginn zurückgezogen',
      'mailbox.started_anew': 'Postfach neu begonnen',
      'alias.added': 'Alias hinzugefügt',
      'alias.renamed': 'Alias umbenannt',
      'alias.removed': 'Alias gelöscht',
      'deletion.requested': 'Löschung angefordert',
      'deletion.cancelled': 'Löschung abgebrochen',
      'deletion.done': 'Postfach gelöscht',
      'deletion.failed': 'Löschung fehlgeschlagen',
      'mailbox.locked': 'Von der Administration gesperrt',
      'mailbox.unlocked': 'Von der Administration entsperrt',
      'mailbox.given': 'Postfach einem Konto zugeordnet',
      'mailbox.claimed': 'Vorhandenes Postfach hinzugefügt',
      'mailbox.cleared': 'Postfach auf dem Mailserver verschwunden',
      'mailbox.changed_elsewhere': 'Von anderem Programm geändert',
      'alias.leads_nowhere': 'Catch-all-Alias verweist noch darauf',
      'account.role_changed': 'Rolle geändert',
      'account.activated': 'Konto aktiviert',
      'account.deactivated': 'Konto deaktiviert',
      'account.limit_changed': 'Postfach-Limit geändert',
      'account.domain_granted': 'Domain zugewiesen',
      'account.domain_withdrawn': 'Domain entzogen',
      'account.super_admin_by_setup': 'Erstes Super-Admin-Konto erstellt',
      'account.super_admin_by_command': 'Super-Admin-Konto erstellt',
      'account.signed_in': 'Anmeldung mit Admin-Rechten',
      'account.sessions_ended': 'Sitzungen beendet',
      'account.second_factor_added': 'Zweiter Faktor hinzugefügt',
      'account.second_factor_removed': 'Zweiter Faktor entfernt',
      'account.second_factor_taken_away': 'Zweiter Faktor durch die Administration entfernt',
      'account.backup_codes_made': 'Backup-Codes erstellt',
      'account.backup_code_used': 'Backup-Code verwendet',
      'account.password_changed': 'Passwort des Kontos geändert',
      'account.password_reset': 'Passwort des Kontos neu festgelegt',
      'account.email_changed': 'E-Mail-Adresse des Kontos geändert',
      'account.deleted': 'Konto gelöscht',
    },
  },
  tasks: {
    title: 'Aufträge',
    tabs: 'Aufträge und E-Mails',
    open: 'Offen',
    failed: 'Fehlgeschlagen',
    mail: 'Postausgang',
    kind: 'Auftrag',
    mailbox: 'Postfach',
    state: 'Zustand',
    attempts: 'Versuche',
    error: 'Fehler',
    age: 'Erteilt',
    noneOpen: 'Keine offenen Aufträge.',
    noneFailed: 'Keine fehlgeschlagenen Aufträge in den letzten 30 Tagen.',
    kinds: { create: 'Erstellen', rekey: 'Passwort ändern', delete: 'Löschen' },
    states: {
      queued: 'Wartet',
      running: 'Läuft',
      done: 'Erledigt',
      failed: 'Fehlgeschlagen',
      cancelled: 'Abgebrochen',
    },
    begins: (at) => `nicht vor dem ${format.dateTime(at)}`,
    errors: {
      wrong_key_password: 'Das eingegebene Passwort passt nicht zum Schlüssel',
      wrong_password: 'Das eingegebene aktuelle Passwort passt nicht zum Schlüssel',
      no_key: 'Kein Schlüssel, um das aktuelle Passwort zu prüfen; nichts wurde ausgeführt',
      deadline: 'Nicht rechtzeitig erledigt',
      mail_host: 'Auf dem Mailserver ist etwas schiefgegangen',
      unknown_mailbox: 'Der Mailserver kennt das Postfach nicht',
      seal: 'Nicht mit dem Schlüssel dieser Web-App signiert; nichts wurde ausgeführt',
      replayed: 'Schon einmal ausgeführt; nicht wiederholt',
      changed_elsewhere: 'Ein anderes Programm hat das Postfach inzwischen geändert; seine Zeile blieb unangetastet',
      leftover: 'Im Verzeichnis des neuen Postfachs liegen alte E-Mails; verschieben Sie sie von Hand',
      rows_kept:
        'Die Datenbank erlaubt nicht, die Zeilen des Postfachs zu löschen (Fremdschlüssel oder Trigger); nichts wurde ausgeführt',
      unsafe_home: 'Das Verzeichnis des Postfachs ist nicht an einem sicheren Ort; nichts wurde ausgeführt',
    },
    connectors: 'Connectoren',
    noConnector: 'Noch hat sich kein Connector gemeldet. Aufträge warten, bis es einer tut.',
    host: 'Rechner',
    seen: 'Zuletzt gemeldet',
    silent: 'Antwortet nicht',
    version: 'Version',
    mode: 'Betrieb',
    modes: { cron: 'cron', watch: 'dauerhaft' },
    lastFailure: 'Letzter Fehler',
    activeLock: 'Sperre über die Aktiv-Spalte',
    activeLocks: {
      unknown: 'nicht als sicher bekannt: Sperren nutzen das Passwort',
      safe: 'sicher: E-Mails kommen an, niemand kann sich anmelden',
      invisible: 'verbirgt das Postfach vor dem Mailserver, E-Mails würden abgewiesen: Sperren nutzen das Passwort',
      ineffective: 'Anmelden bleibt möglich: Sperren nutzen das Passwort',
    },
    mailCount: (count) => `Wartend: ${count}`,
    mailOldest: (ago) => `Die älteste wurde ${ago} geschrieben.`,
    noMail: 'Keine wartenden E-Mails.',
    recipient: 'An',
    written: 'Geschrieben',
    nextAttempt: 'Nächster Versuch',
    notTried: 'Noch nicht versucht',
    silentBanner:
      'Seit mehr als zehn Minuten hat sich kein Connector gemeldet. Bis es einer tut, wird kein Postfach erstellt, geändert oder gelöscht.',
    silentLink: 'Aufträge ansehen',
    again:
      'Einen fehlgeschlagenen Auftrag kann nur die Person wiederholen, der das Postfach gehört: Dazu braucht es dessen Passwort, das nicht gespeichert wurde. Angeboten wird es auf der Seite „Postfächer“.',
  },
  mails: {
    farewell: 'Gesendet von Colombier',
    reasons: {
      account: 'Sie erhalten diese E-Mail, weil sie Ihr Konto oder Ihr Postfach betrifft.',
      request: 'Sie erhalten diese E-Mail, weil mit Ihrer Adresse ein Konto angefragt wurde.',
      administrator: 'Sie erhalten diese E-Mail, weil Sie Admin-Rechte haben.',
    },
    open: 'Colombier öffnen',
    noticed: {
      at: (at) => `Zeit: ${format.dateTimeInZone(at)}.`,
      from: (browser, network) => `Browser: ${browser}. Netzwerk: ${network}.`,
    },
    ifNotYou: {
      notYou:
        'Wenn Sie das nicht waren, legen Sie sofort ein neues Passwort fest, melden Sie sich überall sonst ab und informieren Sie die Administration.',
      label: 'Sicherheit öffnen',
    },
    notices: {
      signedIn: (email) => ({
        subject: 'Neue Anmeldung an Ihrem Konto',
        text: `An Ihrem Konto ${email} hat sich jemand mit einem neuen Browser oder aus einem neuen Netzwerk angemeldet.`,
      }),
      emailChanged: (email) => ({
        subject: 'Ihr Konto hat eine neue Adresse',
        text: `Die Adresse Ihres Kontos ist jetzt ${email}.`,
      }),
      sessionsEnded: (email) => ({
        subject: 'Geräte wurden von Ihrem Konto abgemeldet',
        text: `Ein oder mehrere Geräte wurden von Ihrem Konto ${email} abgemeldet.`,
      }),
      factorAdded: (email) => ({
        subject: 'Ihr Konto hat einen neuen zweiten Faktor',
        text: `Ihrem Konto ${email} wurde ein zweiter Faktor hinzugefügt. Ab jetzt brauchen Sie ihn, um sich anzumelden.`,
      }),
      factorRemoved: (email) => ({
        subject: 'Ein zweiter Faktor Ihres Kontos wurde entfernt',
        text: `Ein zweiter Faktor Ihres Kontos ${email} wurde entfernt, und Sie wurden überall sonst abgemeldet.`,
      }),
      factorTakenAway: (email) => ({
        subject: 'Ihr zweiter Faktor wurde entfernt',
        text: `Die Administration hat den zweiten Faktor Ihres Kontos ${email} entfernt und Sie überall abgemeldet. Melden Sie sich mit Ihrem Passwort an und fügen Sie einen neuen hinzu.`,
      }),
      backupCodeUsed: (email) => ({
        subject: 'Ein Backup-Code wurde verwendet',
        text: `Jemand hat sich mit einem Backup-Code an Ihrem Konto ${email} angemeldet. Dieser Code gilt nicht mehr.`,
      }),
      backupCodesMade: (email) => ({
        subject: 'Sie haben neue Backup-Codes',
        text: `Für Ihr Konto ${email} wurden neue Backup-Codes erstellt. Die bisherigen gelten nicht mehr.`,
      }),
    },
    confirmRegistration: (email, hours) => ({
      subject: 'Bestätigen Sie Ihre Kontoanfrage',
      paragraphs: [
        `Sie (oder jemand anderes) haben ein Konto für ${email} angefragt. Öffnen Sie diese Seite, um die Anfrage zu bestätigen.`,
        `Der Link ist ${format.count(hours, { one: 'Stunde', other: 'Stunden' })} gültig. Wenn Sie das nicht waren, tun Sie nichts: Die Anfrage verfällt.`,
      ],
      label: 'Anfrage bestätigen',
    }),
    registrationKnown: (email) => ({
      subject: 'Sie haben bereits ein Konto',
      paragraphs: [
        `Sie (oder jemand anderes) haben ein Konto für ${email} angefragt; dafür gibt es bereits eines. Melden Sie sich mit Ihrer E-Mail-Adresse und dem damals gewählten Passwort an. Es wurde nichts geändert.`,
      ],
      label: 'Anmelden',
    }),
    registrationWaits: (email) => ({
      subject: 'Ihre Kontoanfrage liegt uns vor',
      paragraphs: [
        `Sie haben Ihre Kontoanfrage für ${email} bereits bestätigt. Die Moderation wird sie lesen; Sie müssen sie nicht noch einmal senden. Die Antwort erhalten Sie per E-Mail.`,
      ],
    }),
    registrationToModerate: (email) => ({
      subject: `Neue Kontoanfrage: ${email}`,
      paragraphs: [`${email} fragt ein Konto an. Lesen Sie die Anfrage und genehmigen Sie sie oder lehnen Sie sie ab.`],
      label: 'Anfragen öffnen',
    }),
    registrationApproved: (email) => ({
      subject: 'Willkommen: Ihr Konto ist bereit',
      paragraphs: [
        `Ihre Kontoanfrage wurde genehmigt. Melden Sie sich als ${email} mit dem Passwort an, das Sie gewählt haben, und erstellen Sie Ihr erstes Postfach.`,
      ],
      label: 'Anmelden',
    }),
    registrationDenied: (message) => ({
      subject: 'Ihre Kontoanfrage',
      paragraphs: ['Ihre Kontoanfrage wurde nicht genehmigt.', message],
    }),
    accountPasswordChanged: (email) => ({
      subject: 'Das Passwort Ihres Kontos wurde geändert',
      paragraphs: [
        `Das Passwort Ihres Kontos ${email} wurde geändert, und Sie wurden überall sonst abgemeldet.`,
        'Wenn Sie das nicht waren, legen Sie sofort ein neues Passwort fest und informieren Sie die Administration.',
      ],
      label: 'Neues Passwort festlegen',
    }),
    passwordReset: (email, minutes) => ({
      subject: 'Neues Passwort für Ihr Konto festlegen',
      paragraphs: [
        `Sie (oder jemand anderes) haben ein neues Passwort für das Konto ${email} angefordert. Öffnen Sie diese Seite, um es festzulegen.`,
        `Der Link ist ${format.count(minutes, { one: 'Minute', other: 'Minuten' })} gültig und funktioniert nur einmal. Wenn Sie das nicht waren, tun Sie nichts: Das Passwort bleibt, wie es ist.`,
      ],
      label: 'Neues Passwort festlegen',
    }),
    emailChange: (email, minutes) => ({
      subject: 'Bestätigen Sie Ihre neue E-Mail-Adresse',
      paragraphs: [
        `Sie (oder jemand anderes) möchten sich bei Colombier künftig mit ${email} anmelden. Öffnen Sie diese Seite, um die Adresse zu bestätigen.`,
        `Der Link ist ${format.count(minutes, { one: 'Minute', other: 'Minuten' })} gültig. Wenn Sie das nicht waren, tun Sie nichts.`,
      ],
      label: 'Adresse bestätigen',
    }),
    emailChanged: (email) => ({
      subject: 'Die E-Mail-Adresse Ihres Kontos wurde geändert',
      paragraphs: [
        `Die Adresse Ihres Kontos ist jetzt ${email}. Damit melden Sie sich an, und dorthin gehen unsere Hinweise. Dies ist die letzte E-Mail an die bisherige Adresse.`,
        'Wenn Sie das nicht waren, informieren Sie sofort die Administration.',
      ],
    }),
    created: (address) => ({
      subject: `Ihr Postfach ${address} ist bereit`,
      paragraphs: [
        `Ihr Postfach ${address} ist bereit und empfängt E-Mails.`,
        'Ihre E-Mails sind mit einem Schlüssel verschlüsselt, den nur das gewählte Passwort öffnet: Ohne dieses Passwort kann sie niemand lesen. Richten Sie einen Wiederherstellungscode für das Postfach ein, damit Sie ein neues Passwort festlegen können, falls Sie dieses verlieren.',
      ],
    }),
    creationFailed: (address, reason) => ({
      subject: `Ihr Postfach ${address} konnte nicht erstellt werden`,
      paragraphs: [`Ihr Postfach ${address} konnte nicht erstellt werden.`, reason],
    }),
    passwordChanged: (address) => ({
      subject: `Das Passwort von ${address} wurde geändert`,
      paragraphs: [
        `Das Passwort Ihres Postfachs ${address} wurde geändert und der Schlüssel Ihrer E-Mails dafür neu verschlüsselt. Geben Sie das neue Passwort in den E-Mail-Programmen ein, die das alte verwendet haben.`,
        'Wenn Sie das nicht waren, informieren Sie sofort die Administration.',
      ],
    }),
    recoveryCodeMade: (address) => ({
      subject: `Neuer Wiederherstellungscode für ${address}`,
      paragraphs: [
        `Für Ihr Postfach ${address} wurde ein Wiederherstellungscode erstellt. Ein früherer gilt nicht mehr.`,
        'Wenn Sie das nicht waren, erstellen Sie sofort einen anderen Code und ändern Sie Ihre Passwörter.',
      ],
    }),
    recoveryRequested: (address, at) => ({
      subject: `Neues Passwort für ${address} angefordert`,
      paragraphs: [
        `Sie (oder jemand anderes) haben mit dem Wiederherstellungscode ein neues Passwort für Ihr Postfach ${address} angefordert. Es gilt ab dem ${format.dateTimeInZone(at)}.`,
        'Wenn Sie das nicht waren, verwerfen Sie es vorher auf der Seite Ihrer Postfächer und ändern Sie das Passwort Ihres Kontos.',
      ],
    }),
    newStartOffered: (address) => ({
      subject: `Sie können mit ${address} neu beginnen`,
      paragraphs: [
        `Die Administration erlaubt Ihnen, mit Ihrem Postfach ${address} neu zu beginnen, ohne die alten E-Mails. Sie würden alle E-Mails darin verlieren; die Adresse und ihre Aliasse bleiben.`,
        'Es geschieht nichts, bevor Sie es auf der Seite Ihrer Postfächer bestätigen. Wenn Sie das Passwort kennen oder den Wiederherstellungscode haben, tun Sie es nicht.',
      ],
    }),
    appPasswordMade: (address, name) => ({
      subject: `Neues App-Passwort für ${address}`,
      paragraphs: [
        `Für Ihr Postfach ${address} wurde ein App-Passwort mit dem Namen „${name}“ erstellt. Wer es hat, kann sich am Postfach anmelden.`,
        'Wenn Sie das nicht waren, widerrufen Sie es sofort und ändern Sie Ihre Passwörter.',
      ],
    }),
    deletionRequested: (address, at) => ({
      subject: `Ihr Postfach ${address} wird gelöscht`,
      paragraphs: [
        `Sie (oder jemand anderes) haben die Löschung Ihres Postfachs ${address} angefordert. Es ist geschlossen und wird am ${format.dateTimeInZone(at)} gelöscht, mit seinen E-Mails und Aliassen.`,
        'Bis dahin können Sie die Löschung auf der Seite Ihrer Postfächer abbrechen; dann ist alles wie zuvor. Wenn Sie das nicht waren, tun Sie das sofort und ändern Sie Ihre Passwörter.',
      ],
    }),
    deletionReminder: (address, at) => ({
      subject: `Ihr Postfach ${address} wird bald gelöscht`,
      paragraphs: [
        `Ihr Postfach ${address} wird am ${format.dateTimeInZone(at)} gelöscht, mit seinen E-Mails und Aliassen. Danach kann es niemand zurückholen.`,
        'Bis dahin können Sie die Löschung auf der Seite Ihrer Postfächer abbrechen.',
      ],
    }),
    deletionDone: (address) => ({
      subject: `Ihr Postfach ${address} wurde gelöscht`,
      paragraphs: [`Ihr Postfach ${address} wurde gelöscht, mit seinen E-Mails und Aliassen.`],
    }),
    deletionFailed: (address, reason) => ({
      subject: `Ihr Postfach ${address} konnte nicht gelöscht werden`,
      paragraphs: [`Ihr Postfach ${address} konnte nicht gelöscht werden und ist wie zuvor.`, reason],
    }),
    changedElsewhere: (address) => ({
      subject: `Ein anderes Programm hat das Postfach ${address} geändert`,
      paragraphs: [
        `Während das Postfach ${address} gesperrt war, hat ein anderes Programm auf dem Mailserver sein Passwort geändert oder das Postfach neu angelegt.`,
        'Die Änderung dieses Programms gilt, und die Sperre ist beendet: Wer das aktuelle Passwort kennt, kann sich anmelden. Wenn das niemand war, den Sie kennen, finden Sie heraus, wer es war.',
      ],
    }),
    deletionCancelled: (address) => ({
      subject: `Ihr Postfach ${address} wird nicht gelöscht`,
      paragraphs: [
        `Die Löschung Ihres Postfachs ${address} wurde abgebrochen. Das Postfach ist wie zuvor, auch sein Passwort.`,
      ],
    }),
    passwordRolledBack: (address, reason) => ({
      subject: `Das Passwort von ${address} wurde nicht geändert`,
      paragraphs: [
        `Sie (oder jemand anderes) haben ein neues Passwort für Ihr Postfach ${address} angefordert.`,
        reason,
      ],
    }),
    openTasks: 'Aufträge ansehen',
    connectorSilent: {
      subject: 'Der Connector antwortet nicht',
      paragraphs: [
        'Seit mehr als zehn Minuten hat sich auf dem Mailserver kein Connector gemeldet. Bis es einer tut, wird kein Postfach erstellt, geändert oder gelöscht; E-Mails kommen weiter an.',
        'Prüfen Sie auf dem Mailserver, ob sein Timer oder Dienst läuft; was sonst nicht stimmt, zeigt sein Befehl doctor. Sobald er wieder da ist, erhalten Sie eine weitere E-Mail.',
      ],
    },
    connectorBack: {
      subject: 'Der Connector ist wieder da',
      paragraphs: [
        'Auf dem Mailserver meldet sich wieder ein Connector, und die wartenden Aufträge werden ausgeführt.',
      ],
    },
    reply: 'Per E-Mail antworten',
    contact: (email, mailbox, message) => ({
      subject: mailbox === null ? `Nachricht von ${email}` : `Nachricht von ${email} zu ${mailbox}`,
      paragraphs: [`${email} hat eine Frage${mailbox === null ? '' : ` zum Postfach ${mailbox}`}:`, message],
    }),
  },
  errors: {
    tooManyAttempts: (seconds) =>
      `Zu viele Versuche. Versuchen Sie es in ${format.count(Math.ceil(seconds / 60), { one: 'Minute', other: 'Minuten' })} noch einmal.`,
    strayProxy: (address) =>
      `Aufrufe kommen über ${address}; diese Adresse fehlt in TRUSTED_PROXIES. Dadurch zählen alle als eine Person: Wenige falsche Passwörter sperren alle aus. Tragen Sie die Adresse dort ein.`,
    titles: {
      400: 'Das konnten wir nicht lesen',
      401: 'Melden Sie sich neu an',
      403: 'Kein Zugriff',
      404: 'Seite nicht gefunden',
      413: 'Das ist zu groß',
      429: 'Zu viele Versuche',
      500: 'Etwas ist schiefgegangen',
      503: 'Einen Moment',
    },
    texts: {
      400: 'Das Formular kam nicht so an, wie es gesendet wurde. Gehen Sie zurück und versuchen Sie es noch einmal.',
      401: 'Ihre Sitzung ist beendet. Es wurde nichts geändert.',
      403: 'Ihr Konto hat nicht das Recht dazu. Es wurde nichts geändert.',
      404: 'Diese Seite gibt es nicht, oder sie gehört jemand anderem.',
      413: 'Sie haben mehr gesendet, als diese Seite annimmt. Es wurde nichts geändert.',
      429: 'Warten Sie eine Weile, bevor Sie es noch einmal versuchen.',
      500: 'Der Fehler liegt bei uns und wurde protokolliert. Versuchen Sie es noch einmal; passiert es wieder, nennen Sie der Administration diese Referenz.',
      503: 'Der Server ist ausgelastet oder seine Datenbank kurz nicht erreichbar. Es wurde nichts geändert; versuchen Sie es gleich noch einmal.',
    },
    otherOrigin: (origin) =>
      `Dieses Formular wurde von einer anderen Adresse als ${origin} gesendet. Öffnen Sie Colombier dort und versuchen Sie es noch einmal. Es wurde nichts geändert.`,
    unreachable:
      'Es kam keine Antwort. Ihre Eingaben sind noch da: Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.',
    signInElsewhere: 'In neuem Tab anmelden',
    thenAgain: 'Wiederholen Sie es danach hier: Ihre Eingaben sind noch da.',
    afresh: 'Seite neu laden',
    reloads: 'Diese Seite lädt sich von selbst neu.',
    reference: (reference) => `Referenz ${reference}`,
    home: 'Zur Startseite',
  },
}
