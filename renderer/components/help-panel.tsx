/**
 * The guide of the page that is open, beside the page.
 */
import { useEffect, useState } from 'react';
import { Button, Drawer } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { guideOf, guides, languageOf } from '../lib/guides.ts';
import type { Task } from '../lib/route.ts';
import { GuideText } from './guide-text.tsx';
import { LoadingState } from './states.tsx';

interface HelpPanelProps {
  readonly task: Task;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function HelpPanel({ task, isOpen, onClose }: HelpPanelProps) {
  const { t } = useTranslation();
  return (
    <Drawer opened={isOpen} onClose={onClose} position="right" size="lg" title={t('help.title')}>
      <Guides key={task} task={task} />
    </Drawer>
  );
}

function Guides({ task }: { readonly task: Task }) {
  const { t, i18n } = useTranslation();
  const own = guideOf(task, i18n.language);
  const [followed, follow] = useState<readonly string[]>([]);
  const name = followed.at(-1) ?? own;
  const text = useGuide(name);
  const language = languageOf(name);
  return (
    <>
      {followed.length > 0 && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconArrowLeft size={14} />}
          onClick={() => follow(followed.slice(0, -1))}
        >
          {t('help.back')}
        </Button>
      )}
      {language !== i18n.language && <p className="tw-dim">{t(`help.writtenIn.${language}`)}</p>}
      {text === null ? (
        <LoadingState />
      ) : (
        <GuideText
          text={text}
          language={language}
          onFollow={(next) => follow([...followed, next])}
        />
      )}
    </>
  );
}

/** Null until it is here. */
function useGuide(name: string): string | null {
  const [loaded, setLoaded] = useState<{ readonly name: string; readonly text: string }>();
  useEffect(() => {
    let isGone = false;
    void guides[name]?.().then(({ default: text }) => {
      if (!isGone) setLoaded({ name, text });
    });
    return () => {
      isGone = true;
    };
  }, [name]);
  return loaded?.name === name ? loaded.text : null;
}
