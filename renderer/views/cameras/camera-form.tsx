/**
 * Adding or editing a camera: found or by its address, with a test that shows a still, and what to analyse; then straight
 * to drawing its line.
 */
import { useState } from 'react';
import {
  Button,
  Modal,
  MultiSelect,
  NumberInput,
  SegmentedControl,
  Switch,
  TextInput,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { Camera, CameraSettings } from '#contract/camera.ts';
import {
  ErrorText,
  goTo,
  kindOf,
  sourceExamples,
  sourceKinds,
  useCommand,
  useModels,
  type SourceKind,
} from '../kit.ts';
import { FindSource, type PickedSource } from './find-source.tsx';
import { SourceTest, useSourceTest } from './source-test.tsx';

interface CameraFormProps {
  /** Null for a new one */
  readonly camera: Camera | null;
  readonly onClose: () => void;
}

type Fields = Pick<
  CameraSettings,
  'name' | 'source' | 'transport' | 'fps' | 'isLooped' | 'failover'
>;

const defaults: Fields = { name: '', source: '', transport: 'tcp', fps: 10, isLooped: true };

export function CameraForm({ camera, onClose }: CameraFormProps) {
  const { t } = useTranslation();
  const [fields, setFields] = useState<Fields>(camera ?? defaults);
  const [chosenKind, setKind] = useState<SourceKind>(kindOf(camera?.source ?? '') ?? 'rtsp');
  const [wasSubmitted, setSubmitted] = useState(false);
  /** What was chosen last from a list; it gives way to the next choice, what was typed does not */
  const [picked, setPicked] = useState<PickedSource | null>(null);
  const test = useSourceTest();
  const adding = useCommand('camera.add');
  const updating = useCommand('camera.update');
  const error = adding.error ?? updating.error;
  const isSaving = adding.isPending || updating.isPending;
  const kind = kindOf(fields.source) ?? chosenKind;
  const change = (part: Partial<Fields>) => setFields((known) => ({ ...known, ...part }));
  const isNameMissing = fields.name.trim() === '';
  const isSourceMissing = fields.source.trim() === '';
  const isPasswordHidden = fields.source.includes('***');
  const wrong = (field: keyof Fields) => (error?.path === field ? error.message : null);

  const pick = (chosen: PickedSource) => {
    const { source, name, fps } = chosen;
    change({
      source,
      name: isNameMissing || fields.name === picked?.name ? name : fields.name,
      fps: fps === null ? defaults.fps : Math.max(1, Math.min(defaults.fps, fps)),
    });
    setPicked(chosen);
    test.run({ source, transport: fields.transport });
  };

  const save = (isToBeDrawn: boolean) => {
    setSubmitted(true);
    if (isNameMissing || isSourceMissing) return;
    const { name, source, transport, fps, isLooped, failover } = fields;
    const kept = failover === undefined ? {} : { failover };
    const sent = { name: name.trim(), source: source.trim(), transport, fps, isLooped, ...kept };
    const onSuccess = (saved: Camera) => {
      const message =
        camera === null
          ? t('cameras.added', { name: saved.name })
          : t('cameras.saved', { name: saved.name });
      notifications.show({ message });
      if (isToBeDrawn) goTo({ task: 'live', id: saved.id, part: 'line' });
      else onClose();
    };
    if (camera === null) adding.mutate(sent, { onSuccess });
    else updating.mutate({ id: camera.id, ...sent }, { onSuccess });
  };

  return (
    <Modal
      opened
      onClose={onClose}
      size={860}
      title={
        camera === null ? t('cameras.addTitle') : t('cameras.editTitle', { name: camera.name })
      }
    >
      <form
        className="tw-camera-form"
        onSubmit={(event) => {
          event.preventDefault();
          save(camera === null);
        }}
      >
        <div className="tw-form">
          <KindChoice
            kind={kind}
            onKind={(next) => {
              // What was chosen from a list of another kind does not hold the form there.
              if (next !== kind) change({ source: '' });
              setKind(next);
            }}
            isFixed={!isSourceMissing && fields.source !== picked?.source}
          />
          {camera === null && <FindSource kind={kind} source={fields.source} onPick={pick} />}
          <TextInput
            label={t('cameras.address')}
            description={
              isPasswordHidden
                ? t('cameras.passwordKept')
                : t('cameras.example', { example: sourceExamples[kind] })
            }
            data-autofocus={camera === null || undefined}
            className="tw-address"
            spellCheck={false}
            autoComplete="off"
            value={fields.source}
            error={wasSubmitted && isSourceMissing ? t('cameras.needsSource') : wrong('source')}
            onChange={(event) => change({ source: event.currentTarget.value })}
          />
          <TextInput
            label={t('cameras.name')}
            description={t('cameras.nameHint')}
            maxLength={80}
            value={fields.name}
            error={wasSubmitted && isNameMissing ? t('cameras.needsName') : wrong('name')}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
          <NumberInput
            label={t('cameras.fps')}
            description={t('cameras.fpsHint')}
            min={1}
            max={30}
            value={fields.fps}
            error={wrong('fps')}
            onChange={(value) => {
              if (typeof value === 'number') change({ fps: value });
            }}
          />
          {kind === 'rtsp' && (
            <div className="tw-field">
              <span id="tw-transport">{t('cameras.transport')}</span>
              <small>{t('cameras.transportHint')}</small>
              <SegmentedControl
                aria-labelledby="tw-transport"
                size="xs"
                value={fields.transport}
                data={[
                  { value: 'tcp', label: 'TCP' },
                  { value: 'udp', label: 'UDP' },
                ]}
                onChange={(transport) => change({ transport })}
              />
            </div>
          )}
          {kind === 'file' && (
            <Switch
              label={t('cameras.loop')}
              checked={fields.isLooped}
              onChange={(event) => change({ isLooped: event.currentTarget.checked })}
            />
          )}
          <FailoverField
            chosen={fields.failover ?? []}
            error={wrong('failover')}
            onChange={(failover) => change({ failover })}
          />
          {error !== null && error.path === undefined && <ErrorText error={error} />}
        </div>
        <SourceTest
          test={test}
          isPossible={!isSourceMissing && !isPasswordHidden}
          hint={isPasswordHidden ? t('cameras.testHidden') : t('cameras.testHint')}
          onTest={() => test.run({ source: fields.source.trim(), transport: fields.transport })}
        />
        <div className="tw-form-foot">
          <span className="tw-fill" />
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          {camera === null && (
            <Button variant="default" disabled={isSaving} onClick={() => save(false)}>
              {t('cameras.add')}
            </Button>
          )}
          <Button type="submit" loading={isSaving}>
            {camera === null ? t('cameras.addAndDraw') : t('common.save')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

interface FailoverFieldProps {
  readonly chosen: readonly string[];
  readonly error: string | null;
  readonly onChange: (names: string[]) => void;
}

/** Models that count while the one that should fails; the order of choosing is the order of trying. */
function FailoverField({ chosen, error, onChange }: FailoverFieldProps) {
  const { t } = useTranslation();
  const models = useModels();
  const known = (models.data ?? []).map(({ card }) => `${card.name}@${card.version}`);
  return (
    <MultiSelect
      label={t('cameras.failover')}
      description={t('cameras.failoverHint')}
      placeholder={chosen.length === 0 ? t('cameras.failoverUsual') : ''}
      data={[...new Set([...known, ...chosen])]}
      value={[...chosen]}
      maxValues={4}
      clearable
      searchable
      error={error}
      onChange={onChange}
    />
  );
}

interface KindChoiceProps {
  readonly kind: SourceKind;
  readonly onKind: (kind: SourceKind) => void;
  /** Whether the address already says what it is */
  readonly isFixed: boolean;
}

function KindChoice({ kind, onKind, isFixed }: KindChoiceProps) {
  const { t } = useTranslation();
  const names: Record<SourceKind, string> = {
    rtsp: t('cameras.kindRtsp'),
    http: t('cameras.kindHttp'),
    usb: t('cameras.kindUsb'),
    file: t('cameras.kindFile'),
    simulated: t('cameras.kindSimulated'),
  };
  return (
    <div className="tw-field">
      <span id="tw-kind">{t('cameras.kind')}</span>
      <SegmentedControl
        aria-labelledby="tw-kind"
        size="xs"
        fullWidth
        value={kind}
        readOnly={isFixed}
        data={sourceKinds.map((value) => ({ value, label: names[value] }))}
        onChange={onKind}
      />
    </div>
  );
}
