/**
 * Electron's security checklist, each item read from the code of the main process, the preload, the page and the packages.
 *
 * https://www.electronjs.org/docs/latest/tutorial/security, numbers as there
 */
import ts from 'typescript';

export interface Checked {
  /** Code of the main process, as source or built */
  readonly main: string;
  readonly preload: string;
  /** index.html of the page */
  readonly page: string;
  /** The policy with which the page is served */
  readonly policy: string;
  /** `build` of package.json */
  readonly builder: {
    readonly asar?: unknown;
    readonly electronFuses?: Readonly<Record<string, unknown>>;
  };
  /** Version of Electron that is shipped */
  readonly electron: string;
}

/** The oldest line of Electron that gets security fixes; raise it with every review of the dependencies. */
const oldestElectron = 43;

const fuses: Readonly<Record<string, boolean>> = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  grantFileProtocolExtraPrivileges: false,
};

/** One item: what holds it. */
const items: Readonly<Record<string, (checked: Code) => boolean>> = {
  '1 only secure content': ({ policy, main }) =>
    !/\bhttp:|\*/.test(policy) && !main.text.includes("loadURL('http:"),
  '2 no Node in the page': ({ preferences }) => preferences['nodeIntegration'] === 'false',
  '3 context isolation': ({ preferences }) => preferences['contextIsolation'] === 'true',
  '4 sandbox': ({ preferences, main }) =>
    preferences['sandbox'] === 'true' && main.calls('app.enableSandbox').length > 0,
  '5 permissions are asked for': ({ main }) =>
    [
      'setPermissionRequestHandler',
      'setPermissionCheckHandler',
      'setDevicePermissionHandler',
    ].every((name) => main.calls(name).length > 0),
  '6 web security': ({ preferences }) => preferences['webSecurity'] === 'true',
  '7 content policy': ({ policy }) =>
    policy.includes("default-src 'none'") && !/unsafe-(inline|eval)/.test(policy),
  '8 no insecure content': ({ preferences }) => !('allowRunningInsecureContent' in preferences),
  '9 no experimental features': ({ preferences }) => !('experimentalFeatures' in preferences),
  '10 no Blink features': ({ preferences }) => !('enableBlinkFeatures' in preferences),
  '11 no webview': ({ page, preferences }) =>
    !page.includes('<webview') && !('webviewTag' in preferences),
  '12 no webview is attached': ({ main }) => main.handlers('will-attach-webview').some(prevents),
  '13 no navigation': ({ main }) => main.handlers('will-navigate').some(prevents),
  '14 no new windows': ({ main }) =>
    main.calls('setWindowOpenHandler').some((text) => /action: ['"]deny['"]/.test(text)) &&
    !/action: ['"]allow['"]/.test(main.text),
  '15 nothing is opened outside': ({ main }) => !/\bshell\.open(External|Path)\b/.test(main.text),
  '16 a current Electron': ({ electron }) => Number(electron.split('.')[0]) >= oldestElectron,
  '17 senders are checked': ({ main }) => {
    const served = [...main.calls('ipcMain.handle'), ...main.calls('ipcMain.on')];
    return served.length > 0 && served.every((text) => /!isOurs\(event\)/.test(text));
  },
  '18 no file protocol': ({ main }) =>
    main.calls('protocol.handle').length > 0 && !/\bloadFile\(|file:\/\/\//.test(main.text),
  '19 fuses': ({ builder }) =>
    builder.asar === true &&
    Object.entries(fuses).every(([name, value]) => builder.electronFuses?.[name] === value),
  '20 no Electron in the page': ({ preload }) =>
    preload.calls('exposeInMainWorld').length === 1 &&
    !/exposeInMainWorld\([^)]*ipcRenderer/.test(preload.text) &&
    preload.exposed === 'call,listen',
};

/** The items that do not hold; nothing when all is well. */
export function unheldItems(checked: Checked): string[] {
  const code = read(checked);
  return Object.entries(items)
    .filter(([, isHeld]) => !isHeld(code))
    .map(([name]) => name);
}

export const itemCount = Object.keys(items).length;

interface Script {
  readonly text: string;
  /** Text of each call of a function or method of this name */
  calls(name: string): string[];
  /** Text of each listener of an event of this name */
  handlers(event: string): string[];
}

interface Code extends Omit<Checked, 'main' | 'preload'> {
  readonly main: Script;
  readonly preload: Script & { readonly exposed: string };
  /** `webPreferences` of the window, each value as it is written */
  readonly preferences: Readonly<Record<string, string>>;
}

const prevents = (text: string): boolean => text.includes('.preventDefault()');

function read(checked: Checked): Code {
  const main = scriptOf(checked.main);
  const preload = scriptOf(checked.preload);
  return {
    ...checked,
    main,
    preload: { ...preload, exposed: namesOf(preload.tree, 'api') },
    preferences: preferencesOf(main.tree),
  };
}

function scriptOf(text: string): Script & { readonly tree: ts.SourceFile } {
  const tree = ts.createSourceFile('checked.ts', text, ts.ScriptTarget.Latest, true);
  const all: ts.CallExpression[] = [];
  visit(tree, (node) => {
    if (ts.isCallExpression(node)) all.push(node);
  });
  const named = (call: ts.CallExpression, name: string): boolean => {
    const callee = call.expression.getText(tree);
    return callee === name || callee.endsWith(`.${name}`);
  };
  return {
    ...{ text: withoutComments(text), tree },
    calls: (name) => all.filter((call) => named(call, name)).map((call) => call.getText(tree)),
    handlers: (event) =>
      all
        .filter((call) => named(call, 'on'))
        .filter(({ arguments: [first] }) => {
          return first !== undefined && ts.isStringLiteralLike(first) && first.text === event;
        })
        .map((call) => call.getText(tree)),
  };
}

function preferencesOf(tree: ts.SourceFile): Record<string, string> {
  const found: Record<string, string> = {};
  visit(tree, (node) => {
    if (!ts.isPropertyAssignment(node) || node.name.getText(tree) !== 'webPreferences') return;
    if (!ts.isObjectLiteralExpression(node.initializer)) return;
    for (const property of node.initializer.properties) {
      if (!ts.isPropertyAssignment(property)) continue;
      found[property.name.getText(tree)] = property.initializer.getText(tree);
    }
  });
  return found;
}

/** Names of what an object has, in order of the alphabet. */
function namesOf(tree: ts.SourceFile, name: string): string {
  let names = '';
  visit(tree, (node) => {
    if (!ts.isVariableDeclaration(node) || node.name.getText(tree) !== name) return;
    if (node.initializer === undefined || !ts.isObjectLiteralExpression(node.initializer)) return;
    names = node.initializer.properties
      .map((property) => property.name?.getText(tree) ?? '')
      .sort()
      .join(',');
  });
  return names;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  node.forEachChild((child) => visit(child, see));
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}
