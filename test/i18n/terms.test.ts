import { describe, expect, test } from 'vitest'
import { catalogues } from '../../src/i18n/languages.ts'

/** What a catalogue must not say, and why. */
const FORBIDDEN: Record<keyof typeof catalogues, [RegExp, string][]> = {
  en: [
    [/\bplease\b/i, 'an instruction is a plain imperative'],
    [
      /(?<!e-)\bmails\b|\ba mail\b(?! server)|\bmailed\b|\bby mail\b|\btest mail\b/i,
      'a message is an e-mail; mail is what a mailbox holds',
    ],
    [/\bemails?\b/i, 'it is written e-mail'],
    [/\bmeanwhile\b/i, '“in the meantime” or “by now”'],
    [/\bany ?more\b/i, '“no longer”'],
    [/\b(begin|begins|begun|began)\b/i, '“start”'],
    [/\bcannot\b/i, '“can’t”'],
    [/\bmay\b/i, '“can” for a right, “might” for what could be'],
    [/\bask(s|ed|ing)? for\b/i, 'one requests an account, a link, a deletion'],
    [/\bcall(s|ed)?\b[^.]*\boff\b/i, 'a deletion is cancelled'],
    [/\blook(s|ed)? after\b/i, 'an administrator manages a domain'],
    [/\bunowned\b/i, 'a mailbox has “no owner”'],
    [/\bfaults?\b/i, '“error”, or “something went wrong”'],
    [/\bgood for\b/i, 'a link works for so long'],
    [/\bpassword still holds\b/i, 'a password still works'],
    [/\blogins?\b/i, 'one signs in to an account and logs in to a mailbox'],
    [/\bdo(es)? not go together\b/i, '“wrong e-mail address or password”'],
    [/\bsame (again|password again)\b/i, '“repeat the password”'],
    [/^Leave$|^Leave …/, '“stop receiving”: one leaves a page or a list of people'],
    [/^its password$|\bask its doctor\b/i, 'it is said whose'],
    [
      /\bcode no longer fits\b|\bdevice was signed out\b|^aliases here$/i,
      '“works”, “you were signed out there”, and of what',
    ],
    [/\bcan’t be made again\b/i, 'who is told what happens, and not what can’t be done'],
  ],
  es: [
    [/\bpor favor\b/i, 'una instrucción es un imperativo simple'],
    [/\be-?mails?\b|\bmails?\b(?!\.)|\bcorreos? electrónicos?\b/i, 'un mensaje es un correo'],
    [/\bcasillas?\b|\bbuzones? de correo\b|\bcuentas? de correo\b/i, '«buzón»'],
    [/\b(tus?|tuy[oa]s?|contigo|puedes|tienes|quieres|has)\b|\btú(?!\p{L})/iu, 'a quien lee se le trata de usted'],
    [/\bbienvenid(o|os|as)\b|(?<!la )\bbienvenida\b|\bestá conectad[oa]\b/i, 'quien lee no tiene género'],
    [/moderador|propietari|dueñ/i, '«moderación», «titular»'],
    [/\b(un|el|los|al|del|su) (super)?administrador/i, '«la administración»; Administrador es solo un rol'],
    [/\b(introduzca|introducir|ingrese|ingresar|teclee)\b/i, '«escriba» se dice en todos los países'],
    [
      /\b(fichero|ordenador|computadora|portátil|móvil|celular|ratón|agreg(ar|ue))\b/i,
      'no se dice en todos los países',
    ],
    [/\b(login|conectarse|conéctese|loguear)/i, 'se inicia sesión en la cuenta y se accede al buzón'],
    [/\bborr(ar|e|ad[oa])/i, '«eliminar»'],
    [/\bdeneg(ar|ad[oa])/i, '«rechazar»'],
    [/\brenombr/i, '«cambiar el nombre»'],
    [/\bcontraseñas? nuevas?\b/i, '«nueva contraseña»'],
    [/\b(spam|webmail)\b(?!\.)/i, '«correo no deseado», «correo web»'],
    [/\bajustes?\b/i, '«configuración»'],
    [/\bsólo\b|\bguión\b/i, 'se escribe sin tilde'],
  ],
  fr: [
    [/veuillez/i, 'une consigne est un impératif simple'],
    [/courriers?\b|courriels?\b/i, 'un message est un e-mail'],
    [/(?<!e-|boîtes? )\bmails?\b(?!\.)/i, 'un message est un e-mail'],
    [/\bboîtes?\b(?! mail| de réception)/i, 'on dit « boîte mail » en entier'],
    [/vous (êtes|serez|étiez) \S*(é|u|i)\b/i, 'la personne qui lit n’a pas de genre'],
    [/l’auteur\b|vous-même\b|\bvous êtes le\b/i, 'la personne qui lit n’a pas de genre'],
    [/adressez-vous|vous adresser/i, 'on contacte un administrateur'],
    [/\bhôtes?\b/i, 'le serveur de messagerie, ou une machine'],
    [/\bmuets?\b/i, 'un connecteur « ne répond plus »'],
    [/\bsceaux?\b/i, '« signature »'],
    [/(?<!par )\bdéfauts?\b/i, '« erreur » ou « problème »'],
    [/\bessais\b/i, '« tentatives »'],
    [/quelqu’un, (sans doute )?vous/i, '« Vous (ou quelqu’un d’autre) »'],
    [/s’occupe|détene|détien/i, 'on administre un domaine'],
    [/revendi/i, 'on ajoute une boîte mail existante'],
    [/\bdispositions?\b/i, '« modèle de tables »'],
    [/\bmontr/i, '« afficher »'],
    [/\bson (mot de passe|doctor)$|demandez à son/i, 'on dit de qui'],
    [/à neuf\b|ce qui l(’|es )utilisait/i, '« repartir de zéro », « les logiciels qui »'],
    [/n’est affiché que|ce site ne le garde/i, '« ne sera plus affiché », « ne le conserve pas »'],
    [/proposer un/i, '« générer »'],
    [/code de secours.*boîte mail|boîte mail.*code de secours/i, 'une boîte mail a un « code de récupération »'],
    [/\bcommencent? ainsi\b|nulle part/i, '« Aucun résultat. », « n’est plus valable »'],
  ],
  it: [
    [/\b(si prega|prego|per favore|per piacere)\b/i, 'un’istruzione è un semplice imperativo'],
    [/\b(voi|vostr[oaie]|inserite|scegliete|inserisca|scelga|scriva|controlli|riprovi)\b/i, 'si dà del tu'],
    [/(?<!e-)\bmail\b(?!\.)|\bemail\b/i, 'un messaggio è un’e-mail'],
    [/\bcancell/i, 'una casella si elimina, un’operazione si annulla'],
    [/\bcasell[ae] (e-mail|postal[ei])/i, '«casella», al più «casella di posta»'],
    [/\b(sei|verrai|sarai|eri) (stat[oa]|\w+(at|ut|it|ess)[oa])\b/i, 'chi legge non ha genere'],
    [/(?<!il )\bbenvenut[oa]\b/i, 'chi legge non ha genere'],
    [/\w[*ə]/, 'niente asterischi né schwa'],
    [/\bproprietari/i, 'una casella ha un titolare'],
    [/crittogra|(?<!JavaS)cript/i, '«cifrare», «cifratura»'],
    [/\blogin\b|\bloggar|\bsign in\b/i, '«accedere», «accesso»'],
    [/\bhost\b/i, 'il server di posta, o una macchina'],
    [/\btask\b|\bcompit[oi]\b/i, '«operazione»'],
    [/\bdirectory\b/i, '«cartella»'],
    [/settagg|setup/i, '«impostazioni», «configurazione»'],
    [
      /\bparol[ae] (d’ordine|chiave)\b|\bpassword (applicative|delle app|per le app)\b/i,
      '«password», «password per app»',
    ],
    [/\bsigill/i, '«firma»'],
    [/codic[ei] di riserva/i, '«codice di backup»'],
    [/\bripristin/i, '«recuperare», «reimpostare»'],
  ],
  de: [
    [/\bbitte\b/i, 'eine Anweisung ist ein schlichter Imperativ'],
    [/\b(du|dich|dir|dein\w*)\b/i, 'wir siezen'],
    [/(?<!E-|Apple )\bMails?\b(?!\.)|\be?mails?\b(?![.:/])/, 'eine Nachricht ist eine E-Mail'],
    [/\bMailbox|Mail-?[Kk]onto/, 'eine Adresse mit ihren E-Mails ist ein Postfach'],
    [/Accounts?\b/i, 'man hat ein Konto'],
    [/\b(be)?nutzer(?!name)/i, 'Menschen haben keine Benutzer; die Rolle heißt Mitglied'],
    [/[*:_]in(nen)?\b|\p{Ll}In(nen)?\b|Administrator|Moderator|Besitzer|Inhaber|Eigentümer/u, 'ohne Geschlecht'],
    [/Kennw[oö]rt/i, '„Passwort“'],
    [/einlogg|ausgelogg|\blog-?in/i, 'man meldet sich an und ab'],
    [/\bAliase/i, 'mehrere sind Aliasse'],
    [/Antr[aä]g|beantrag/i, 'man fragt ein Konto an; alles andere fordert man an'],
    [/\bTasks?\b|Aufgabe/i, 'der Mailserver bekommt Aufträge'],
    [/stornier|annullier|\bHistorie/i, '„abbrechen“, „Verlauf“'],
    [/(?<!er)\b(gesetzt|setzen)\b/i, 'ein Passwort legt man fest'],
    [/verriegel|blockier/i, 'ein Postfach wird gesperrt'],
    [/revozier|zurückgenommen|Zurücknahme/i, 'ein App-Passwort wird widerrufen'],
    [/[Kk]ontingent|\bQuota/, '„Speicherplatz“'],
    [/Ersatzcode/i, '„Backup-Code“'],
  ],
}

