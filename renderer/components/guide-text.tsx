/**
 * Shows a guide: Markdown to elements of the page, without pictures. Nothing of it becomes HTML by itself.
 */
import { Fragment, useMemo, type ReactNode } from 'react';
import { lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import { guideOfLink } from '../lib/guides.ts';

interface GuideTextProps {
  /** Markdown */
  readonly text: string;
  /** The language that it is written in */
  readonly language: string;
  /** A link to another guide was chosen. */
  readonly onFollow: (guide: string) => void;
}

export function GuideText({ text, language, onFollow }: GuideTextProps) {
  const tokens = useMemo(() => lexer(text), [text]);
  return (
    <div className="tw-guide" lang={language}>
      {render(tokens, onFollow)}
    </div>
  );
}

type Follow = GuideTextProps['onFollow'];

function render(tokens: readonly Token[] | undefined, follow: Follow): ReactNode {
  return (tokens ?? []).map((token, index) => (
    <Fragment key={index}>{element(token as MarkedToken, follow)}</Fragment>
  ));
}

function element(token: MarkedToken, follow: Follow): ReactNode {
  switch (token.type) {
    case 'heading':
      return token.depth === 1 ? (
        <h2>{render(token.tokens, follow)}</h2>
      ) : (
        <h3>{render(token.tokens, follow)}</h3>
      );
    case 'paragraph':
      // A picture is of the page that is open anyway.
      return token.tokens.every(({ type }) => type === 'image') ? null : (
        <p>{render(token.tokens, follow)}</p>
      );
    case 'list': {
      const items = token.items.map((item, index) => (
        <li key={index}>{render(item.tokens, follow)}</li>
      ));
      return token.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case 'table':
      return <GuideTable table={token} follow={follow} />;
    case 'code':
      return (
        <pre tabIndex={0}>
          <code>{token.text}</code>
        </pre>
      );
    case 'blockquote':
      return <blockquote>{render(token.tokens, follow)}</blockquote>;
    case 'link':
      return <GuideLink link={token} follow={follow} />;
    case 'em':
      return <em>{render(token.tokens, follow)}</em>;
    case 'strong':
      return <strong>{render(token.tokens, follow)}</strong>;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'text':
      return token.tokens === undefined ? token.text : render(token.tokens, follow);
    case 'escape':
      return token.text;
    case 'br':
      return <br />;
    case 'hr':
      return <hr />;
    case 'image':
    case 'space':
      return null;
    default:
      return token.raw;
  }
}

interface TableProps {
  readonly table: Tokens.Table;
  readonly follow: Follow;
}

function GuideTable({ table, follow }: TableProps) {
  return (
    <div className="tw-guide-table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {table.header.map((cell, index) => (
              <th key={index}>{render(cell.tokens, follow)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, rowIndex) => (
            <tr key={rowIndex}>
              {row.map((cell, index) => (
                <td key={index}>{render(cell.tokens, follow)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Only guides that are here can be opened; any other link is its words. */
function GuideLink({ link, follow }: { readonly link: Tokens.Link; readonly follow: Follow }) {
  const guide = guideOfLink(link.href);
  const words = render(link.tokens, follow);
  if (guide === null) return <span title={link.href}>{words}</span>;
  return (
    <button type="button" className="tw-guide-link" onClick={() => follow(guide)}>
      {words}
    </button>
  );
}
