/**
 * The frame of a page that is not the wall: a title, what can be done, and the content that scrolls.
 */
import type { ReactNode } from 'react';

interface PageProps {
  readonly title: string;
  readonly summary?: string | undefined;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, summary, actions, children }: PageProps) {
  return (
    <div className="tw-page">
      <header className="tw-page-head">
        <h1>{title}</h1>
        {summary !== undefined && <p>{summary}</p>}
        <div className="tw-page-actions">{actions}</div>
      </header>
      <div className="tw-page-body">{children}</div>
    </div>
  );
}
