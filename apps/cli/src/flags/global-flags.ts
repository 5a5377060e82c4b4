import type { FlagDefinition } from './flag-definition.js';

/** Flags every verb takes. */
export const GLOBAL_FLAGS: readonly FlagDefinition[] = [
  { name: 'kubeconfig', kind: 'string', usage: 'Path to the kubeconfig file to use.' },
  { name: 'context', kind: 'string', usage: 'The kubeconfig context to use.' },
  { name: 'cluster', kind: 'string', usage: 'The kubeconfig cluster to use.' },
  { name: 'user', kind: 'string', usage: 'The kubeconfig user to use.' },
  { name: 'namespace', short: 'n', kind: 'string', usage: 'The project (namespace) to work in.' },
  { name: 'server', short: 's', kind: 'string', usage: 'Address and port of the API server.' },
  { name: 'token', kind: 'string', usage: 'Bearer token to authenticate with.' },
  { name: 'as', kind: 'string', usage: 'User to impersonate.' },
  { name: 'as-group', kind: 'array', usage: 'Group to impersonate; may be given more than once.' },
  { name: 'certificate-authority', kind: 'string', usage: 'Path to the certificate authority of the server.' },
  { name: 'client-certificate', kind: 'string', usage: 'Path to a client certificate for TLS.' },
  { name: 'client-key', kind: 'string', usage: 'Path to the key of the client certificate.' },
  { name: 'tls-server-name', kind: 'string', usage: 'Server name to check the certificate against.' },
  { name: 'insecure-skip-tls-verify', kind: 'bool', usage: "Do not check the server's certificate." },
  {
    name: 'request-timeout',
    kind: 'string',
    default: '0',
    usage: 'How long to wait for one request; 0 waits for ever.',
  },
  { name: 'loglevel', short: 'v', kind: 'int', default: 0, usage: 'Log level; 6 and above prints the requests.' },
  { name: 'warnings-as-errors', kind: 'bool', usage: 'Fail when the server sends a warning.' },
];

export const HELP_FLAG: FlagDefinition = {
  name: 'help',
  short: 'h',
  kind: 'bool',
  usage: 'Show this help.',
  hidden: true,
};
