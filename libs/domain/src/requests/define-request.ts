import type { z } from 'zod';

/** One question a service answers over NATS request/reply, and the shapes of question and answer. Neither may exceed 256 KiB. */
export interface RequestDefinition<Ask extends z.ZodType = z.ZodType, Answer extends z.ZodType = z.ZodType> {
  /** `<service>.<noun>.<verb>`, e.g. `auth.token.review`; the NATS subject is `faktorz.rpc.<name>`. */
  readonly name: string;
  readonly owner: string;
  readonly ask: Ask;
  readonly answer: Answer;
}

export type AskOf<R extends RequestDefinition> = z.infer<R['ask']>;
export type AnswerOf<R extends RequestDefinition> = z.infer<R['answer']>;

/** Describes a request once, for the service that answers and those that ask. */
export function defineRequest<Ask extends z.ZodType, Answer extends z.ZodType>(
  name: string,
  ask: Ask,
  answer: Answer,
): RequestDefinition<Ask, Answer> {
  return { name, owner: name.slice(0, name.indexOf('.')), ask, answer };
}
