import type { Messages } from './en.ts'
import { createFormat } from './format.ts'

const format = createFormat('fr')

export const fr: Messages = {
  format,
  common: {
    appName: 'Colombier',
    skipToContent: 'Aller au contenu',
    mainNavigation: 'Navigation principale',
    signOut: 'Se déconnecter',
    mailboxes: 'Boîtes mail',
    requests: 'Demandes',
    language: 'Langue',
    tagline: 'Vos boîtes mail, entre vos mains.',
    cancel: 'Annuler',
  },
  fields: {
    required: 'Veuillez remplir ce champ.',
    invalid: 'Cette valeur ne convient pas ici.',
    email: 'Veuillez saisir une adresse e-mail, par exemple ada@example.org.',
    tooLong: 'C’est trop long.',
    passwordShort: 'Veuillez utiliser au moins 12 caractères.',
    passwordLong: 'Veuillez utiliser au plus 256 caractères.',
    passwordCharacters: 'Un mot de passe ne peut contenir ni saut de ligne ni autre caractère de contrôle.',
    passwordsDiffer: 'Les deux mots de passe ne sont pas identiques.',
    passwordSame: 'Veuillez choisir un autre mot de passe que l’actuel.',
    localPartShort: 'Veuillez utiliser au moins 6 caractères.',
    aliasShort: 'Veuillez utiliser au moins 8 caractères.',
    localPartLong: 'Veuillez utiliser au plus 64 caractères.',
    localPartAt: 'Veuillez n’indiquer que ce qui précède le @ ; le domaine se choisit à côté.',
    localPartSeparator: 'Ce caractère sépare ce que le serveur ajoute à une adresse et ne peut pas servir ici.',
    localPartCharacters: 'Veuillez n’utiliser que a à z, 0 à 9, le point, le tiret et le tiret bas.',
    localPartDots: 'Pas de point ni de tiret au début, pas de point à la fin, ni deux points de suite.',
    localPartReserved: 'Ce nom est réservé aux personnes qui gèrent le domaine.',
    wholeNumber: 'Veuillez indiquer un nombre entier.',
    reasonShort: 'Veuillez en dire un peu plus : au moins 10 caractères.',
    textCharacters: 'Ce texte contient des caractères qui ne conviennent pas ici.',
    mailboxLimit: 'Veuillez indiquer un nombre entier jusqu’à 10 000, ou rien.',
  },
  signIn: {
    title: 'Connexion',
    intro: 'Gérez vos boîtes mail chiffrées et vos alias.',
    email: 'Adresse e-mail',
    password: 'Mot de passe',
    submit: 'Se connecter',
    noAccount: 'Pas encore de compte ?',
    register: 'En demander un',
    wrong: 'Cette adresse e-mail et ce mot de passe ne correspondent pas.',
    blocked: (seconds) =>
      `Trop d’essais. Veuillez réessayer dans ${format.count(Math.ceil(seconds / 60), { one: 'minute', other: 'minutes' })}.`,
  },
  setup: {
    title: 'Bienvenue dans Colombier',
    intro: 'Créez le premier compte administrateur. Il a tous les droits ici et peut accueillir les autres.',
    token: 'Jeton d’installation',
    tokenHint: 'Le serveur l’a affiché à son démarrage ; un redémarrage en affiche un nouveau.',
    tokenWrong: 'Ce n’est pas le jeton d’installation actuel.',
    blocked: (seconds) =>
      `Trop de jetons erronés. Veuillez réessayer dans ${format.count(Math.ceil(seconds / 60), { one: 'minute', other: 'minutes' })}.`,
    language: 'Votre langue',
    email: 'Votre adresse e-mail',
    password: 'Mot de passe',
    passwordHint: 'De 12 à 256 caractères. Quelques mots sans rapport se retiennent bien et se devinent mal.',
    again: 'Le même mot de passe encore une fois',
    submit: 'Créer le compte administrateur',
  },
  registration: {
    title: 'Demander un compte',
    intro: 'Dites-nous qui vous êtes. Quelqu’un lira votre demande ; vous aurez de nos nouvelles par e-mail.',
    email: 'Adresse e-mail',
    emailHint: 'Vous la confirmerez par un lien que nous y envoyons.',
    password: 'Mot de passe',
    passwordHint: 'De 12 à 256 caractères. Quelques mots sans rapport se retiennent bien et se devinent mal.',
    again: 'Le même mot de passe encore une fois',
    reason: 'Pourquoi souhaitez-vous un compte ?',
    reasonHint: 'Avec vos mots, de 10 à 2 000 caractères.',
    trap: 'Veuillez laisser ce champ vide',
    submit: 'Envoyer la demande',
    haveAccount: 'Vous avez déjà un compte ?',
    tooFast: 'C’était très rapide. Veuillez ressaisir le mot de passe et renvoyer le formulaire.',
    formExpired:
      'Le formulaire est resté ouvert trop longtemps. Veuillez ressaisir le mot de passe et renvoyer le formulaire.',
    blocked: (seconds) =>
      `Trop de demandes depuis votre réseau. Veuillez réessayer dans ${format.count(Math.ceil(seconds / 60), { one: 'minute', other: 'minutes' })}.`,
    sent: {
      title: 'Consultez votre messagerie',
      text: 'Nous vous avons envoyé un e-mail. Ouvrez le lien qu’il contient pour confirmer votre demande.',
      hint: (hours) =>
        `Le lien est valable ${format.count(hours, { one: 'heure', other: 'heures' })}. Pas d’e-mail ? Regardez parmi les indésirables, et vérifiez que l’adresse était la bonne.`,
    },
    confirmation: {
      title: 'Confirmer votre demande',
      intro:
        'Voici ce qui a été envoyé pour votre adresse. Si ce n’est pas de vous, fermez cette page : il ne se passera rien.',
      submit: 'Confirmer la demande',
      done: {
        title: 'Merci',
        text: 'Votre adresse est confirmée, et votre demande attend d’être lue. Vous recevrez un e-mail.',
      },
      account: {
        title: 'Vous avez un compte',
        text: 'Il existe déjà un compte pour votre adresse. Vous pouvez vous connecter.',
      },
      gone: {
        title: 'Ce lien ne mène plus nulle part',
        text: 'Il a déjà servi, ou il est trop ancien. Si vous n’avez jamais eu de nouvelles après avoir confirmé, renvoyez le formulaire.',
      },
      again: 'Vers le formulaire',
    },
  },
  moderation: {
    countWords: (waiting) => format.plural(waiting, { one: 'en attente', other: 'en attente' }),
    title: 'Demandes de compte',
    tabs: 'Demandes',
    waiting: 'En attente',
    decided: 'Décidées',
    filter: 'L’adresse e-mail commence par',
    search: 'Afficher',
    all: 'Tout afficher',
    empty: 'Personne n’attend. Les nouvelles demandes apparaissent ici d’elles-mêmes.',
    emptyFilter: 'Aucune adresse en attente ne commence ainsi.',
    emptyDecided: 'Rien n’a encore été décidé.',
    next: 'Page suivante',
    first: 'Première page',
    select: (email) => `Sélectionner ${email}`,
    requestedAt: (at) => `Demandé le ${format.dateTime(at)}`,
    note: (at) => format.dateTime(at),
    notes: 'Notes',
    addNote: 'Ajouter une note',
    noteField: 'Note pour les autres modérateurs',
    saveNote: 'Enregistrer la note',
    approve: 'Accepter',
    approveLong: 'Accepter la demande',
    domains: 'Domaines à accorder',
    noDomains: 'Vous ne détenez aucun domaine à accorder. Veuillez vous adresser à un super-administrateur.',
    limit: 'Boîtes',
    limitHint: (byDefault) => `Au plus ; vide : comme tout le monde, ${format.number(byDefault)}.`,
    deny: 'Refuser',
    denyLong: 'Refuser la demande',
    message: 'Message à la personne',
    messageHint: 'Envoyé par e-mail. Vide : la demande est refusée en silence, sans e-mail.',
    selected: 'Avec les demandes sélectionnées',
    approveSelected: 'Les accepter',
    denySelected: 'Les refuser',
    decisions: {
      approved: (by, at) => `Acceptée par ${by}, ${format.dateTime(at)}`,
      denied: (by, at) => `Refusée par ${by}, ${format.dateTime(at)}`,
    },
    badges: { approved: 'Acceptée', denied: 'Refusée' },
    granted: 'Domaines',
    told: 'Message',
    silently: 'En silence, sans message.',
    refusals: {
      none: 'Veuillez choisir au moins un domaine.',
      foreign: 'Vous ne pouvez accorder que des domaines que vous détenez vous-même.',
      unselected: 'Veuillez sélectionner au moins une demande.',
      account: 'Il existe entre-temps un compte pour cette adresse. La demande ne peut plus qu’être refusée.',
      already: {
        approved: (by, at) => `${by} avait déjà accepté cette demande, ${format.dateTime(at)}.`,
        denied: (by, at) => `${by} avait déjà refusé cette demande, ${format.dateTime(at)}.`,
      },
    },
    bulk: {
      approved: (count) => `${format.count(count, { one: 'demande acceptée', other: 'demandes acceptées' })}.`,
      denied: (count) => `${format.count(count, { one: 'demande refusée', other: 'demandes refusées' })}.`,
    },
  },
  mailboxes: {
    title: 'Boîtes aux lettres',
    count: (count, limit) => `${format.number(count)} sur ${format.number(limit)}`,
    empty: 'Vous n’avez pas encore de boîte. Créez la première ici.',
    noDomain: 'Aucun domaine n’a encore été accordé à votre compte. Veuillez vous adresser à un administrateur.',
    limitReached: (limit) =>
      `Votre compte peut avoir ${format.count(limit, { one: 'boîte', other: 'boîtes' })}, et les a toutes.`,
    create: 'Nouvelle boîte',
    localPart: 'Nom',
    localPartHint: '6 à 64 caractères : a à z, 0 à 9, point, tiret, tiret bas.',
    domain: 'Domaine',
    preview: 'L’adresse sera',
    quota: 'Espace',
    quotaHint: (most) => (most === 0 ? 'En mégaoctets.' : `En mégaoctets, ${format.number(most)} au plus.`),
    quotaOutOfRange: 'Ce n’est pas dans les limites d’une boîte.',
    quotaOf: (bytes) => (bytes === null ? 'Espace sans limite' : `Espace : ${format.bytes(bytes)}`),
    submit: 'Créer la boîte',
    refusals: {
      limit: 'Votre compte a autant de boîtes qu’il peut en avoir.',
      taken: 'Cette adresse n’est pas libre.',
      domain: 'Votre compte n’a pas le droit de créer des boîtes dans ce domaine.',
    },
    badges: {
      active: 'Active',
      settingUp: 'En préparation',
      rekeying: 'Rechiffrement',
      deleting: 'À supprimer',
      lockedByAdministrator: 'Verrouillée',
      setUpFailed: 'Échec',
      closed: 'Fermée',
      missing: 'Absente',
    },
    states: {
      active: 'Reçoit le courrier, et vous pouvez vous y connecter avec votre logiciel de messagerie.',
      settingUp: 'Le serveur de messagerie prépare la boîte et sa clé. Cela prend un instant.',
      closed: 'La boîte a été fermée sur le serveur de messagerie. Veuillez vous adresser à un administrateur.',
      missing: 'Le serveur de messagerie n’a plus cette boîte. Veuillez vous adresser à un administrateur.',
    },
    rekeying: (until) =>
      `Votre courrier est rechiffré pour le nouveau mot de passe. Personne ne peut se connecter pendant ce temps ; le courrier continue d’arriver. De retour à ${format.time(until)} au plus tard.`,
    deleting: (at) =>
      `Elle sera supprimée le ${format.dateTime(at)}. Personne ne peut se connecter ; le courrier continue d’arriver.`,
    lockedByAdministrator: (reason) =>
      reason ? `Verrouillée par un administrateur : ${reason}` : 'Verrouillée par un administrateur.',
    setUpFailed: {
      wrong_key_password:
        'La boîte a une clé qu’un autre mot de passe protège. Veuillez vous adresser à un administrateur.',
      deadline: 'Le serveur de messagerie n’a pas préparé la boîte à temps. Veuillez réessayer.',
      mail_host:
        'Le serveur de messagerie n’a pas pu préparer la boîte. Veuillez réessayer ; en cas de nouvel échec, adressez-vous à un administrateur.',
      unknown_mailbox:
        'Le serveur de messagerie ne connaît pas cette adresse. Veuillez vous adresser à un administrateur.',
      seal: 'Le serveur de messagerie a refusé la demande, faute de pouvoir vérifier qu’elle vient d’ici. Veuillez vous adresser à un administrateur.',
      replayed:
        'Le serveur de messagerie a refusé la demande, qu’il avait déjà exécutée. Veuillez vous adresser à un administrateur.',
      unsafe_home:
        'L’emplacement de la boîte sur le serveur n’est pas sûr. Veuillez vous adresser à un administrateur.',
    },
    changeFailed: {
      wrong_key_password:
        'Le mot de passe n’a pas été changé : la clé de votre courrier ne s’ouvre pas avec celui que vous avez donné comme actuel, et votre courrier n’a pas pu être rechiffré. L’ancien mot de passe permet toujours de se connecter. Veuillez vous adresser à un administrateur.',
      deadline:
        'Le mot de passe n’a pas été changé : le serveur de messagerie n’a pas répondu à temps. L’ancien mot de passe reste valable.',
      mail_host:
        'Le mot de passe n’a pas été changé : le serveur de messagerie a eu un incident. L’ancien mot de passe reste valable ; veuillez réessayer.',
      unknown_mailbox:
        'Le mot de passe n’a pas été changé : le serveur de messagerie ne connaît pas cette boîte. Veuillez vous adresser à un administrateur.',
      seal: 'Le mot de passe n’a pas été changé : le serveur de messagerie n’a pas pu vérifier que la demande vient d’ici. L’ancien mot de passe reste valable. Veuillez vous adresser à un administrateur.',
      replayed:
        'Le mot de passe n’a pas été changé : le serveur de messagerie avait déjà exécuté cette demande. Veuillez vous adresser à un administrateur.',
      unsafe_home: 'Le mot de passe n’a pas été changé. L’ancien mot de passe reste valable.',
    },
    deletionFailed: {
      wrong_key_password: 'La boîte n’a pas été supprimée.',
      deadline: 'La boîte n’a pas été supprimée.',
      mail_host:
        'La boîte n’a pas été supprimée : le serveur de messagerie a eu un incident. Elle est comme avant ; veuillez réessayer.',
      unknown_mailbox:
        'La boîte n’a pas été supprimée : le serveur de messagerie ne la connaît pas. Veuillez vous adresser à un administrateur.',
      seal: 'La boîte n’a pas été supprimée : le serveur de messagerie n’a pas pu vérifier que la demande vient d’ici. Veuillez vous adresser à un administrateur.',
      replayed:
        'La boîte n’a pas été supprimée : le serveur de messagerie avait déjà exécuté cette demande. Veuillez vous adresser à un administrateur.',
      unsafe_home:
        'La boîte n’a pas été supprimée : son emplacement sur le serveur ne peut pas être retiré sans risque. Veuillez vous adresser à un administrateur.',
    },
    setUpAgain: 'La préparer à nouveau',
    setUpAgainIntro: 'Choisissez encore une fois le mot de passe de la boîte : celui d’avant n’a pas été conservé.',
  },
  password: {
    change: 'Changer le mot de passe',
    intro:
      'Votre courrier est chiffré par une clé que votre mot de passe protège. La boîte est fermée un instant pendant que la clé change de mot de passe ; aucun courrier n’est perdu.',
    current: 'Mot de passe actuel',
    next: 'Nouveau mot de passe',
    hint: '12 à 256 caractères. Quelques mots sans rapport sont faciles à retenir et difficiles à deviner.',
    again: 'Le même mot de passe encore une fois',
    reveal: 'Afficher ce que je tape',
    submit: 'Changer le mot de passe',
    tooManyBytes:
      'C’est trop long pour la façon dont ce serveur conserve les mots de passe. Accents et signes comptent pour plus d’un caractère.',
    refusals: {
      wrong_current: 'Ce n’est pas le mot de passe actuel de la boîte.',
      unknown_scheme:
        'Le mot de passe actuel est conservé d’une façon qui ne peut pas être vérifiée ici. Veuillez vous adresser à un administrateur.',
      busy: 'Une autre opération est en cours sur cette boîte. Veuillez attendre qu’elle soit terminée.',
      locked: 'Cette boîte est verrouillée par un administrateur.',
      gone: 'Le serveur de messagerie n’a plus cette boîte.',
    },
  },
  deletion: {
    title: (address) => `Supprimer ${address} ?`,
    open: 'Supprimer',
    intro: 'Voici ce qui sera perdu :',
    losses: (address) => [
      'tout le courrier de la boîte, dans tous ses dossiers ; personne ne peut le rétablir, puisque seul votre mot de passe l’ouvre',
      'tous les alias qui mènent à cette boîte : le courrier qui leur est adressé sera refusé',
      `l’adresse ${address} elle-même : le courrier sera refusé, et personne d’autre ne pourra la prendre pendant un temps`,
    ],
    delay: (hours) =>
      `La boîte est fermée tout de suite. Vous pouvez revenir en arrière pendant ${format.count(hours, { one: 'heure', other: 'heures' })} ; jusque-là, le courrier est encore accepté.`,
    password: 'Mot de passe de la boîte',
    submit: 'Supprimer la boîte',
    keep: 'La garder',
    cancel: 'Annuler la suppression',
    tooLate: 'Il est trop tard : le serveur de messagerie a commencé, ou la suppression est déjà annulée.',
  },
  locks: {
    title: (address) => `Verrouiller ${address}`,
    intro:
      'Personne ne peut se connecter à une boîte verrouillée ; le courrier continue d’arriver. Son propriétaire voit votre raison.',
    reason: 'Raison',
    reasonHint: 'Le propriétaire de la boîte la lit.',
    submit: 'Verrouiller la boîte',
    lock: 'Verrouiller',
    remove: 'Déverrouiller',
  },
  aliases: {
    title: 'Alias',
    intro:
      'Le courrier adressé à un alias arrive dans cette boîte. Donnez-en un à chaque boutique ou liste, et supprimez-le quand vous en avez assez.',
    count: (count, limit) => `${format.number(count)} sur ${format.number(limit)}`,
    empty: 'Cette boîte n’a pas encore d’alias.',
    find: 'Chercher un alias',
    findHint: 'N’importe quelle partie de son adresse.',
    findSubmit: 'Chercher',
    matches: (count) => format.count(count, { one: 'alias trouvé', other: 'alias trouvés' }),
    more: (shown, all) =>
      `Seuls les ${format.number(shown)} premiers sur ${format.number(all)} sont affichés. Cherchez les autres par une partie de leur adresse.`,
    shared: 'D’autres reçoivent aussi ce courrier',
    create: 'Nouvel alias',
    name: 'Nom',
    nameHint: '8 à 64 caractères : a à z, 0 à 9, point, tiret, tiret bas.',
    domain: 'Domaine',
    preview: 'L’adresse sera',
    suggest: 'Proposer un nom au hasard',
    submit: 'Ajouter l’alias',
    added: (address) => `${address} a été ajouté.`,
    renamed: (address) => `C’est désormais ${address}.`,
    removed: (address) => `${address} a été supprimé.`,
    left: (address) => `Le courrier adressé à ${address} n’arrive plus dans cette boîte.`,
    rename: 'Renommer',
    renameOf: (address) => `Renommer ${address}`,
    save: 'Enregistrer',
    remove: 'Supprimer',
    removeOf: (address) => `Supprimer ${address}`,
    removalQuestion: (address) =>
      `Supprimer ${address} ? Le courrier qui lui est adressé sera refusé, et quelqu’un d’autre pourra prendre l’adresse.`,
    leave: 'Quitter',
    leaveOf: (address) => `Quitter ${address}`,
    leaveQuestion: (address) =>
      `Quitter ${address} ? Son courrier continuera d’aller aux autres, et plus à cette boîte.`,
    back: 'Retour à la boîte',
    limitReached: (limit) =>
      `Une boîte peut avoir ${format.count(limit, { one: 'alias', other: 'alias' })}, et celle-ci les a tous.`,
    refusals: {
      limit: 'Cette boîte a autant d’alias qu’elle peut en avoir.',
      taken: 'Cette adresse n’est pas libre.',
      domain: 'Vous n’avez pas droit à des alias dans ce domaine.',
      missing: 'Le serveur de messagerie n’a plus cette boîte. Veuillez vous adresser à un administrateur.',
      locked:
        'La boîte est verrouillée par un administrateur. Ses alias ne peuvent pas être modifiés pendant ce temps.',
      deleting: 'La boîte va être supprimée. Ses alias ne peuvent être modifiés que si vous annulez la suppression.',
      shared: 'D’autres reçoivent aussi le courrier de cet alias. Vous pouvez le quitter, mais pas le renommer.',
    },
  },
  mails: {
    farewell: 'Colombier, pour votre serveur de messagerie',
    open: 'Ouvrir Colombier',
    confirmRegistration: (email, hours) => ({
      subject: 'Veuillez confirmer votre demande de compte',
      paragraphs: [
        `Quelqu’un, sans doute vous, a demandé un compte pour ${email}. Ouvrez cette page et confirmez-y la demande.`,
        `Le lien est valable ${format.count(hours, { one: 'heure', other: 'heures' })}. Si ce n’était pas vous, ne faites rien : la demande sera oubliée.`,
      ],
      label: 'Confirmer la demande',
    }),
    registrationKnown: (email) => ({
      subject: 'Vous avez déjà un compte',
      paragraphs: [
        `Quelqu’un, sans doute vous, a demandé un compte pour ${email}. Il en existe déjà un : connectez-vous avec votre adresse e-mail et le mot de passe choisi alors. Rien n’a été changé.`,
      ],
      label: 'Se connecter',
    }),
    registrationWaits: (email) => ({
      subject: 'Votre demande de compte est en attente',
      paragraphs: [
        `Votre demande de compte pour ${email} est confirmée et attend d’être lue. Inutile de la renvoyer ; vous recevrez un e-mail.`,
      ],
    }),
    registrationToModerate: (email) => ({
      subject: 'Une demande de compte est en attente',
      paragraphs: [`${email} demande un compte. La demande attend un modérateur.`],
      label: 'Ouvrir les demandes',
    }),
    registrationApproved: (email) => ({
      subject: 'Bienvenue : votre compte est ouvert',
      paragraphs: [
        `Votre demande de compte a été acceptée. Connectez-vous en tant que ${email} avec le mot de passe que vous avez choisi, et créez votre première boîte.`,
      ],
      label: 'Se connecter',
    }),
    registrationDenied: (message) => ({
      subject: 'Votre demande de compte',
      paragraphs: ['Votre demande de compte n’a pas été acceptée.', message],
    }),
    created: (address) => ({
      subject: `Votre boîte ${address} est prête`,
      paragraphs: [
        `Votre boîte ${address} a été préparée. Elle reçoit désormais le courrier, et vous pouvez vous y connecter avec votre logiciel de messagerie et le mot de passe que vous avez choisi.`,
        'Votre courrier est chiffré par une clé que seul ce mot de passe ouvre. Personne ne peut le lire sans lui, ni le rétablir à votre place.',
      ],
    }),
    creationFailed: (address, reason) => ({
      subject: `Votre boîte ${address} n’a pas pu être préparée`,
      paragraphs: [`Votre boîte ${address} n’a pas pu être préparée.`, reason],
    }),
    passwordChanged: (address) => ({
      subject: `Le mot de passe de ${address} a été changé`,
      paragraphs: [
        `Le mot de passe de votre boîte ${address} a été changé, et votre courrier a été rechiffré. Veuillez indiquer le nouveau mot de passe dans vos logiciels de messagerie.`,
        'Si ce n’était pas vous, prévenez tout de suite votre administrateur.',
      ],
    }),
    deletionRequested: (address, at) => ({
      subject: `Votre boîte ${address} sera supprimée`,
      paragraphs: [
        `La suppression de votre boîte ${address} a été demandée. Elle est fermée et sera supprimée le ${format.dateTime(at)}, avec son courrier et ses alias.`,
        'Jusque-là, vous pouvez l’annuler d’un clic, et tout redevient comme avant. Si ce n’était pas vous, faites-le maintenant et changez vos mots de passe.',
      ],
    }),
    deletionReminder: (address, at) => ({
      subject: `Votre boîte ${address} sera bientôt supprimée`,
      paragraphs: [
        `Votre boîte ${address} sera supprimée le ${format.dateTime(at)}, avec son courrier et ses alias. Ensuite, personne ne pourra la rétablir.`,
        'Jusque-là, vous pouvez l’annuler d’un clic.',
      ],
    }),
    deletionDone: (address) => ({
      subject: `Votre boîte ${address} a été supprimée`,
      paragraphs: [`Votre boîte ${address} a été supprimée, avec son courrier et ses alias.`],
    }),
    deletionFailed: (address, reason) => ({
      subject: `Votre boîte ${address} n’a pas pu être supprimée`,
      paragraphs: [`Votre boîte ${address} n’a pas pu être supprimée ; elle est comme avant.`, reason],
    }),
    deletionCancelled: (address) => ({
      subject: `Votre boîte ${address} ne sera pas supprimée`,
      paragraphs: [
        `La suppression de votre boîte ${address} a été annulée. Elle est comme avant, et son mot de passe aussi.`,
      ],
    }),
    passwordRolledBack: (address, reason) => ({
      subject: `Le mot de passe de ${address} n’a pas été changé`,
      paragraphs: [`Un changement du mot de passe de votre boîte ${address} a été demandé.`, reason],
    }),
  },
  errors: {
    titles: {
      400: 'Cette demande n’a pas pu être lue',
      401: 'Veuillez vous reconnecter',
      403: 'Vous n’en avez pas le droit',
      404: 'Il n’y a rien ici',
      413: 'C’est trop à la fois',
      429: 'Trop d’essais',
      500: 'Une erreur est survenue',
      503: 'Un instant, s’il vous plaît',
    },
    texts: {
      400: 'Le formulaire n’est pas arrivé tel qu’il a été envoyé. Veuillez revenir en arrière et réessayer.',
      401: 'Votre session est terminée. Rien n’a été modifié.',
      403: 'Votre compte n’a pas le droit de faire cela. Rien n’a été modifié.',
      404: 'Cette page n’existe pas, ou elle appartient à quelqu’un d’autre.',
      413: 'Ce qui a été envoyé dépasse ce que cette page accepte. Rien n’a été modifié.',
      429: 'Veuillez patienter un peu avant de réessayer.',
      500: 'Ce n’est pas votre faute et c’est noté. Veuillez réessayer ; si cela se reproduit, donnez cette référence à votre administrateur.',
      503: 'Le serveur est occupé ou sa base de données est absente un instant. Rien n’a été modifié ; veuillez réessayer bientôt.',
    },
    otherOrigin: (origin) =>
      `Ce formulaire a été envoyé depuis une autre adresse que ${origin}. Ouvrez-y Colombier et réessayez. Rien n’a été modifié.`,
    reference: (reference) => `Référence ${reference}`,
    home: 'Retour à la page d’accueil',
  },
}
