/**
 * A page with a list of things that people draft, one of them large when the address names it, and the form of a new one.
 */
import { type ComponentProps, type ReactNode, useState } from 'react';
import { Button } from '@mantine/core';
import { IconArrowLeft, IconPlus } from '@tabler/icons-react';
import { formatRoute, type Task } from '../lib/route.ts';
import { Allowed } from './allowed.tsx';
import { Page } from './page.tsx';
import { useRoute } from './use-route.ts';

export interface DraftedPageProps {
  readonly task: Task;
  /** What one must be allowed to call for a new one */
  readonly create: ComponentProps<typeof Allowed>['to'];
  readonly words: {
    readonly title: string;
    readonly summary: string;
    readonly new: string;
    readonly all: string;
  };
  readonly list: ReactNode;
  readonly detail: (id: string) => ReactNode;
  readonly form: (close: () => void) => ReactNode;
}

export function DraftedPage({ task, create, words, list, detail, form }: DraftedPageProps) {
  const { id } = useRoute();
  const [isDrafting, setDrafting] = useState(false);
  const actions =
    id === null ? (
      <Allowed to={create}>
        <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setDrafting(true)}>
          {words.new}
        </Button>
      </Allowed>
    ) : (
      <Button
        component="a"
        variant="default"
        href={formatRoute({ task, id: null })}
        leftSection={<IconArrowLeft size={15} aria-hidden />}
      >
        {words.all}
      </Button>
    );
  return (
    <Page title={words.title} summary={words.summary} actions={actions}>
      {id === null ? list : detail(id)}
      {isDrafting && form(() => setDrafting(false))}
    </Page>
  );
}
