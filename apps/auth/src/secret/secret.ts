import type { FieldError, KubeObject } from '@faktorz/apimachinery';

export interface Secret extends KubeObject {
  /** Base64 values by key. */
  data?: Record<string, string>;
  /** Write-only: plain values that override `data`. */
  stringData?: Record<string, string>;
  type?: string;
  immutable?: boolean;
}

export const SECRET_TYPE = {
  opaque: 'Opaque',
  serviceAccountToken: 'kubernetes.io/service-account-token',
  dockerCfg: 'kubernetes.io/dockercfg',
  dockerConfigJson: 'kubernetes.io/dockerconfigjson',
  basicAuth: 'kubernetes.io/basic-auth',
  sshAuth: 'kubernetes.io/ssh-auth',
  tls: 'kubernetes.io/tls',
} as const;

export const SERVICE_ACCOUNT_NAME_ANNOTATION = 'kubernetes.io/service-account.name';
/** Sum of all decoded values of a Secret or ConfigMap. */
const MAX_TOTAL_BYTES = 1024 * 1024;
const KEY = /^[-._a-zA-Z0-9]+$/;
const MAX_KEY_LENGTH = 253;
const KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/** Fills the type and turns `stringData` into `data`. */
export function defaultSecret(secret: Secret): void {
  secret.type ||= SECRET_TYPE.opaque;
  if (secret.stringData) {
    const plain = Object.entries(secret.stringData).map(
      ([key, value]) => [key, Buffer.from(value).toString('base64')] as const,
    );
    secret.data = { ...secret.data, ...Object.fromEntries(plain) };
    delete secret.stringData;
  }
}

/** Every rule of contract "Secret types"; `old` is the stored Secret on an update. */
export function validateSecret(secret: Secret, old: Secret | undefined): FieldError[] {
  return [
    ...validateKeys(secret.data ?? {}),
    ...validateTotalSize(secret.data ?? {}),
    ...validateType(secret),
    ...(old ? validateChange(secret, old) : []),
  ];
}

/** Keys of `data` and of a ConfigMap's `binaryData`. */
export function validateKeys(data: Record<string, unknown>, field = 'data'): FieldError[] {
  return Object.keys(data).flatMap((key): FieldError[] => {
    const path = `${field}[${key}]`;
    if (key.length > MAX_KEY_LENGTH)
      return [{ field: path, type: 'Invalid', value: key, detail: 'must be no more than 253 bytes' }];
    if (!KEY.test(key)) return [{ field: path, type: 'Invalid', value: key, detail: KEY_RULE }];
    if (key === '.') return [{ field: path, type: 'Invalid', value: key, detail: "must not be '.'" }];
    if (key.startsWith('..')) return [{ field: path, type: 'Invalid', value: key, detail: "must not start with '..'" }];
    return [];
  });
}

function validateTotalSize(data: Record<string, string>): FieldError[] {
  const total = Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value, 'base64'), 0);
  return total > MAX_TOTAL_BYTES ? [tooLong('data')] : [];
}

export function tooLong(field: string): FieldError {
  return { field, type: 'TooLong', value: '', detail: `may not be more than ${MAX_TOTAL_BYTES} bytes` };
}

function validateType(secret: Secret): FieldError[] {
  const data = secret.data ?? {};
  switch (secret.type) {
    case SECRET_TYPE.serviceAccountToken:
      return secret.metadata.annotations?.[SERVICE_ACCOUNT_NAME_ANNOTATION]
        ? []
        : [required(`metadata.annotations[${SERVICE_ACCOUNT_NAME_ANNOTATION}]`)];
    case SECRET_TYPE.dockerCfg:
      return validateJson(data, '.dockercfg');
    case SECRET_TYPE.dockerConfigJson:
      return validateJson(data, '.dockerconfigjson');
    case SECRET_TYPE.basicAuth:
      return 'username' in data || 'password' in data ? [] : [required('data[username]'), required('data[password]')];
    case SECRET_TYPE.sshAuth:
      return data['ssh-privatekey'] ? [] : [required('data[ssh-privatekey]')];
    case SECRET_TYPE.tls:
      return ['tls.crt', 'tls.key'].filter((key) => !(key in data)).map((key) => required(`data[${key}]`));
    default:
      return [];
  }
}

/** Only the syntax is looked at, and the content is never shown. */
function validateJson(data: Record<string, string>, key: string): FieldError[] {
  const encoded = data[key];
  if (encoded === undefined) return [required(`data[${key}]`)];
  const problem = jsonObjectProblem(Buffer.from(encoded, 'base64').toString('utf8'));
  return problem === undefined
    ? []
    : [{ field: `data[${key}]`, type: 'Invalid', value: '<secret contents redacted>', detail: problem }];
}

function jsonObjectProblem(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value === null || (typeof value === 'object' && !Array.isArray(value)) ? undefined : 'must be a JSON object';
  } catch {
    return text === '' ? 'unexpected end of JSON input' : 'must be valid JSON'; // a parser's own words would quote the secret
  }
}

function validateChange(secret: Secret, old: Secret): FieldError[] {
  const errors: FieldError[] = [];
  if (secret.type !== old.type)
    errors.push({ field: 'type', type: 'Invalid', value: secret.type, detail: 'field is immutable' });
  if (old.immutable) {
    if (!secret.immutable) errors.push(frozen('immutable'));
    if (!sameData(secret.data ?? {}, old.data ?? {})) errors.push(frozen('data'));
  }
  return errors;
}

/** The refusal to change something that `immutable: true` froze. */
export function frozen(field: string): FieldError {
  return { field, type: 'Forbidden', detail: 'field is immutable when `immutable` is set' };
}

export function sameData(left: Record<string, string>, right: Record<string, string>): boolean {
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => left[key] === right[key]);
}

function required(field: string): FieldError {
  return { field, type: 'Required', detail: '' };
}
