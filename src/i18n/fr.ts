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
    language: 'Langue',
    tagline: 'Vos boîtes mail, entre vos mains.',
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
  },
  signIn: {
    title: 'Connexion',
    intro: 'Gérez vos boîtes mail chiffrées et vos alias.',
    email: 'Adresse e-mail',
    password: 'Mot de passe',
    submit: 'Se connecter',
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
