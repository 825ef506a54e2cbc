/**
 * The desktop entry that starts a program at login on Linux.
 *
 * https://specifications.freedesktop.org/autostart-spec/ and its Desktop Entry Specification, section "The Exec key".
 */
import os from 'node:os';
import path from 'node:path';

export function autostartFile(env: Readonly<Record<string, string | undefined>>): string {
  const config = env['XDG_CONFIG_HOME'] ?? path.join(os.homedir(), '.config');
  return path.join(config, 'autostart/tallywatch.desktop');
}

/** @param command program and arguments, each as it is */
export function autostartEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Tallywatch',
    `Exec=${command.map(quoted).join(' ')}`,
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** In quotes, `"`, `` ` ``, `$` and `\` have a backslash, which the entry itself doubles; `%` begins a field code. */
function quoted(argument: string): string {
  const escaped = argument.replaceAll(/["`$\\]/g, (sign) => `\\${sign}`).replaceAll('\\', '\\\\');
  return `"${escaped.replaceAll('%', '%%')}"`;
}
