import { z } from 'zod';

/** One or more variables are missing or wrong. `problems` has one sentence per variable. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`bad configuration: ${problems.join('; ')}`);
    this.name = 'ConfigError';
  }
}

/** What a process is configured by: variable names and their texts, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The typed configuration out of environment variables; an empty variable counts as absent. Throws one `ConfigError`
 * that names every bad variable, never its value (it may be a password). Read from `process.env` itself, as `main.ts`
 * does, a bad configuration ends the process: one line on standard error, exit code 1.
 */
export function readConfig<Schema extends z.ZodObject>(schema: Schema, env: Environment): z.infer<Schema> {
  try {
    return parseConfig(schema, env);
  } catch (error) {
    if (env !== process.env || !(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

function parseConfig<Schema extends z.ZodObject>(schema: Schema, env: Environment): z.infer<Schema> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = new Map<string, string>();
  for (const issue of parsed.error.issues) {
    const name = issue.path.length > 0 ? String(issue.path[0]) : 'configuration';
    if (!problems.has(name))
      problems.set(name, `${name} ${given[name] === undefined ? 'is missing' : describeIssue(issue)}`);
  }
  throw new ConfigError([...problems.values()]);
}

/** Zod's sentence without its first word, so that it reads on after the variable's name. */
function describeIssue(issue: z.core.$ZodIssue): string {
  return `is wrong: ${issue.message.replace(/^Invalid input: /, '')}`;
}
