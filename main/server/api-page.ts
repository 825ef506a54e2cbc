/**
 * The description of the API for people: one page without scripts, made from the same table.
 */
import { createHash } from 'node:crypto';
import { events } from '#contract/events.ts';
import { errorCodes } from '#contract/error.ts';
import { openApi } from './openapi.ts';

interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: unknown;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: unknown }>>;
  };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: unknown }>> }>
  >;
}

/** What describes the API, by its path: for people and for machines, to everybody and at both doors. */
export const apiDocuments: ReadonlyMap<string, () => Response> = new Map([
  ['/api/v1/docs', apiPage],
  ['/api/v1/openapi.json', () => Response.json(openApi())],
]);

/** The page, with a policy that lets in nothing but its own style. */
export function apiPage(): Response {
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return new Response(html(), {
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
  });
}

function html(): string {
  const paths = openApi()['paths'] as Record<string, Record<string, Operation>>;
  const sections = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const noun = path.split('/')[1] ?? '';
      sections.set(noun, [...(sections.get(noun) ?? []), article(method, path, operation)]);
    }
  }
  const codes = Object.entries(errorCodes)
    .map(
      ([code, { status, meaning }]) =>
        `<tr><td><code>${code}</code><td>${String(status)}<td>${escape(meaning)}`,
    )
    .join('');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Tallywatch API</title><style>${style}</style>
<main><h1>Tallywatch API</h1>
<p>Send a key with every request: <code>Authorization: Bearer tw_…</code>. An admin makes keys under Access. Times are Unix times in ms; coordinates are 0…1 of the picture, origin top left. The machine-readable description is <a href="/api/v1/openapi.json">openapi.json</a>.</p>
<p>Every procedure also answers at <code>POST /api/v1/call/{name}</code> with its whole input as one JSON object.</p>
<nav>${[...sections.keys()].map((noun) => `<a href="#${noun}">${noun}</a>`).join(' ')} <a href="#errors">errors</a></nav>
${[...sections].map(([noun, articles]) => `<h2 id="${noun}">${noun}</h2>${articles.join('')}`).join('')}
<h2>Topics of events</h2><p>${Object.keys(events)
    .map((topic) => `<code>${topic}</code>`)
    .join(' ')}</p>
<h2 id="errors">Errors</h2><p>An error answers <code>{"error": {"code", "message", "path"}}</code>.</p><table>${codes}</table></main></html>`;
}

function article(method: string, path: string, operation: Operation): string {
  const parameters = (operation.parameters ?? [])
    .map(
      ({ name, in: place, required, schema }) =>
        `<tr><td><code>${escape(name)}</code><td>${place}${required ? ', required' : ''}<td><code>${escape(brief(schema))}</code>`,
    )
    .join('');
  const body = operation.requestBody?.content['application/json']?.schema;
  const answer = Object.values(operation.responses[200]?.content ?? {})[0]?.schema;
  return `<article><h3><b>${method.toUpperCase()}</b> <code>/api/v1${escape(path)}</code></h3><p>${escape(operation.summary)}. ${withCode(escape(operation.description ?? ''))}</p>
${parameters === '' ? '' : `<table>${parameters}</table>`}${body === undefined ? '' : `<details><summary>Body</summary><pre>${escape(JSON.stringify(body, null, 2))}</pre></details>`}<details><summary>Answer</summary><pre>${escape(JSON.stringify(answer ?? {}, null, 2))}</pre></details></article>`;
}

/** `text` becomes code. */
function withCode(text: string): string {
  return text.replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function brief(schema: unknown): string {
  const text = JSON.stringify(schema);
  return text.length > 160 ? `${text.slice(0, 157)}…` : text;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const style = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}main{max-width:960px;margin:0 auto;padding:24px}
nav{display:flex;flex-wrap:wrap;gap:8px 16px;margin:16px 0}article{margin:12px 0;padding:8px 16px;border:1px solid #8886;border-radius:6px}
h3{margin:4px 0;font-size:15px}h3 b{display:inline-block;min-width:56px}table{border-spacing:12px 2px}td{vertical-align:top}
pre{overflow:auto;max-height:360px;padding:8px;background:#8882;border-radius:4px}code,pre{font:13px/1.45 ui-monospace,monospace;overflow-wrap:anywhere}`;
