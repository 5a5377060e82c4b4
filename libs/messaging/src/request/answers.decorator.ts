import type { AnswerOf, AskOf, RequestDefinition } from '@faktorz/domain';

const ANSWERS = Symbol('faktorz:answers');

/** What the transport knows of a question. */
export interface AskContext {
  /** The service that asks: nats-server lets every user ask under its own name only. */
  asker: string;
}

type Answerer<R extends RequestDefinition> = (ask: AskOf<R>, context: AskContext) => Promise<AnswerOf<R>> | AnswerOf<R>;

/**
 * Makes a method of any provider answer this kind of question. One replica of the service gets each. The ask has been
 * checked; an `ApiError` or domain error it throws reaches the asker as an `ApiError` of the same reason.
 */
export function Answers<R extends RequestDefinition>(
  request: R,
): <Method extends Answerer<R>>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void {
  return (_target, _name, descriptor) => {
    Reflect.defineMetadata(ANSWERS, request, descriptor.value as object);
  };
}

/** What `@Answers` says of a method. */
export function answeredBy(method: object): RequestDefinition | undefined {
  return Reflect.getMetadata(ANSWERS, method) as RequestDefinition | undefined;
}
