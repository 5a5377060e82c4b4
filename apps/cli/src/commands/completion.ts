import type { Call, Command, CommandEntry } from '../command.js';
import { CommandError, UsageError } from '../errors.js';
import { GLOBAL_FLAGS } from '../flags/global-flags.js';
import type { FlagDefinition } from '../flags/flag-definition.js';

export const command: Command = {
  usage: 'completion SHELL [options]',
  description:
    'Print completion code for bash, zsh or fish.\n\n  bash:  source <(faktorz completion bash)\n  zsh:   source <(faktorz completion zsh)\n  fish:  faktorz completion fish | source',
  run: completion,
};

/** One line of the table the shells look words up in: where we are, what may follow. */
interface Completion {
  path: string;
  words: string[];
}

async function completion({ args, program, terminal, commands }: Call): Promise<void> {
  const [shell, ...more] = args;
  if (shell === undefined) throw new UsageError('Shell not specified.');
  if (more.length > 0) throw new UsageError('Too many arguments. Expected only the shell type.');
  const script = SCRIPTS[shell];
  if (!script) throw new CommandError(`Unsupported shell type "${shell}".`);
  terminal.out(script(program, await completionsOf('', commands, [])));
}

async function completionsOf(
  path: string,
  entries: readonly CommandEntry[],
  flags: readonly FlagDefinition[],
): Promise<Completion[]> {
  const table = [{ path, words: [...entries.map(({ name }) => name), ...flagWords([...flags, ...GLOBAL_FLAGS])] }];
  for (const entry of entries) {
    const loaded = await entry.load();
    table.push(...(await completionsOf(`${path} ${entry.name}`.trim(), loaded.subcommands ?? [], loaded.flags ?? [])));
  }
  return table;
}

function flagWords(flags: readonly FlagDefinition[]): string[] {
  return [
    ...new Set(
      flags.filter(({ hidden }) => !hidden).map(({ name, kind }) => (kind === 'bool' ? `--${name}` : `--${name}=`)),
    ),
  ];
}

const SCRIPTS: Record<string, (program: string, table: readonly Completion[]) => string> = {
  bash: bashScript,
  zsh: (program, table) =>
    `#compdef ${program}\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(program, table)}`,
  fish: fishScript,
};

/**
 * Verbs and flags come from the table; after a verb, kinds and names are asked of the server by `get -o name`, so that
 * what is offered exists.
 */
function bashScript(program: string, table: readonly Completion[]): string {
  const cases = table.map(({ path, words }) => `    "${path}") words="${words.join(' ')}" ;;`).join('\n');
  const paths = table.map(({ path }) => path).filter((path) => path !== '');
  return `# bash completion for ${program}
_${program}_complete() {
  local cur word path="" words="" args=() i
  cur="\${COMP_WORDS[COMP_CWORD]}"
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in -*) continue ;; esac
    case "|${paths.join('|')}|" in
      *"|\${path:+$path }$word|"*) path="\${path:+$path }$word" ;;
      *) args+=("$word") ;;
    esac
  done
  case "$path" in
${cases}
  esac
  if [[ "$cur" != -* && -n "$path" ]]; then
    if [[ \${#args[@]} -eq 0 ]]; then
      words="$words $(${program} api-resources -o name 2>/dev/null)"
    else
      words="$words $(${program} get "\${args[0]}" -o 'jsonpath={.items[*].metadata.name}' 2>/dev/null)"
    fi
  fi
  [[ "$cur" != -* ]] && words="\${words//--*([^ ])/}"
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  [[ "\${COMPREPLY[0]}" == *= ]] && compopt -o nospace 2>/dev/null
  if declare -F __ltrim_colon_completions >/dev/null; then __ltrim_colon_completions "$cur"; fi
}
shopt -s extglob 2>/dev/null
complete -F _${program}_complete ${program}
`;
}

function fishScript(program: string, table: readonly Completion[]): string {
  const lines = table.flatMap(({ path, words }) => {
    const verbs = path === '' ? [] : path.split(' ');
    const condition =
      path === '' ? '__fish_use_subcommand' : verbs.map((verb) => `__fish_seen_subcommand_from ${verb}`).join('; and ');
    return words.map((word) =>
      word.startsWith('--')
        ? `complete -c ${program} -n '${condition}' -l ${word.slice(2).replace('=', '')}${word.endsWith('=') ? ' -x' : ''}`
        : `complete -c ${program} -f -n '${condition}' -a ${word}`,
    );
  });
  return `# fish completion for ${program}\n${lines.join('\n')}\n`;
}
