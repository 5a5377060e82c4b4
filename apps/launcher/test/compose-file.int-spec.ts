import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { z } from 'zod';
import { SERVICES } from '../src/service-table.js';
import { setupEnv } from '../src/setup.config.js';

const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url));
/** Variables in a service's `env` file, which `setup` writes. */
const SECRET = ['FAKTORZ_DATABASE_URL', 'FAKTORZ_NATS_USER', 'FAKTORZ_NATS_PASSWORD'];

interface ComposeService {
  build?: { target: string };
  command?: string[];
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  ports?: string[];
}
let services: Record<string, ComposeService>;
let dockerfile: string;
beforeAll(async () => {
  const text = await readFile(join(WORKSPACE, 'docker-compose.yml'), 'utf8');
  ({ services } = parse(text, { merge: true }) as { services: Record<string, ComposeService> });
  dockerfile = await readFile(join(WORKSPACE, 'Dockerfile'), 'utf8');
});

/** The configuration schema an app exports from its `<app>.config.ts`. */
async function schemaOfApp(app: string): Promise<z.ZodObject> {
  const module = (await import(join(WORKSPACE, 'apps', app, 'src', `${app}.config.ts`))) as Record<string, unknown>;
  const schema = Object.values(module).find((value) => typeof value === 'object' && value !== null && 'shape' in value);
  if (!schema) throw new Error(`${app}.config.ts exports no schema`);
  return schema as z.ZodObject;
}

function service(name: string): ComposeService {
  const found = services[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

describe('docker-compose.yml', () => {
  it.each(SERVICES.map(({ name }) => name))('runs %s out of an image that the Dockerfile makes', async (name) => {
    expect(service(name).build?.target).toBe(name);
    expect(dockerfile).toContain(` AS ${name}\n`);
    expect(service(name).command?.at(-1)).toBe(`apps/${name}/dist/service/main.js`);
    expect(await readdir(join(WORKSPACE, 'apps', name, 'src'))).toContain('main.ts');
  });

  it.each(SERVICES.map(({ name }) => name))('gives %s only variables it reads, and all that it needs', async (name) => {
    const schema = await schemaOfApp(name);
    const given = service(name).environment ?? {};
    expect(Object.keys(given).filter((variable) => !(variable in schema.shape))).toEqual([]);
    const values = Object.fromEntries(Object.entries(given).map(([variable, value]) => [variable, substituted(value)]));
    const secrets = Object.fromEntries(
      SECRET.filter((variable) => variable in schema.shape).map((variable) => [variable, secretFor(variable)]),
    );
    expect(schema.safeParse({ ...withoutEmpty(values), ...secrets }).error?.issues ?? []).toEqual([]);
  });

  it('checks the health of each service on the port it listens on', () => {
    for (const { name } of SERVICES) {
      const { environment, healthcheck } = service(name);
      expect(healthcheck?.test.at(-1)).toContain(`127.0.0.1:${environment?.FAKTORZ_HTTP_PORT}/readyz`);
    }
  });

  it('names every service to the others at the port it listens on', () => {
    for (const { name, urlVariable } of SERVICES) {
      if (!urlVariable) continue;
      for (const other of SERVICES) {
        const url = service(other.name).environment?.[urlVariable];
        expect([other.name, url]).toEqual([
          other.name,
          `http://${name}:${service(name).environment?.FAKTORZ_HTTP_PORT}`,
        ]);
      }
    }
  });

  it('publishes nothing but the API and the registry, and those on loopback', () => {
    const published = Object.values(services).flatMap(({ ports = [] }) => ports);
    expect(published.sort()).toEqual([
      '127.0.0.1:${FAKTORZ_API_PORT:-8443}:8443',
      '127.0.0.1:${FAKTORZ_REGISTRY_PORT:-5000}:5000',
    ]);
    expect(service('registry').environment?.FAKTORZ_REGISTRY_PORT).toBe('5000');
    expect(service('gateway').environment?.FAKTORZ_API_PORT).toBe('8443');
  });

  it('gives the setup only variables it reads', () => {
    for (const name of ['setup', 'schemas']) {
      expect(Object.keys(service(name).environment ?? {}).filter((variable) => !(variable in setupEnv.shape))).toEqual(
        [],
      );
    }
  });

  it('runs all services as a user without rights', () => {
    expect(dockerfile).toMatch(/USER 1000:1000/);
    expect(
      dockerfile
        .trimEnd()
        .split('\n')
        .findLast((line) => line.startsWith('USER')),
    ).toBe('USER 1000:1000');
  });
});

/** `${NAME:-default}` as Compose fills it in where the variable is not set. */
function substituted(value: string): string {
  return String(value).replace(/\$\{\w+(?::-([^}]*))?\}/g, (_all, fallback: string | undefined) => fallback ?? '');
}

function withoutEmpty(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

function secretFor(variable: string): string {
  return variable === 'FAKTORZ_DATABASE_URL' ? 'postgres://x:y@postgres:5432/faktorz' : 'x';
}
