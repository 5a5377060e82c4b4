import type { CommandEntry } from '../../command.js';

/** Kinds that can be created from flags; a spec compares this list with the files beside it. */
export const createKinds: readonly CommandEntry[] = [
  {
    name: 'imagestream',
    aliases: ['is'],
    summary: 'Create an empty image stream',
    load: async () => (await import('./imagestream.js')).command,
  },
  {
    name: 'imagestreamtag',
    aliases: ['istag'],
    summary: 'Create a tag of an image stream',
    load: async () => (await import('./imagestreamtag.js')).command,
  },
  {
    name: 'namespace',
    aliases: ['ns'],
    summary: 'Create a namespace',
    load: async () => (await import('./namespace.js')).command,
  },
  {
    name: 'secret',
    summary: 'Create a secret of a certain kind',
    load: async () => (await import('./secret.js')).command,
  },
  {
    name: 'configmap',
    aliases: ['cm'],
    summary: 'Create a config map from files and values',
    load: async () => (await import('./configmap.js')).command,
  },
  {
    name: 'serviceaccount',
    aliases: ['sa'],
    summary: 'Create a service account',
    load: async () => (await import('./serviceaccount.js')).command,
  },
  {
    name: 'token',
    summary: 'Ask for a token of a service account',
    load: async () => (await import('./token.js')).command,
  },
];
