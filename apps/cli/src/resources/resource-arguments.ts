import type { ApiResource, Discovery } from '../client/discovery.js';
import { CommandError } from '../errors.js';

/** One thing named on the command line: a kind, and a name unless all objects of the kind are meant. */
export interface Target {
  resource: ApiResource;
  name?: string;
  subresource?: string;
}

export interface ArgumentRules {
  /** For hints in messages. */
  program: string;
  verb: string;
  /** May a kind stand alone, meaning all its objects? */
  allowKindAlone: boolean;
  /** Is a selector or `--all` given, so that a kind alone is enough? */
  selecting?: boolean;
  /** Put in front when every argument is a name (`patch TYPE NAME` forms that know their type). */
  defaultResource?: string;
}

/**
 * What arguments like `is ruby`, `is/ruby istag/ruby:2.0`, `is,istag` or `is ruby python` name.
 * Kinds that are not served are refused as the server's clients do.
 */
export function parseTargets(args: readonly string[], discovery: Discovery, rules: ArgumentRules): Target[] {
  if (args.some((arg) => arg.includes('/'))) return pairs(args, discovery, rules);
  const [kinds = '', ...names] = args;
  if (args.length === 0) return [];
  const resources = kinds.split(',').flatMap((word) => discovery.resolve(word));
  if (names.length > 0) {
    if (rules.selecting) throw new CommandError('name cannot be provided when a selector is specified');
    return resources.flatMap((resource) => names.map((name) => ({ resource, name })));
  }
  if (!rules.allowKindAlone && !rules.selecting) {
    throw new CommandError('resource(s) were provided, but no name was specified');
  }
  return resources.map((resource) => ({ resource }));
}

function pairs(args: readonly string[], discovery: Discovery, { program, verb }: ArgumentRules): Target[] {
  return args.flatMap((arg) => {
    const parts = arg.split('/');
    if (parts.length === 1) {
      throw new CommandError(
        `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. '${program} ${verb} resource/<resource_name>' instead of '${program} ${verb} resource resource/<resource_name>'`,
      );
    }
    if (parts.length > 2) throw new CommandError('arguments in resource/name form may not have more than one slash');
    const [kinds = '', name = ''] = parts;
    if (kinds === '' || name === '' || kinds.includes(',')) {
      throw new CommandError('arguments in resource/name form must have a single resource and name');
    }
    return [{ resource: discovery.one(kinds), name }];
  });
}
