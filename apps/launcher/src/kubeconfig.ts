/** A kubeconfig (JSON is YAML) for the first administrator, with our authority and token in it. */
export function kubeconfig(server: string, ca: string, token: string): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'faktorz', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'default', context: { cluster: 'faktorz', user: 'admin', namespace: 'default' } }],
    'current-context': 'default',
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** Would this kubeconfig still get through? A client may have chosen another project in it meanwhile, which is kept then. */
export function stillFits(text: string, server: string, ca: string, token: string): boolean {
  return [server, Buffer.from(ca).toString('base64'), token].every((part) => text.includes(part));
}
