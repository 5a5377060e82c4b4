import type { Call, Command } from '../../command.js';
import { CommandError } from '../../errors.js';
import { type ClusterEntry, putEntry } from '../../kubeconfig/kubeconfig.js';
import { saveKubeconfig } from '../../kubeconfig/kubeconfig-files.js';
import { putFile } from './embedded-files.js';
import { namesGiven } from './name-argument.js';

export const command: Command = {
  usage:
    'config set-cluster NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]',
  description: 'Set a cluster of the kubeconfig. What is not given stays as it is.',
  examples: ['config set-cluster work --server=https://127.0.0.1:8443 --certificate-authority=ca.crt --embed-certs'],
  flags: [{ name: 'embed-certs', kind: 'bool', usage: 'Copy the certificate authority into the kubeconfig.' }],
  run: setCluster,
};

async function setCluster(call: Call): Promise<void> {
  const { flags, session, terminal } = call;
  const [name = ''] = namesGiven(call, 1);
  if (flags.string('certificate-authority') && flags.bool('insecure-skip-tls-verify')) {
    throw new CommandError('you cannot specify a certificate authority and insecure mode at the same time');
  }
  const loaded = await session.kubeconfig({ mayBeMissing: true });
  const cluster: ClusterEntry = { ...loaded.config.clusters.find((entry) => entry.name === name)?.cluster };
  if (flags.changed('server')) cluster.server = flags.string('server');
  if (flags.changed('tls-server-name')) cluster['tls-server-name'] = flags.string('tls-server-name');
  putFile(cluster, 'certificate-authority', flags);
  if (flags.changed('insecure-skip-tls-verify')) {
    cluster['insecure-skip-tls-verify'] = flags.bool('insecure-skip-tls-verify') || undefined;
    if (flags.bool('insecure-skip-tls-verify')) {
      delete cluster['certificate-authority'];
      delete cluster['certificate-authority-data'];
    }
  } else if (flags.string('certificate-authority')) delete cluster['insecure-skip-tls-verify'];
  putEntry(loaded.config.clusters, { name, cluster });
  await saveKubeconfig(loaded);
  terminal.out(`Cluster "${name}" set.\n`);
}
