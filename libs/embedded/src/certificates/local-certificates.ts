import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

/** PEM files of a local authority and of a server it vouches for. */
export interface LocalCertificates {
  /** Clients trust this one. */
  caFile: string;
  certificateFile: string;
  keyFile: string;
  /** Text of `caFile`, as a kubeconfig embeds it. */
  ca: string;
}

export interface CertificateOptions {
  directory: string;
  /** Names and addresses besides 127.0.0.1, ::1 and localhost. */
  hosts?: readonly string[];
  now?: Date;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const CA_LIFE_DAYS = 3_650;
const SERVER_LIFE_DAYS = 365;
const RENEW_BEFORE_DAYS = 60;
/** Clocks of client and server may differ a little. */
const BACKDATE_MS = 3_600_000;
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

interface Signed {
  certificate: x509.X509Certificate;
  keys: CryptoKeyPair;
}
type CryptoKeyPair = webcrypto.CryptoKeyPair;

/** Makes what is missing, and renews what ends within 60 days or does not name all hosts. Keys have mode 0600. */
export async function ensureCertificates({
  directory,
  hosts = [],
  now = new Date(),
}: CertificateOptions): Promise<LocalCertificates> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const files = {
    caFile: join(directory, 'ca.crt'),
    caKeyFile: join(directory, 'ca.key'),
    certificateFile: join(directory, 'server.crt'),
    keyFile: join(directory, 'server.key'),
  };
  const names = [...new Set([...LOOPBACK, ...hosts])];
  const knownCa = await load(files.caFile, files.caKeyFile);
  const ca = knownCa && isFresh(knownCa.certificate, now) ? knownCa : await makeAuthority(now);
  if (ca !== knownCa) await store(ca, files.caFile, files.caKeyFile);
  const server = await load(files.certificateFile, files.keyFile);
  const isGood =
    server &&
    isFresh(server.certificate, now) &&
    isFor(server.certificate, names) &&
    (await isFrom(server.certificate, ca));
  if (!isGood) await store(await makeServer(ca, names, now), files.certificateFile, files.keyFile);
  const { caFile, certificateFile, keyFile } = files;
  return { caFile, certificateFile, keyFile, ca: await readFile(caFile, 'utf8') };
}

async function makeAuthority(now: Date): Promise<Signed> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=FaktorZ local authority ${now.toISOString().slice(0, 10)}`,
    ...validity(now, CA_LIFE_DAYS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, keys };
}

async function makeServer(ca: Signed, names: readonly string[], now: Date): Promise<Signed> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=FaktorZ',
    issuer: ca.certificate.subject,
    ...validity(now, SERVER_LIFE_DAYS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: ca.keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((name) => ({ type: isIP(name) ? 'ip' : 'dns', value: name }))),
      await x509.AuthorityKeyIdentifierExtension.create(ca.keys.publicKey),
    ],
  });
  return { certificate, keys };
}

function newKeys(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function validity(now: Date, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now.getTime() - BACKDATE_MS), notAfter: new Date(now.getTime() + days * DAY_MS) };
}

/** Positive (first bit unset), as RFC 5280 asks, and random. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x01;
  return Buffer.from(bytes).toString('hex');
}

function isFresh(certificate: x509.X509Certificate, now: Date): boolean {
  return certificate.notBefore <= now && certificate.notAfter.getTime() - now.getTime() > RENEW_BEFORE_DAYS * DAY_MS;
}

function isFor(certificate: x509.X509Certificate, names: readonly string[]): boolean {
  const extension = certificate.getExtension(x509.SubjectAlternativeNameExtension);
  const named = new Set(extension?.names.toJSON().map(({ value }) => value));
  return names.every((name) => named.has(name) || (name === '::1' && named.has('0:0:0:0:0:0:0:1')));
}

async function isFrom(certificate: x509.X509Certificate, ca: Signed): Promise<boolean> {
  return certificate.verify({ publicKey: ca.keys.publicKey, signatureOnly: true });
}

async function load(certificateFile: string, keyFile: string): Promise<Signed | undefined> {
  try {
    const certificate = new x509.X509Certificate(await readFile(certificateFile, 'utf8'));
    const key = x509.PemConverter.decodeFirst(await readFile(keyFile, 'utf8'));
    const privateKey = await webcrypto.subtle.importKey('pkcs8', key, ALGORITHM, true, ['sign']);
    const publicKey = await certificate.publicKey.export(ALGORITHM, ['verify']);
    return { certificate, keys: { privateKey, publicKey: publicKey as webcrypto.CryptoKey } };
  } catch {
    return undefined; // missing or damaged: made anew
  }
}

async function store({ certificate, keys }: Signed, certificateFile: string, keyFile: string): Promise<void> {
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  await replace(keyFile, `${x509.PemConverter.encode(key, 'PRIVATE KEY')}\n`, 0o600);
  await replace(certificateFile, `${certificate.toString('pem')}\n`, 0o644);
}

async function replace(file: string, text: string, mode: number): Promise<void> {
  await writeFile(`${file}.new`, text, { mode });
  await rename(`${file}.new`, file);
}
