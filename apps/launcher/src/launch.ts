import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureCertificates, freePort, isPortFree, Watchdog } from '@faktorz/embedded';
import { type DataDirectory, openDataDirectory } from './data-directory.js';
import { startDatabase, startMessaging } from './embedded-servers.js';
import { type KeptServer } from './kept-running.js';
import { kubeconfig, stillFits } from './kubeconfig.js';
import { LaunchError } from './launch-error.js';
import type { LauncherConfig } from './launcher.config.js';
import { LogFile } from './log-file.js';
import { planReplicas, type Replica, replicaName, urlVariables } from './replicas.js';
import { openSecrets, type Secrets } from './secrets.js';
import { ServiceProcess } from './service-process.js';
import { schemaOf, type ServiceEntry, SERVICES } from './service-table.js';

const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url));
const SERVICES_STOP_PATIENCE_MS = 5_500;

/** What the services' environments are made of. */
interface Surroundings {
  /** Variables that all of them get. */
  shared: NodeJS.ProcessEnv;
  /** Database URL by schema. */
  databaseUrls: Readonly<Record<string, string>>;
  /** Password on nats-server by service. */
  natsPasswords: Readonly<Record<string, string>>;
}

/** Everything `npm start` runs. Make one, `start` it once, `stop` it once; `stop` may come while it starts. */
export class Launch {
  private readonly watchdog = new Watchdog();
  private readonly processes: ServiceProcess[] = [];
  private readonly logFiles = new Map<string, LogFile>();
  private readonly pids: Record<string, number[]> = {};
  private readonly servers: KeptServer[] = [];
  private data: DataDirectory | undefined;
  private isStopping = false;

  constructor(
    private readonly config: LauncherConfig,
    private readonly env: NodeJS.ProcessEnv,
    private readonly print: (line: string) => void,
  ) {}

  /** Starts everything in order; settles when all of it is ready. Rejects with one line; call `stop` then, too. */
  async start(): Promise<void> {
    const { config, print } = this;
    checkBuilt();
    const replicas = await planReplicas(config.FAKTORZ_REPLICAS);
    const { FAKTORZ_API_HOST: apiHost, FAKTORZ_REGISTRY_HOST: registryHost } = config;
    const apiPort = await openPort(apiHost, config.FAKTORZ_API_PORT, 'FAKTORZ_API_PORT');
    const registryPort = await openPort(registryHost, config.FAKTORZ_REGISTRY_PORT, 'FAKTORZ_REGISTRY_PORT');
    const data = await openDataDirectory(config.FAKTORZ_DATA_DIR, ownVersion());
    this.data = data;
    await mkdir(data.file('logs'), { recursive: true, mode: 0o700 });
    const secrets = await openSecrets(data.file('secrets'));
    const common = {
      data,
      secrets,
      config,
      print,
      watchdog: this.watchdog,
      keep: (server: KeptServer) => this.servers.push(server),
    };
    const [databaseUrls, nats] = await Promise.all([
      startDatabase({ ...common, log: this.logFile('postgres') }),
      startMessaging({ ...common, log: this.logFile('nats') }),
    ]);
    const server = `https://${config.FAKTORZ_API_HOST}:${apiPort}`;
    const shared = {
      ...(await this.sharedVariables(data, secrets, server, apiPort)),
      ...this.registryVariables(data, registryPort),
      ...urlVariables(replicas),
      FAKTORZ_NATS_URL: nats.url,
    };
    await this.startServices(replicas, { shared, databaseUrls, natsPasswords: nats.passwords });
    if (!this.isStopping) this.announce(server, registryPort, data);
  }

  /** Ends everything in reverse order, within 10 seconds. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.allSettled(this.processes.map((process) => process.stop(SERVICES_STOP_PATIENCE_MS)));
    await Promise.allSettled(this.servers.map((server) => server.stop()));
    await Promise.allSettled([...this.logFiles.values()].map((file) => file.close()));
    await this.data?.release();
    this.watchdog.close();
  }

  /** Makes certificates, keys, the administrator's token and kubeconfig, and says where they are. */
  private async sharedVariables(
    data: DataDirectory,
    secrets: Secrets,
    server: string,
    apiPort: number,
  ): Promise<NodeJS.ProcessEnv> {
    const { config } = this;
    const certificates = await ensureCertificates({ directory: data.file('tls'), hosts: [config.FAKTORZ_API_HOST] });
    const admin = await secrets.tokenFile('admin.token');
    const file = data.file('kubeconfig');
    const known = await readFile(file, 'utf8').catch(() => '');
    if (!stillFits(known, server, certificates.ca, admin.token)) {
      await writeFile(file, kubeconfig(server, certificates.ca, admin.token), { mode: 0o600 });
    }
    return {
      ...this.env,
      FAKTORZ_HTTP_HOST: '127.0.0.1',
      FAKTORZ_API_HOST: config.FAKTORZ_API_HOST,
      FAKTORZ_API_PORT: String(apiPort),
      FAKTORZ_GATEWAY_TLS_CERT_FILE: certificates.certificateFile,
      FAKTORZ_GATEWAY_TLS_KEY_FILE: certificates.keyFile,
      FAKTORZ_GATEWAY_AUDIT_FILE: this.env.FAKTORZ_GATEWAY_AUDIT_FILE ?? join(data.file('logs'), 'audit.jsonl'),
      FAKTORZ_AUTH_API_CA_FILE: this.env.FAKTORZ_AUTH_API_CA_FILE ?? certificates.caFile,
      FAKTORZ_AUTH_BOOTSTRAP_TOKEN_FILE: admin.path,
      FAKTORZ_AUTH_ENCRYPTION_KEY_FILE: await secrets.keyFile('encryption.key'),
      FAKTORZ_OUTBOUND_ALLOWED: config.FAKTORZ_OUTBOUND_ALLOWED,
      FAKTORZ_LOG_LEVEL: this.env.FAKTORZ_LOG_LEVEL ?? config.FAKTORZ_LOG,
    };
  }