/** Every text of a catalogue under its name; of a function all that it could say. */
function textsOf(value: unknown, name: string): [string, string][] {
  if (typeof value === 'string') return [[name, value]]
  if (typeof value === 'function') {
    const literals = value.toString().matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)
    return [...literals].map(([literal]) => [`${name}()`, literal.replace(/\$\{[^}]*\}/g, ' … ')])
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (key === 'format' ? [] : textsOf(inner, `${name}.${key}`)))
}

describe.each(Object.keys(catalogues) as (keyof typeof catalogues)[])('whoever reads %s', (language) => {
  const texts = textsOf(catalogues[language], language)

  test.each(FORBIDDEN[language])('never meets %s: %s', (word) => {
    expect(texts.filter(([, text]) => word.test(text))).toEqual([])
  })

  test('meets texts that were looked through, those of functions too', () => {
    expect(texts.length).toBeGreaterThan(500)
    expect(texts.some(([name]) => name.endsWith('limitReached()'))).toBe(true)
  })
})

test.each(Object.entries(catalogues))('whoever sets up in %s reads of one setting and of several', (_, { setup }) => {
  const [one, several] = [['PORT'], ['PORT', 'HOST']].map((names) => setup.summary.outside(names))
  expect(one).toContain('PORT')
  expect(several).toMatch(/PORT \p{L}+ HOST/u)
  expect(one?.replace('PORT', '')).not.toBe(several?.replace(/PORT \p{L}+ HOST/u, ''))
})
