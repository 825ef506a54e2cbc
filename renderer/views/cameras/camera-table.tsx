/**
 * The table of cameras: state, source without its password, and what is measured.
 */
import type { ReactNode } from 'react';
import { ActionIcon, Switch, Table, Tooltip } from '@mantine/core';
import { IconCopy, IconMovie, IconPencil, IconShieldLock, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import {
  Allowed,
  formatRoute,
  goTo,
  StateChip,
  StationSentence,
  tileStatus,
  useConnection,
  useFormats,
  useMay,
  useStation,
} from '../kit.ts';
import { StandInNote } from './stand-in-note.tsx';

interface CameraTableProps {
  readonly cameras: readonly Camera[];
  readonly onEnable: (camera: Camera, isEnabled: boolean) => void;
  readonly onRemove: (camera: Camera) => void;
  /** Recording and privacy masks */
  readonly onKeep: (camera: Camera) => void;
  /** What is recorded */
  readonly onWatch: (camera: Camera) => void;
  readonly onDuplicate: (camera: Camera) => void;
}

export function CameraTable({ cameras, ...actions }: CameraTableProps) {
  const { t } = useTranslation();
  const hasActions = useMay()('recording.list');
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table className="tw-table" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('cameras.state')}</Table.Th>
            <Table.Th>{t('cameras.name')}</Table.Th>
            <Table.Th>{t('cameras.source')}</Table.Th>
            <Table.Th data-number>{t('cameras.analysed')}</Table.Th>
            <Table.Th data-number>
              <Explained hint={t('cameras.delayHint')}>{t('cameras.delay')}</Explained>
            </Table.Th>
            <Table.Th data-number>
              <Explained hint={t('cameras.droppedHint')}>{t('cameras.dropped')}</Explained>
            </Table.Th>
            {hasActions && <Table.Th data-number>{t('cameras.actions')}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {cameras.map((camera) => (
            <CameraRow key={camera.id} camera={camera} {...actions} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface ExplainedProps {
  readonly hint: string;
  readonly children: string;
}

function Explained({ hint, children }: ExplainedProps) {
  return (
    <Tooltip label={hint} multiline w={260}>
      <span tabIndex={0} className="tw-explained">
        {children}
      </span>
    </Tooltip>
  );
}

interface CameraRowProps extends Omit<CameraTableProps, 'cameras'> {
  readonly camera: Camera;
}

function CameraRow({ camera, ...actions }: CameraRowProps) {
  const { onEnable, onRemove, onKeep, onWatch, onDuplicate } = actions;
  const { t } = useTranslation();
  const { number } = useFormats();
  const { figures, capture } = camera;
  const isRunning = capture.state === 'live' || capture.state === 'frozen';
  return (
    <Table.Tr>
      <Table.Td>
        <StateChip kind={useCameraKind(camera)} />
      </Table.Td>
      <Table.Td>
        <a
          className="tw-link"
          href={formatRoute({ task: 'live', id: camera.id })}
          title={t('cameras.open', { name: camera.name })}
        >
          {camera.name}
        </a>
      </Table.Td>
      <Table.Td className="tw-source">
        <span className="tw-mono tw-clip" title={camera.source}>
          {camera.source}
        </span>
        {capture.state === 'waiting' && (
          <span className="tw-row-error">
            <StationSentence
              of={{ detail: capture.reason.message, said: capture.reason.said }}
              code={capture.reason.code}
            />
          </span>
        )}
        <StandInNote camera={camera} />
      </Table.Td>
      <Figure isKnown={isRunning}>
        {t('cameras.ofFps', { value: number(figures.inferredFps, 1), target: number(camera.fps) })}
      </Figure>
      <Figure isKnown={isRunning}>{t('common.ms', { value: number(figures.p95Ms) })}</Figure>
      <Figure isKnown={isRunning}>{number(figures.dropped)}</Figure>
      <Allowed to="recording.list">
        <Table.Td data-number>
          <span className="tw-actions">
            <ActionIcon
              aria-label={t('recorded.open', { name: camera.name })}
              onClick={() => onWatch(camera)}
            >
              <IconMovie size={16} />
            </ActionIcon>
            <Allowed to="camera.update">
              <Switch
                size="xs"
                aria-label={t('cameras.enabled', { name: camera.name })}
                checked={camera.isEnabled}
                onChange={(event) => onEnable(camera, event.currentTarget.checked)}
              />
              <ActionIcon
                aria-label={t('keeping.open', { name: camera.name })}
                onClick={() => onKeep(camera)}
              >
                <IconShieldLock size={16} />
              </ActionIcon>
              <ActionIcon
                aria-label={t('cameras.edit', { name: camera.name })}
                onClick={() => goTo({ task: 'cameras', id: camera.id })}
              >
                <IconPencil size={16} />
              </ActionIcon>
              <ActionIcon
                aria-label={t('cameras.duplicate', { name: camera.name })}
                onClick={() => onDuplicate(camera)}
              >
                <IconCopy size={16} />
              </ActionIcon>
              <ActionIcon
                aria-label={t('cameras.remove', { name: camera.name })}
                onClick={() => onRemove(camera)}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </Allowed>
          </span>
        </Table.Td>
      </Allowed>
    </Table.Tr>
  );
}

function Figure({
  isKnown,
  children,
}: {
  readonly isKnown: boolean;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  return <Table.Td data-number>{isKnown ? children : t('common.none')}</Table.Td>;
}

/** The state without a picture to judge by: here it is the camera's own word that counts. */
function useCameraKind(camera: Camera) {
  const { link } = useStation();
  const isStationLost = useConnection().state === 'lost';
  const now = link.stationNow();
  const facts = { capture: camera.capture, pictureAt: now, watchedSince: now, isStationLost };
  return tileStatus(facts, now).kind;
}
