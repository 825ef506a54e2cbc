/**
 * Opens a source once and shows what it is: a still picture with its size and codec, or what to do about it.
 */
import { useEffect, useRef, useState } from 'react';
import { Button, Loader } from '@mantine/core';
import { IconCircleCheck, IconPlayerPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SourceProbe } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import type { InputOf } from '#contract/procedures.ts';
import { ErrorText, isCancelled, useFormats, useStation } from '../kit.ts';

type Result =
  | { readonly state: 'idle' }
  | { readonly state: 'testing' }
  | { readonly state: 'done'; readonly probe: SourceProbe }
  | { readonly state: 'failed'; readonly error: StationError };

export interface SourceTestControl {
  readonly result: Result;
  readonly run: (input: InputOf<'camera.test'>) => void;
  readonly cancel: () => void;
}

export function useSourceTest(): SourceTestControl {
  const { link } = useStation();
  const [result, setResult] = useState<Result>({ state: 'idle' });
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const test = async (input: InputOf<'camera.test'>) => {
    abort.current?.abort();
    const own = new AbortController();
    abort.current = own;
    setResult({ state: 'testing' });
    try {
      const probe = await link.call('camera.test', input, { signal: own.signal });
      if (!own.signal.aborted) setResult({ state: 'done', probe });
    } catch (error) {
      if (own.signal.aborted || isCancelled(error)) return;
      setResult({ state: 'failed', error: StationError.from(error, 'SYS_001') });
    }
  };
  return {
    result,
    run: (input) => void test(input),
    cancel() {
      abort.current?.abort();
      setResult({ state: 'idle' });
    },
  };
}

interface SourceTestProps {
  readonly test: SourceTestControl;
  readonly isPossible: boolean;
  /** What is said before the first test */
  readonly hint: string;
  readonly onTest: () => void;
}

export function SourceTest({ test, isPossible, hint, onTest }: SourceTestProps) {
  const { t } = useTranslation();
  const { result } = test;
  const isTesting = result.state === 'testing';
  return (
    <section className="tw-test" aria-live="polite">
      <div className="tw-test-screen" data-state={result.state}>
        {result.state === 'idle' && <p>{hint}</p>}
        {isTesting && (
          <>
            <Loader size="sm" aria-hidden />
            <p>{t('cameras.testing')}</p>
          </>
        )}
        {result.state === 'failed' && <ErrorText error={result.error} />}
        {result.state === 'done' && (
          <img
            src={`data:image/jpeg;base64,${result.probe.stillJpeg}`}
            alt={t('cameras.still')}
            style={{
              aspectRatio: `${result.probe.picture.width} / ${result.probe.picture.height}`,
            }}
          />
        )}
      </div>
      {result.state === 'done' && <ProbeFacts probe={result.probe} />}
      <Button
        variant="default"
        leftSection={isTesting ? undefined : <IconPlayerPlay size={14} />}
        disabled={!isPossible && !isTesting}
        onClick={isTesting ? test.cancel : onTest}
      >
        {isTesting ? t('common.cancel') : t('cameras.test')}
      </Button>
    </section>
  );
}

function ProbeFacts({ probe }: { readonly probe: SourceProbe }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const rate =
    probe.fps === 0
      ? t('cameras.rateUnknown')
      : t('common.fps', { value: number(probe.fps, Number.isInteger(probe.fps) ? 0 : 1) });
  return (
    <div className="tw-probe">
      <p data-tone="good">
        <IconCircleCheck size={16} aria-hidden /> {t('cameras.testOk')}
      </p>
      <dl className="tw-facts">
        <dt>{t('cameras.size')}</dt>
        <dd>{t('common.pixels', probe.picture)}</dd>
        <dt>{t('cameras.rate')}</dt>
        <dd>{rate}</dd>
        <dt>{t('cameras.codec')}</dt>
        <dd>{probe.codec}</dd>
      </dl>
    </div>
  );
}
