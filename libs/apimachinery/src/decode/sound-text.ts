import { DecodingError } from './decoding-error.js';
import { isJsonObject, setOwn, type JsonObject, type JsonValue } from './json-value.js';

const HALF_PAIR = /\p{Surrogate}/u;
const EACH_HALF_PAIR = /\p{Surrogate}/gu;

/**
 * The value with texts that can be stored and sent on: half of a surrogate pair becomes U+FFFD, as Go's decoder has it.
 * The value itself comes back where there is nothing to do. NUL, which PostgreSQL's text and jsonb cannot hold, is
 * refused unless `keepsNul`.
 * @throws DecodingError naming the field
 */
export function withSoundText(value: JsonValue, keepsNul: boolean, path = ''): JsonValue {
  if (typeof value === 'string') return soundText(value, keepsNul, path);
  if (Array.isArray(value)) {
    const items = value.map((item, at) => withSoundText(item, keepsNul, `${path}[${at}]`));
    return items.every((item, at) => item === value[at]) ? value : items;
  }
  return isJsonObject(value) ? soundObject(value, keepsNul, path) : value;
}

function soundObject(object: JsonObject, keepsNul: boolean, path: string): JsonObject {
  const sound: JsonObject = {};
  let isSame = true;
  for (const key of Object.keys(object)) {
    const at = path === '' ? key : `${path}.${key}`;
    const soundKey = soundText(key, keepsNul, at);
    const member = object[key] ?? null;
    const soundMember = withSoundText(member, keepsNul, at);
    isSame &&= soundKey === key && soundMember === member;
    setOwn(sound, soundKey, soundMember);
  }
  return isSame ? object : sound;
}

function soundText(text: string, keepsNul: boolean, path: string): string {
  if (!keepsNul && text.includes('\0')) {
    throw new DecodingError(`${JSON.stringify(path)} must not contain the character NUL (U+0000)`);
  }
  return HALF_PAIR.test(text) ? text.replaceAll(EACH_HALF_PAIR, '\ufffd') : text;
}