  private registryVariables(data: DataDirectory, port: number): NodeJS.ProcessEnv {
    const { config, env } = this;
    return {
      FAKTORZ_REGISTRY_HOST: config.FAKTORZ_REGISTRY_HOST,
      FAKTORZ_REGISTRY_PORT: String(port),
      FAKTORZ_REGISTRY_INTERNAL_HOST: config.FAKTORZ_REGISTRY_INTERNAL_HOST ?? `127.0.0.1:${port}`,
      FAKTORZ_REGISTRY_STORAGE_DIRECTORY: env.FAKTORZ_REGISTRY_STORAGE_DIRECTORY ?? data.file('registry'),
      FAKTORZ_REGISTRY_AUDIT_FILE: env.FAKTORZ_REGISTRY_AUDIT_FILE ?? join(data.file('logs'), 'registry-audit.jsonl'),
    };
  }

  private async startServices(replicas: readonly Replica[], surroundings: Surroundings): Promise<void> {
    for (const stage of new Set(SERVICES.map((service) => service.stage))) {
      const starting = replicas.filter(({ service }) => service.stage === stage);
      await Promise.all(starting.map((replica) => this.startProcess(replica, surroundings)));
    }
  }

  private async startProcess(replica: Replica, { shared, databaseUrls, natsPasswords }: Surroundings): Promise<void> {
    if (this.isStopping) return;
    const { service, index, port } = replica;
    const name = replicaName(replica);
    const url = `http://127.0.0.1:${port}`;
    const process = new ServiceProcess({
      name,
      mainFile: mainFileOf(service),
      env: {
        ...shared,
        FAKTORZ_DATABASE_URL: service.hasDatabase ? databaseUrls[schemaOf(service.name)] : undefined,
        FAKTORZ_NATS_USER: service.name,
        FAKTORZ_NATS_PASSWORD: natsPasswords[service.name],
        FAKTORZ_HTTP_PORT: String(port),
        FAKTORZ_SERVICE_URL: url,
      },
      url,
      logFile: this.logFile(name),
      showAll: this.config.FAKTORZ_LOG === 'debug',
      print: this.print,
      watchdog: this.watchdog,
      onStart: (pid) => this.notePid(service.name, index, pid),
    });
    this.processes.push(process);
    await process.start();
  }

  private notePid(service: string, index: number, pid: number): void {
    const pids = (this.pids[service] ??= []);
    pids[index] = pid;
    this.data?.noteProcesses(this.pids);
  }

  private logFile(name: string): LogFile {
    const known = this.logFiles.get(name);
    if (known) return known;
    const file = new LogFile(join(this.data?.path ?? '', 'logs', `${name}.log`));
    this.logFiles.set(name, file);
    return file;
  }

  private announce(server: string, registryPort: number, data: DataDirectory): void {
    const { print, config, env } = this;
    const scheme = env.FAKTORZ_REGISTRY_TLS_CERT_FILE === undefined ? 'http' : 'https';
    const registry = `${config.FAKTORZ_REGISTRY_HOST}:${registryPort}`;
    print(`API         ${server}`);
    print(`registry    ${scheme}://${registry}`);
    print(`log in      docker login -u admin -p "$(cat ${data.file('secrets/admin.token')})" ${registry}`);
    print(`kubeconfig  ${data.file('kubeconfig')}`);
    print(`logs        ${data.file('logs')}`);
    print(`outbound    public addresses, and: ${config.FAKTORZ_OUTBOUND_ALLOWED} (FAKTORZ_OUTBOUND_ALLOWED)`);
  }
}

/** The port to listen on; 0 takes a free one. */
async function openPort(host: string, port: number, variable: string): Promise<number> {
  if (port === 0) return freePort();
  if (await isPortFree(port, host)) return port;
  throw new LaunchError(`port ${port} of ${host} is taken: stop what listens there or set ${variable}`);
}

function mainFileOf(service: ServiceEntry): string {
  return join(WORKSPACE, 'apps', service.name, 'dist', 'service', 'main.js');
}

function checkBuilt(): void {
  const missing = SERVICES.filter((service) => !existsSync(mainFileOf(service))).map((service) => service.name);
  if (missing.length > 0)
    throw new LaunchError(`not built: ${missing.join(', ')} (no dist/service/main.js); run "npm run build"`);
}

function ownVersion(): string {
  const text = readFileSync(join(WORKSPACE, 'apps/launcher/package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
